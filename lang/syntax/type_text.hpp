// Types and patterns as they are written in a program, on one line.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "lang/syntax/ast.hpp"

namespace pfq::lang {

[[nodiscard]] std::string type_text(const TypeExpr& type);
[[nodiscard]] std::string type_text(const TypeScheme& scheme);
/// The parts of `a -> b -> c`, each as it stands between the arrows.
[[nodiscard]] std::vector<std::string> arrow_parts(const TypeExpr& type);
/// `(Num a, Eq b)` without the arrow; empty if there is none.
[[nodiscard]] std::string context_text(const TypeScheme& scheme);

enum class PatternPlace {
    any,      ///< before `->`, `<-`, in brackets
    operand,  ///< beside an operator: everything but `x : xs`
    argument, ///< of a function or constructor
};
/// Literals are written as in `source`, the text that the pattern was parsed from; without it in one standard form.
[[nodiscard]] std::string pattern_text(const Pattern& pattern, PatternPlace place = PatternPlace::any,
                                       std::string_view source = {});

} // namespace pfq::lang
