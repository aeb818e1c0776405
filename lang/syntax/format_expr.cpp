// Expressions on one line or, where that is too long, on several.
#include "lang/syntax/formatter.hpp"
#include "lang/syntax/literal_text.hpp"

namespace pfq::lang {

namespace {

/// Ends in a block without closing brace, so that an operator behind it would continue the block's last line.
bool ends_in_block(const Expr& expr) {
    const Expr* last = &expr;
    for (;;) {
        if (const auto* infix = std::get_if<Infix>(&last->node))
            last = infix->right.get();
        else if (const auto* negate = std::get_if<Negate>(&last->node))
            last = negate->operand.get();
        else
            return std::holds_alternative<Do>(last->node) || std::holds_alternative<Case>(last->node);
    }
}

/// `f $ do ...` and the like: the block starts on the line of the `$`.
bool hangs(const Expr& expr) {
    return std::holds_alternative<Do>(expr.node) || std::holds_alternative<Case>(expr.node) ||
           std::holds_alternative<Lambda>(expr.node) || std::holds_alternative<MultiIf>(expr.node);
}

/// Literals and variables need no blanks beside `..`.
bool is_tight(const Expr& expr) {
    if (const auto* variable = std::get_if<Var>(&expr.node))
        return variable->name.qualifier.empty() && !(variable->name.text[0] >= 'A' && variable->name.text[0] <= 'Z');
    return std::holds_alternative<IntLit>(expr.node) || std::holds_alternative<Paren>(expr.node);
}

/// `a >-> b >-> c`: operands and operators of one chain of one operator, grouped to either side.
struct Chain {
    std::vector<const Expr*> operands;
    std::vector<const Name*> operators;
};

Chain chain_of(const Infix& root) {
    auto same_operator = [&](const Expr& expr) {
        const auto* infix = std::get_if<Infix>(&expr.node);
        const bool same = infix && infix->op.text == root.op.text && infix->op.qualifier == root.op.qualifier;
        return same ? infix : nullptr;
    };
    std::vector<const Infix*> left{&root};
    while (const Infix* next = same_operator(*left.back()->left))
        left.push_back(next);
    Chain chain;
    chain.operands.push_back(left.back()->left.get());
    for (auto node = left.rbegin(); node != left.rend(); ++node) {
        chain.operators.push_back(&(*node)->op);
        chain.operands.push_back((*node)->right.get());
    }
    while (const Infix* next = same_operator(*chain.operands.back())) {
        chain.operands.back() = next->left.get();
        chain.operators.push_back(&next->op);
        chain.operands.push_back(next->right.get());
    }
    return chain;
}

} // namespace

Doc Formatter::expr(const Expr& expr) {
    return std::visit([&](const auto& node) { return this->node(node, expr.span); }, expr.node);
}

Doc Formatter::body(const Expr& expr) {
    Doc above = comments_.before(expr.span.begin);
    Doc doc = this->expr(expr);
    if (!docs_.is_nothing(above))
        return docs_.nest(step, concat({hard(), above, doc}));
    const bool breaks_well = hangs(expr) || std::holds_alternative<Infix>(expr.node) ||
                             std::holds_alternative<List>(expr.node) || std::holds_alternative<Paren>(expr.node);
    if (breaks_well)
        return concat({text(" "), doc});
    return docs_.group(docs_.nest(step, concat({docs_.line(), doc})));
}

Doc Formatter::closed(const Expr& expr) {
    if (!ends_in_block(expr))
        return this->expr(expr);
    return concat({text("("), docs_.align(this->expr(expr)), text(")")});
}

Doc Formatter::node(const Var& node, Span) {
    return text(name_text(node.name));
}
Doc Formatter::node(const IntLit&, Span span) {
    return text(written(span));
}
Doc Formatter::node(const CharLit&, Span span) {
    return text(written(span));
}

Doc Formatter::node(const StringLit& node, Span span) {
    std::string as_written = written(span);
    const bool one_line = as_written.find_first_of("\n\t") == std::string::npos;
    return text(one_line ? std::move(as_written) : string_text(node.value)); // gaps are closed
}

Doc Formatter::node(const Apply& node, Span) {
    std::vector<const Expr*> arguments{node.argument.get()};
    const Expr* function = node.function.get();
    while (const auto* apply = std::get_if<Apply>(&function->node)) {
        arguments.push_back(apply->argument.get());
        function = apply->function.get();
    }
    Doc head = expr(*function);
    std::vector<Doc> parts;
    const Expr* before = function; // a comment stays behind what it follows, up to the last argument
    for (auto argument = arguments.rbegin(); argument != arguments.rend(); ++argument) {
        parts.push_back(comments_.after(before->span.end));
        parts.push_back(docs_.fill(expr(**argument)));
        before = *argument;
    }
    return concat({head, docs_.nest(step, concat(std::move(parts)))});
}

Doc Formatter::node(const Infix& node, Span) {
    const Chain chain = chain_of(node);
    std::vector<Doc> parts;
    bool commented = false; // one operand a line, or the comments would run together
    auto comment_behind = [&](const Expr& operand) {
        Doc comment = comments_.after(operand.span.end);
        commented = commented || !docs_.is_nothing(comment);
        parts.push_back(comment);
    };
    Doc first = closed(*chain.operands[0]);
    comment_behind(*chain.operands[0]);
    const std::size_t count = chain.operators.size();
    for (std::size_t i = 0; i + 1 < count; ++i) {
        const Expr& operand = *chain.operands[i + 1];
        Doc above = comments_.before(operand.span.begin);
        Doc op = text(operator_text(*chain.operators[i]) + " ");
        parts.insert(parts.end(), {docs_.line(), above, op, closed(operand)});
        comment_behind(operand);
    }
    const Expr& last = *chain.operands[count];
    Doc above = comments_.before(last.span.begin);
    Doc op = text(operator_text(*chain.operators[count - 1]) + " ");
    Doc doc = expr(last);
    const bool stays = chain.operators[count - 1]->text == "$" && hangs(last) && docs_.is_nothing(above) && !commented;
    if (stays) {
        Doc rest = docs_.nest(step, concat(std::move(parts)));
        return concat({docs_.group(concat({first, rest, text(" "), op})), doc});
    }
    parts.insert(parts.end(), {docs_.line(), above, op, doc});
    if (commented)
        parts.push_back(docs_.force());
    return docs_.group(concat({first, docs_.nest(step, concat(std::move(parts)))}));
}

Doc Formatter::node(const Negate& node, Span) {
    return concat({text("-"), expr(*node.operand)});
}

Doc Formatter::commas(std::vector<Doc> items, const std::vector<Doc>& above) {
    std::vector<Doc> parts;
    for (std::size_t i = 0; i < items.size(); ++i) {
        Doc one = i + 1 < items.size() ? concat({items[i], text(",")}) : items[i];
        if (i < above.size() && !docs_.is_nothing(above[i]))
            parts.insert(parts.end(), {i == 0 ? docs_.nothing() : hard(), above[i], one});
        else
            parts.push_back(i == 0 ? one : docs_.fill(one));
    }
    return docs_.align(concat(std::move(parts)));
}

Doc Formatter::node(const Tuple& node, Span) {
    std::vector<Doc> items;
    for (const ExprPtr& one : node.items)
        items.push_back(expr(*one));
    return concat({text("("), commas(std::move(items)), text(")")});
}

Doc Formatter::range(const Expr& first, const Expr* last) {
    Doc from = expr(first);
    if (!last)
        return concat({from, text(is_tight(first) ? ".." : " ..")});
    Doc to = expr(*last);
    return concat({from, text(is_tight(first) && is_tight(*last) ? ".." : " .. "), to});
}

Doc Formatter::node(const List& node, Span) {
    std::vector<Doc> items, above;
    for (const ListElement& element : node.elements) {
        const Expr& end = element.last ? *element.last : *element.first;
        above.push_back(comments_.before(element.first->span.begin));
        Doc doc = element.last ? range(*element.first, element.last.get()) : expr(*element.first);
        items.push_back(concat({doc, comments_.after(end.span.end)}));
    }
    return concat({text("["), commas(std::move(items), above), text("]")});
}

Doc Formatter::node(const Range& node, Span) {
    std::vector<Doc> items;
    if (node.next)
        items.push_back(expr(*node.first));
    items.push_back(range(node.next ? *node.next : *node.first, node.last.get()));
    return concat({text("["), commas(std::move(items)), text("]")});
}

Doc Formatter::node(const Comprehension& node, Span) {
    Doc result = closed(*node.result);
    std::vector<Doc> items;
    for (const Statement& qualifier : node.qualifiers)
        items.push_back(statement(qualifier));
    Doc rest = concat({docs_.line(), text("| "), commas(std::move(items))});
    return docs_.group(docs_.align(concat({text("["), result, rest, text("]")})));
}

Doc Formatter::node(const LeftSection& node, Span) {
    return concat({text("("), docs_.align(closed(*node.left)), text(" " + operator_text(node.op) + ")")});
}

Doc Formatter::node(const RightSection& node, Span) {
    return concat({text("(" + operator_text(node.op) + " "), docs_.align(expr(*node.right)), text(")")});
}

Doc Formatter::node(const Typed& node, Span) {
    Doc inner = closed(*node.expr);
    return concat({inner, text(" :: " + type_text(*node.type))});
}

Doc Formatter::node(const Paren& node, Span) {
    return concat({text("("), docs_.align(expr(*node.inner)), text(")")});
}

} // namespace pfq::lang
