// PFQ 6's function descriptors: programs as JSON, an array of nodes
//     {"funSymbol": name, "funArgs": [null or {"argType": T, "argValue": V}, ...], "funIndex": n, "funLink": next}
// in pre-order. A link outside the array ends a chain; arguments of type Fun are indices of nodes.
#pragma once
#include <expected>
#include <optional>
#include <string>

#include "lang/diagnostics/diagnostic.hpp"
#include "lang/eval/evaluator.hpp"
#include "lang/syntax/ast.hpp"

namespace pfq::lang {

/// Whether a text is meant as descriptors: it starts with `[` or `{` and is JSON, or nearly so.
[[nodiscard]] bool looks_like_descriptors(const std::string& text);
/// The program that descriptors stand for, as a tree with `main`.
[[nodiscard]] std::expected<Module, Diagnostic> read_descriptors(const std::string& text, std::uint32_t file);
/// The descriptors of a program that was evaluated with Evaluator::keep_terms().
[[nodiscard]] std::expected<std::string, Diagnostic> write_descriptors(Evaluator& evaluator, const Global& main);

} // namespace pfq::lang
