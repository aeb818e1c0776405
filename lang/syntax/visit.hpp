// One way to the expressions directly below an expression, a binding or a statement.
#pragma once
#include <type_traits>
#include <variant>

#include "lang/syntax/ast.hpp"

namespace pfq::lang {

template <class F> void for_each_child(const Binding& binding, F&& visit);

template <class F> void for_each_child(const Statement& statement, F&& visit) {
    if (statement.expr)
        visit(*statement.expr);
    for (const Binding& binding : statement.bindings)
        for_each_child(binding, visit);
}

template <class F> void for_each_child(const GuardedExpr& guarded, F&& visit) {
    for (const Statement& guard : guarded.guards)
        for_each_child(guard, visit);
    visit(*guarded.body);
}

template <class F> void for_each_child(const RightSide& right, F&& visit) {
    for (const GuardedExpr& guarded : right.guarded)
        for_each_child(guarded, visit);
    for (const Binding& binding : right.where)
        for_each_child(binding, visit);
}

template <class F> void for_each_child(const Binding& binding, F&& visit) {
    for (const Clause& clause : binding.clauses)
        for_each_child(clause.right, visit);
}

/// Calls `visit(const Expr&)` for every expression below `expr` with no other expression between, in textual order.
template <class F> void for_each_child(const Expr& expr, F&& visit) {
    auto maybe = [&](const ExprPtr& child) {
        if (child)
            visit(*child);
    };
    auto all = [&](const auto& nodes) {
        for (const auto& node : nodes)
            for_each_child(node, visit);
    };
    std::visit(
        [&]<class Node>(const Node& node) {
            if constexpr (std::is_same_v<Node, Apply>) {
                maybe(node.function), maybe(node.argument);
            } else if constexpr (std::is_same_v<Node, Infix>) {
                maybe(node.left), maybe(node.right);
            } else if constexpr (std::is_same_v<Node, Negate>) {
                maybe(node.operand);
            } else if constexpr (std::is_same_v<Node, Lambda>) {
                maybe(node.body);
            } else if constexpr (std::is_same_v<Node, Let>) {
                all(node.bindings), maybe(node.body);
            } else if constexpr (std::is_same_v<Node, If>) {
                maybe(node.condition), maybe(node.then_branch), maybe(node.else_branch);
            } else if constexpr (std::is_same_v<Node, MultiIf>) {
                all(node.guarded);
            } else if constexpr (std::is_same_v<Node, Case>) {
                maybe(node.scrutinee);
                for (const CaseAlternative& alternative : node.alternatives)
                    for_each_child(alternative.right, visit);
            } else if constexpr (std::is_same_v<Node, Do>) {
                all(node.statements);
            } else if constexpr (std::is_same_v<Node, Tuple>) {
                for (const ExprPtr& item : node.items)
                    maybe(item);
            } else if constexpr (std::is_same_v<Node, List>) {
                for (const ListElement& element : node.elements)
                    maybe(element.first), maybe(element.last);
            } else if constexpr (std::is_same_v<Node, Range>) {
                maybe(node.first), maybe(node.next), maybe(node.last);
            } else if constexpr (std::is_same_v<Node, Comprehension>) {
                maybe(node.result), all(node.qualifiers);
            } else if constexpr (std::is_same_v<Node, LeftSection>) {
                maybe(node.left);
            } else if constexpr (std::is_same_v<Node, RightSection>) {
                maybe(node.right);
            } else if constexpr (std::is_same_v<Node, Typed>) {
                maybe(node.expr);
            } else if constexpr (std::is_same_v<Node, Paren>) {
                maybe(node.inner);
            }
        },
        expr.node);
}

} // namespace pfq::lang
