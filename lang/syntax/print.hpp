// `--emit=ast`: the tree as an indented text, for people and for golden tests. It has no places.
#pragma once
#include <string>

#include "lang/syntax/ast.hpp"

namespace pfq::lang {

/// One node a line, two blanks of indentation a level: `infix >->`, `int 443`, `var L.port`, ...
[[nodiscard]] std::string print_tree(const Module& module);
[[nodiscard]] std::string print_tree(const Expr& expr);

} // namespace pfq::lang
