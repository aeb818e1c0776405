// Equality of syntax trees as meanings: places, brackets and documentation do not count.
#pragma once
#include "lang/syntax/ast.hpp"

namespace pfq::lang {

/// Bindings and declarations are compared in order; Paren nodes are looked through.
[[nodiscard]] bool same_tree(const Module& a, const Module& b);
[[nodiscard]] bool same_tree(const Expr& a, const Expr& b);
[[nodiscard]] bool same_tree(const Pattern& a, const Pattern& b);
[[nodiscard]] bool same_tree(const TypeExpr& a, const TypeExpr& b);

} // namespace pfq::lang
