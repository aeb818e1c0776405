// Patterns.
#include "lang/syntax/parser.hpp"

namespace pfq::lang {

PatternPtr Parser::pattern() {
    Nest nest(*this);
    const std::uint32_t begin = begin_here();
    PatternPtr head = applied_pattern();
    if (is_symbol(":")) {
        advance();
        PatternPtr tail = pattern();
        return make_pattern(PatCons{std::move(head), std::move(tail)}, since(begin));
    }
    return head;
}

PatternPtr Parser::applied_pattern() {
    const std::uint32_t begin = begin_here();
    if (is_symbol("-") && raw(1).kind == Tok::integer) {
        advance();
        const std::uint64_t value = advance().value;
        return make_pattern(PatInt{value, true}, since(begin));
    }
    if (!is(Tok::constructor))
        return atom_pattern();
    PatCon node{name_of(advance()), {}};
    while (starts_pattern(peek()))
        node.arguments.push_back(atom_pattern());
    if (is(Tok::open_brace))
        unsupported(here(), "record patterns", "write the arguments in order");
    return make_pattern(std::move(node), since(begin));
}

bool Parser::starts_pattern(Tok kind) const {
    return starts_atom(kind) || kind == Tok::tilde;
}

PatternPtr Parser::atom_pattern() {
    Nest nest(*this);
    const Span span = here();
    switch (peek()) {
    case Tok::variable: {
        std::string name = variable_name("a pattern").text;
        if (!is(Tok::at))
            return make_pattern(PatVar{std::move(name)}, span);
        advance();
        PatternPtr inner = atom_pattern();
        return make_pattern(PatAs{std::move(name), std::move(inner)}, since(span.begin));
    }
    case Tok::underscore:
        advance();
        return make_pattern(PatWildcard{}, span);
    case Tok::constructor:
        return make_pattern(PatCon{name_of(advance()), {}}, span);
    case Tok::integer:
        return make_pattern(PatInt{advance().value, false}, span);
    case Tok::string:
        return make_pattern(PatString{advance().text}, span);
    case Tok::character:
        unsupported(span, "character patterns", "use a variable and a guard: `c | c == 'x'`");
    case Tok::tilde:
        unsupported(span, "lazy patterns", "remove `~`; every pattern is matched at compile time");
    case Tok::open_paren:
        return bracketed_pattern();
    case Tok::open_bracket:
        return list_pattern();
    default:
        if (is_symbol("!"))
            unsupported(span, "strict patterns", "remove `!`; every pattern is matched at compile time");
        unexpected("a pattern");
    }
}

PatternPtr Parser::bracketed_pattern() {
    const Span opening = advance().span;
    if (accept(Tok::close_paren))
        return make_pattern(PatTuple{}, since(opening.begin));
    PatternPtr inner = pattern();
    if (accept(Tok::double_colon)) {
        TypePtr annotation = type();
        close(Tok::close_paren, "`)`", opening);
        return make_pattern(PatTyped{std::move(inner), std::move(annotation)}, since(opening.begin));
    }
    if (is(Tok::right_arrow))
        unsupported(here(), "view patterns", "use a variable and a guard: `x | pattern <- f x`");
    if (is(Tok::comma)) {
        PatTuple node;
        node.items.push_back(std::move(inner));
        while (accept(Tok::comma))
            node.items.push_back(pattern());
        close(Tok::close_paren, "`,` or `)`", opening);
        return make_pattern(std::move(node), since(opening.begin));
    }
    close(Tok::close_paren, "`,` or `)`", opening);
    inner->span = since(opening.begin);
    return inner;
}

PatternPtr Parser::list_pattern() {
    const Span opening = advance().span;
    PatList node;
    if (!is(Tok::close_bracket)) {
        do
            node.items.push_back(pattern());
        while (accept(Tok::comma));
    }
    close(Tok::close_bracket, "`,` or `]`", opening);
    return make_pattern(std::move(node), since(opening.begin));
}

} // namespace pfq::lang
