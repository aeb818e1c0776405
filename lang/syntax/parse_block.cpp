// Expressions made of keywords: lambda, let, if, case, do; and statements.
#include "lang/syntax/parser.hpp"

namespace pfq::lang {

ExprPtr Parser::lambda() {
    const std::uint32_t begin = begin_here();
    advance();
    if (is(Tok::kw_case))
        unsupported(here(), "`\\case`", "write `\\x -> case x of ...`");
    Lambda node;
    while (starts_pattern(peek()))
        node.parameters.push_back(atom_pattern());
    if (node.parameters.empty())
        unexpected("a parameter");
    if (is_symbol(".") || is(Tok::equals) || is(Tok::fat_arrow)) {
        Diagnostic d{Code::syntax_error,
                     Severity::error,
                     "unexpected " + describe(peek()),
                     {here(), "expected `->`"},
                     {},
                     {},
                     {}};
        d.help.push_back({"a function is written `\\x -> ...`", Edit{here(), "->"}});
        fail(std::move(d));
    }
    expect(Tok::right_arrow, "a parameter or `->`");
    node.body = expression();
    return make_expr(std::move(node), since(begin));
}

ExprPtr Parser::let() {
    const std::uint32_t begin = begin_here();
    advance();
    Let node;
    node.bindings = bindings();
    skip_separator_before(Tok::kw_in);
    expect(Tok::kw_in, "`in`");
    node.body = expression();
    return make_expr(std::move(node), since(begin));
}

ExprPtr Parser::conditional() {
    const std::uint32_t begin = begin_here();
    const Span keyword = advance().span;
    if (is(Tok::bar))
        return multi_conditional(begin);
    If node;
    ++conditionals_;
    node.condition = expression();
    skip_separator_before(Tok::kw_then);
    expect(Tok::kw_then, "`then`");
    node.then_branch = expression();
    skip_separator_before(Tok::kw_else);
    if (!is(Tok::kw_else)) {
        try {
            unexpected("`else`");
        } catch (Diagnostic& d) {
            d.message = "`if` without `else`";
            d.secondary.push_back({keyword, "this `if`"});
            d.help.assign({{"to run a computation only if a predicate holds, write `when predicate computation`", {}}});
            throw;
        }
    }
    advance();
    node.else_branch = expression();
    --conditionals_;
    return make_expr(std::move(node), since(begin));
}

ExprPtr Parser::multi_conditional(std::uint32_t begin) {
    MultiIf node;
    Block block;
    block.column = raw().column;
    block.guards = true;
    blocks_.push_back(block);
    while (is(Tok::bar))
        node.guarded.push_back(guarded(Tok::right_arrow));
    blocks_.pop_back();
    return make_expr(std::move(node), since(begin));
}

ExprPtr Parser::case_of() {
    const std::uint32_t begin = begin_here();
    advance();
    Case node;
    node.scrutinee = expression();
    skip_separator_before(Tok::kw_of);
    expect(Tok::kw_of, "`of`");
    block([&] { node.alternatives.push_back(alternative()); });
    if (node.alternatives.empty())
        unexpected("an alternative `pattern -> expression`");
    return make_expr(std::move(node), since(begin));
}

CaseAlternative Parser::alternative() {
    const std::uint32_t begin = begin_here();
    CaseAlternative node;
    node.pattern = pattern();
    node.right = right_side(Tok::right_arrow);
    node.span = since(begin);
    return node;
}

ExprPtr Parser::do_block() {
    const std::uint32_t begin = begin_here();
    advance();
    Do node;
    block([&] { node.statements.push_back(statement(true)); });
    if (node.statements.empty())
        unexpected("a statement");
    const Statement& last = node.statements.back();
    if (last.kind != Statement::Kind::expression)
        fail(Code::syntax_error, last.span, "the last line of a do block must be an expression",
             "the block ends with this line", "the value of the block is what its last line computes");
    return make_expr(std::move(node), since(begin));
}

Statement Parser::statement(bool annotated) {
    const std::uint32_t begin = begin_here();
    Statement node;
    if (is(Tok::kw_let)) {
        advance();
        node.kind = Statement::Kind::let;
        node.bindings = bindings();
        skip_separator_before(Tok::kw_in);
        if (accept(Tok::kw_in)) {
            Let let{std::move(node.bindings), expression()};
            node = {};
            node.expr = make_expr(std::move(let), since(begin));
        }
    } else if (at_bind()) {
        node.kind = Statement::Kind::bind;
        node.pattern = pattern();
        expect(Tok::left_arrow, "`<-`");
        node.expr = annotated ? expression() : operators();
    } else {
        node.expr = annotated ? expression() : operators();
    }
    node.span = since(begin);
    return node;
}

/// Looks for the arrow of `pattern <- e`; patterns have no keywords.
bool Parser::at_bind() const {
    int depth = 0;
    for (std::size_t ahead = 0;; ++ahead) {
        const Token& token = raw(ahead);
        const int step = bracket_step(token.kind);
        const bool new_line = ahead > 0 && token.first_on_line && token.column <= enclosing_column();
        if (token.kind == Tok::end || new_line || depth + step < 0)
            return false;
        depth += step;
        if (depth > 0 || step < 0)
            continue;
        switch (token.kind) {
        case Tok::left_arrow:
            return true;
        case Tok::semicolon:
        case Tok::comma:
        case Tok::bar:
        case Tok::equals:
        case Tok::right_arrow:
        case Tok::backslash:
        case Tok::kw_case:
        case Tok::kw_do:
        case Tok::kw_else:
        case Tok::kw_if:
        case Tok::kw_in:
        case Tok::kw_let:
        case Tok::kw_of:
        case Tok::kw_then:
        case Tok::kw_where:
            return false;
        default:
            break;
        }
    }
}

} // namespace pfq::lang
