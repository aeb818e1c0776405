#include "lang/syntax/ast.hpp"

using pfq::lang::Apply;
using pfq::lang::Expr;
using pfq::lang::ExprPtr;
using pfq::lang::Infix;
using pfq::lang::Negate;
using pfq::lang::Paren;

void std::default_delete<Expr>::operator()(Expr* expr) const noexcept {
    std::vector<Expr*> waiting;
    auto take = [&](ExprPtr& child) {
        if (child)
            waiting.push_back(child.release());
    };
    while (expr) {
        if (auto* infix = std::get_if<Infix>(&expr->node)) {
            take(infix->left);
            take(infix->right);
        } else if (auto* apply = std::get_if<Apply>(&expr->node)) {
            take(apply->function);
            take(apply->argument);
        } else if (auto* paren = std::get_if<Paren>(&expr->node)) {
            take(paren->inner);
        } else if (auto* negate = std::get_if<Negate>(&expr->node)) {
            take(negate->operand);
        }
        delete expr;
        expr = nullptr;
        if (!waiting.empty()) {
            expr = waiting.back();
            waiting.pop_back();
        }
    }
}
