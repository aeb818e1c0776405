// Expressions made of blocks: their items stand below each other, except in a short let.
#include "lang/syntax/formatter.hpp"

namespace pfq::lang {

Doc Formatter::node(const Lambda& node, Span) {
    Doc head = text("\\" + parameters(node.parameters).substr(1) + " ->");
    return concat({head, body(*node.body)});
}

Doc Formatter::node(const Let& node, Span) {
    Doc definitions = node.bindings.empty() ? text("{}") : docs_.align(bindings(node.bindings));
    Doc in = concat({docs_.nest(1, docs_.line()), text("in")});
    Doc force = node.bindings.size() > 1 ? docs_.force() : docs_.nothing();
    return docs_.group(docs_.align(concat({text("let "), definitions, force, in, body(*node.body)})));
}

Doc Formatter::node(const If& node, Span) {
    std::vector<Doc> parts;
    const If* current = &node;
    for (const char* keyword = "if ";; keyword = "else if ") {
        Doc condition = expr(*current->condition);
        Doc then_branch = body(*current->then_branch);
        parts.insert(parts.end(), {text(keyword), condition, text(" then"), then_branch, docs_.line()});
        const auto* next = std::get_if<If>(&current->else_branch->node);
        if (!next)
            break;
        parts.push_back(docs_.force());
        current = next;
    }
    parts.push_back(text("else"));
    parts.push_back(body(*current->else_branch));
    return docs_.group(docs_.align(concat(std::move(parts))));
}

Doc Formatter::node(const MultiIf& node, Span) {
    Doc guards = lines(
        node.guarded, [](const GuardedExpr& g) { return g.span; },
        [&](const GuardedExpr& g) { return item(g.span, [&] { return guarded(g, " ->"); }); });
    return concat({text("if"), docs_.nest(step, concat({hard(), guards}))});
}

Doc Formatter::node(const Case& node, Span) {
    Doc head = concat({text("case "), docs_.align(expr(*node.scrutinee)), text(" of")});
    Doc alternatives = lines(
        node.alternatives, [](const CaseAlternative& a) { return a.span; },
        [&](const CaseAlternative& a) {
            return item(a.span, [&] {
                Doc left = text(pattern(*a.pattern));
                return concat({left, right_side(a.right, " ->")});
            });
        });
    return concat({head, docs_.nest(step, concat({hard(), alternatives}))});
}

Doc Formatter::node(const Do& node, Span) {
    return concat({text("do"), docs_.nest(step, concat({hard(), statements(node.statements)}))});
}

Doc Formatter::statements(const std::vector<Statement>& statements) {
    return lines(
        statements, [](const Statement& s) { return s.span; },
        [&](const Statement& s) { return item(s.span, [&] { return statement(s); }); });
}

Doc Formatter::statement(const Statement& statement) {
    switch (statement.kind) {
    case Statement::Kind::expression:
        return expr(*statement.expr);
    case Statement::Kind::bind: {
        Doc left = text(pattern(*statement.pattern) + " <-");
        return concat({left, body(*statement.expr)});
    }
    case Statement::Kind::let:
        break;
    }
    if (statement.bindings.empty())
        return text("let {}");
    return concat({text("let "), docs_.align(bindings(statement.bindings))});
}

} // namespace pfq::lang
