// The limit on the height of trees, so that all later walks may be recursive.
#include "lang/syntax/parser.hpp"
#include "lang/syntax/visit.hpp"

namespace pfq::lang {

void Parser::check_height(const Expr& expr) {
    std::vector<std::pair<const Expr*, unsigned>> waiting{{&expr, 1}};
    while (!waiting.empty()) {
        auto [node, height] = waiting.back();
        waiting.pop_back();
        if (height > limits::max_tree_height)
            fail(Code::nested_too_deep, node->span,
                 "expression of more than " + std::to_string(limits::max_tree_height) + " levels",
                 "an operator chain or nested expression goes on from here",
                 "give parts of it names of their own, or use a list with `any` or `all`");
        for_each_child(*node, [&, below = height + 1](const Expr& child) { waiting.emplace_back(&child, below); });
    }
}

void Parser::check_heights(const Module& module) {
    for (const Binding& binding : module.bindings) {
        try {
            for_each_child(binding, [&](const Expr& expr) { check_height(expr); });
        } catch (Diagnostic& d) {
            report(std::move(d));
        }
    }
}

} // namespace pfq::lang
