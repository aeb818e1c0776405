// Types and patterns as they are written in a program, on one line.
#pragma once
#include <string>

#include "lang/syntax/ast.hpp"

namespace pfq::lang {

[[nodiscard]] std::string type_text(const TypeExpr& type);
[[nodiscard]] std::string type_text(const TypeScheme& scheme);

enum class PatternPlace {
    any,      ///< before `->`, `<-`, in brackets
    operand,  ///< beside an operator: everything but `x : xs`
    argument, ///< of a function or constructor
};
[[nodiscard]] std::string pattern_text(const Pattern& pattern, PatternPlace place = PatternPlace::any);

} // namespace pfq::lang
