// Expressions: operators, application, atoms, brackets.
#include "lang/syntax/parser.hpp"

namespace pfq::lang {

ExprPtr Parser::expression() {
    Nest nest(*this);
    const std::uint32_t begin = begin_here();
    ExprPtr expr = operators();
    if (!accept(Tok::double_colon))
        return expr;
    auto scheme = type_scheme();
    return make_expr(Typed{std::move(expr), std::move(scheme)}, since(begin));
}

ExprPtr Parser::operators() {
    return operators_or_section(nullptr);
}

ExprPtr Parser::operators_or_section(Name* section) {
    std::vector<InfixItem> items;
    for (;;) {
        if (is_symbol("-"))
            items.emplace_back(Sign{advance().span});
        items.emplace_back(operand());
        if (!at_operator())
            return resolve_infix(std::move(items), fixities_, lenient_);
        Name op = operator_name();
        if (section && is(Tok::close_paren)) {
            ExprPtr left = resolve_infix(std::move(items), fixities_, lenient_);
            if (!lenient_)
                check_section(*left, op, true, fixities_);
            *section = std::move(op);
            return left;
        }
        items.emplace_back(std::move(op));
    }
}

ExprPtr Parser::operand() {
    switch (peek()) {
    case Tok::backslash:
        return lambda();
    case Tok::kw_let:
        return let();
    case Tok::kw_if:
        return conditional();
    case Tok::kw_case:
        return case_of();
    case Tok::kw_do:
        return do_block();
    default:
        return application();
    }
}

ExprPtr Parser::application() {
    const std::uint32_t begin = begin_here();
    ExprPtr function = atom();
    while (starts_atom(peek())) {
        if (conditionals_ > 0 && (is_word("elif") || is_word("elsif") || is_word("elseif"))) {
            Diagnostic d{Code::syntax_error,
                         Severity::error,
                         "unexpected " + describe(peek()),
                         {here(), "not a keyword"},
                         {},
                         {},
                         {}};
            d.help.push_back({"a further condition is written `else if`", Edit{here(), "else if"}});
            fail(std::move(d));
        }
        ExprPtr argument = atom();
        function = make_expr(Apply{std::move(function), std::move(argument)}, since(begin));
    }
    switch (peek()) {
    case Tok::kw_do:
    case Tok::backslash:
    case Tok::kw_case:
    case Tok::kw_if:
    case Tok::kw_let: {
        Diagnostic d{Code::syntax_error,
                     Severity::error,
                     "unexpected " + describe(peek()),
                     {here(), "cannot be an argument without brackets"},
                     {},
                     {},
                     {}};
        d.help.push_back({"write `$` before it", Edit{{here().begin, here().begin, here().file}, "$ "}});
        fail(std::move(d));
    }
    case Tok::open_brace:
        unsupported(here(), "records", "use a tuple or several arguments");
    default:
        return function;
    }
}

bool Parser::starts_atom(Tok kind) const {
    switch (kind) {
    case Tok::variable:
    case Tok::constructor:
    case Tok::integer:
    case Tok::character:
    case Tok::string:
    case Tok::open_paren:
    case Tok::open_bracket:
    case Tok::underscore:
        return true;
    default:
        return false;
    }
}

bool Parser::at_operator() const {
    return is(Tok::symbol) || is(Tok::backquote);
}

Name Parser::operator_name() {
    if (accept(Tok::backquote)) {
        if (!is(Tok::variable) && !is(Tok::constructor))
            unexpected("the name of a function");
        Name name = name_of(advance());
        expect(Tok::backquote, "a closing backquote");
        return name;
    }
    if (!is(Tok::symbol))
        unexpected("an operator");
    if (raw().text == "..-")
        fail(Code::syntax_error, here(), "unexpected operator `..-`", "read as one operator", "put a space after `..`");
    return name_of(advance());
}

Name Parser::variable_name(std::string_view what) {
    Name name;
    if (is(Tok::variable)) {
        name = name_of(advance());
    } else if (is(Tok::open_paren) && raw(1).kind == Tok::symbol && raw(2).kind == Tok::close_paren) {
        const std::uint32_t begin = begin_here();
        advance();
        name = name_of(advance());
        advance();
        name.span = since(begin);
    } else {
        unexpected(what);
    }
    if (!name.qualifier.empty())
        fail(Code::syntax_error, name.span, "`" + name.qualifier + "." + name.text + "` cannot be defined here",
             "a name with a qualifier belongs to another module", "define it without `" + name.qualifier + ".`");
    return name;
}

ExprPtr Parser::atom() {
    const Span span = here();
    switch (peek()) {
    case Tok::variable:
        if (is_word("mdo"))
            unsupported(span, "`mdo`", "write `do`, and name common parts with `let` or `where`");
        return make_expr(Var{name_of(advance())}, span);
    case Tok::constructor:
        return make_expr(Var{name_of(advance())}, span);
    case Tok::integer:
        return make_expr(IntLit{advance().value}, span);
    case Tok::character:
        return make_expr(CharLit{static_cast<std::uint32_t>(advance().value)}, span);
    case Tok::string:
        return make_expr(StringLit{advance().text}, span);
    case Tok::open_paren:
        return bracketed();
    case Tok::open_bracket:
        return list();
    case Tok::underscore:
        fail(Code::syntax_error, span, "unexpected `_`", "expected an expression", "`_` stands in patterns only");
    case Tok::kw_foreign_form:
        unsupported_keyword();
    default:
        unexpected("an expression");
    }
}

ExprPtr Parser::bracketed() {
    Nest nest(*this);
    const Span opening = advance().span;
    if (accept(Tok::close_paren))
        return make_expr(Tuple{}, since(opening.begin));
    if (is(Tok::comma))
        unsupported(here(), "tuple constructors and sections", "write a function: `\\x y -> (x, y)`");
    if (is(Tok::symbol) && raw(1).kind == Tok::close_paren) {
        Name op = name_of(advance());
        advance();
        return make_expr(Var{std::move(op)}, since(opening.begin));
    }
    if (at_operator() && !is_symbol("-"))
        return right_section(opening);
    Name section;
    const std::uint32_t begin = begin_here();
    ExprPtr inner = operators_or_section(&section);
    if (!section.text.empty()) {
        close(Tok::close_paren, "`)`", opening);
        return make_expr(LeftSection{std::move(inner), std::move(section)}, since(opening.begin));
    }
    if (accept(Tok::double_colon)) {
        auto scheme = type_scheme();
        inner = make_expr(Typed{std::move(inner), std::move(scheme)}, since(begin));
    }
    if (is(Tok::comma))
        return tuple(opening, std::move(inner));
    close(Tok::close_paren, "an operator, `,` or `)`", opening);
    return make_expr(Paren{std::move(inner)}, since(opening.begin));
}

ExprPtr Parser::right_section(Span opening) {
    Name op = operator_name();
    ExprPtr right = operators();
    if (!lenient_)
        check_section(*right, op, false, fixities_);
    close(Tok::close_paren, "`)`", opening);
    return make_expr(RightSection{std::move(op), std::move(right)}, since(opening.begin));
}

ExprPtr Parser::tuple(Span opening, ExprPtr first) {
    Tuple items;
    items.items.push_back(std::move(first));
    while (accept(Tok::comma))
        items.items.push_back(expression());
    close(Tok::close_paren, "`,` or `)`", opening);
    return make_expr(std::move(items), since(opening.begin));
}

} // namespace pfq::lang
