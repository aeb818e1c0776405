// Lists: elements and ranges, arithmetic sequences, comprehensions.
#include "lang/syntax/parser.hpp"

namespace pfq::lang {

ExprPtr Parser::list() {
    Nest nest(*this);
    const Span opening = advance().span;
    if (accept(Tok::close_bracket))
        return make_expr(List{}, since(opening.begin));
    std::vector<ListElement> elements;
    do {
        ExprPtr first = expression();
        if (elements.empty() && is(Tok::bar))
            return comprehension(opening, std::move(first));
        ExprPtr last;
        if (accept(Tok::dot_dot)) {
            if (is(Tok::close_bracket))
                return endless_range(opening, std::move(elements), std::move(first));
            last = expression();
        }
        elements.push_back({std::move(first), std::move(last)});
    } while (accept(Tok::comma));
    close(Tok::close_bracket, "`,`, `..` or `]`", opening);
    const Span span = since(opening.begin);
    if (elements.size() != 2 || elements[0].last || !elements[1].last)
        return make_expr(List{std::move(elements)}, span);
    Range range{std::move(elements[0].first), std::move(elements[1].first), std::move(elements[1].last)};
    check_range(range, span);
    return make_expr(std::move(range), span);
}

ExprPtr Parser::comprehension(Span opening, ExprPtr result) {
    advance();
    Comprehension node;
    node.result = std::move(result);
    do
        node.qualifiers.push_back(statement(true));
    while (accept(Tok::comma));
    if (is(Tok::bar))
        unsupported(here(), "parallel comprehensions", "use `zip`");
    close(Tok::close_bracket, "`,` or `]`", opening);
    return make_expr(std::move(node), since(opening.begin));
}

ExprPtr Parser::endless_range(Span opening, std::vector<ListElement> before, ExprPtr last) {
    if (before.size() > 1 || (before.size() == 1 && before[0].last))
        fail(Code::syntax_error, here(), "unexpected `]`", "expected the end of the range",
             "a list of several elements cannot end with an endless range");
    advance();
    Range node;
    if (before.empty()) {
        node.first = std::move(last);
    } else {
        node.first = std::move(before[0].first);
        node.next = std::move(last);
    }
    return make_expr(std::move(node), since(opening.begin));
}

/// `[80, 8000..8010]` is Haskell's sequence from 80 in steps of 7920, but certainly not meant.
void Parser::check_range(const Range& range, Span span) const {
    const auto* first = std::get_if<IntLit>(&range.first->node);
    const auto* next = std::get_if<IntLit>(&range.next->node);
    const auto* last = std::get_if<IntLit>(&range.last->node);
    if (!first || !next || !last || next->value == last->value)
        return;
    auto distance = [](const IntLit& a, const IntLit& b) {
        return a.value < b.value ? b.value - a.value : a.value - b.value;
    };
    const std::uint64_t step = distance(*first, *next);
    if (step <= distance(*next, *last))
        return;
    auto written = [&](const ExprPtr& e) {
        return std::string(text().substr(e->span.begin, e->span.end - e->span.begin));
    };
    Diagnostic d{Code::ambiguous_range,
                 Severity::error,
                 "ambiguous range: a number and a range, or a sequence in steps of " + std::to_string(step),
                 {span, "two numbers before `..` give the start and the step of a sequence"},
                 {},
                 {},
                 {}};
    d.help.push_back(
        {"for a number and a range, write the range first",
         Edit{span, "[" + written(range.next) + ".." + written(range.last) + ", " + written(range.first) + "]"}});
    fail(std::move(d));
}

} // namespace pfq::lang
