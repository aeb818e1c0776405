// Text -> tokens, by the lexical rules of Haskell 2010 (names and operators are ASCII).
#pragma once
#include <optional>

#include "lang/diagnostics/diagnostic.hpp"
#include "lang/syntax/token.hpp"

namespace pfq::lang {

/// Nothing iff an error was added. Differences to Haskell: `A..B` is constructor, `..`, constructor, so that ranges of
/// constructors need no spaces; there are no floating-point literals.
[[nodiscard]] std::optional<Lexed> lex(const SourceSet& sources, std::uint32_t file, Diagnostics& diagnostics);

/// Whether `c` may stand in an operator.
[[nodiscard]] bool is_symbol_char(char c);

} // namespace pfq::lang
