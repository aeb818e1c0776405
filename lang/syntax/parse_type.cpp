// Types and their contexts.
#include "lang/syntax/parser.hpp"

namespace pfq::lang {

std::unique_ptr<TypeScheme> Parser::type_scheme() {
    const std::uint32_t begin = begin_here();
    auto scheme = std::make_unique<TypeScheme>();
    scheme->type = type();
    if (accept(Tok::fat_arrow)) {
        scheme->context = context_of(std::move(scheme->type));
        scheme->type = type();
    }
    scheme->span = since(begin);
    return scheme;
}

std::vector<TypeConstraint> Parser::context_of(TypePtr type) {
    std::vector<TypeConstraint> context;
    if (auto* tuple = std::get_if<TypeTuple>(&type->node)) {
        for (TypePtr& item : tuple->items)
            context.push_back(constraint_of(std::move(item)));
    } else {
        context.push_back(constraint_of(std::move(type)));
    }
    return context;
}

TypeConstraint Parser::constraint_of(TypePtr type) {
    if (auto* apply = std::get_if<TypeApply>(&type->node))
        if (auto* con = std::get_if<TypeCon>(&apply->function->node))
            return {std::move(con->name), std::move(apply->argument)};
    fail(Code::syntax_error, type->span, "malformed context of a type", "expected a class and a type, like `Num a`");
}

TypePtr Parser::type() {
    Nest nest(*this);
    const std::uint32_t begin = begin_here();
    if (is_word("forall"))
        unsupported(here(), "`forall`", "remove it; the variables of a signature stand for all types anyway");
    TypePtr from = applied_type();
    if (!accept(Tok::right_arrow))
        return from;
    TypePtr to = type();
    return make_type(TypeArrow{std::move(from), std::move(to)}, since(begin));
}

TypePtr Parser::applied_type() {
    const std::uint32_t begin = begin_here();
    TypePtr function = atom_type();
    std::size_t arguments = 0;
    while (is(Tok::constructor) || is(Tok::variable) || is(Tok::open_paren) || is(Tok::open_bracket)) {
        if (++arguments > limits::max_type_arguments)
            fail(Code::nested_too_deep, here(),
                 "type with more than " + std::to_string(limits::max_type_arguments) + " arguments", "one too many");
        TypePtr argument = atom_type();
        function = make_type(TypeApply{std::move(function), std::move(argument)}, since(begin));
    }
    return function;
}

TypePtr Parser::atom_type() {
    const Span span = here();
    switch (peek()) {
    case Tok::constructor:
        return make_type(TypeCon{name_of(advance())}, span);
    case Tok::variable:
        return make_type(TypeVar{variable_name("a type").text}, span);
    case Tok::open_bracket: {
        advance();
        if (is(Tok::close_bracket))
            unsupported(span, "list type constructor `[]`", "write `[a]`");
        TypePtr element = type();
        close(Tok::close_bracket, "`]`", span);
        return make_type(TypeList{std::move(element)}, since(span.begin));
    }
    case Tok::open_paren:
        break;
    default:
        if (is(Tok::integer) || is(Tok::string))
            unsupported(span, "numbers and strings in types", "types are made of names, lists, tuples and `->`");
        unexpected("a type");
    }
    advance();
    TypeTuple tuple;
    if (is(Tok::right_arrow) || is(Tok::comma))
        unsupported(here(), "type constructors in brackets", "write the type with its arguments: `a -> b`, `(a, b)`");
    if (!is(Tok::close_paren)) {
        do
            tuple.items.push_back(type());
        while (accept(Tok::comma));
    }
    close(Tok::close_paren, "`,` or `)`", span);
    if (tuple.items.size() == 1) {
        tuple.items[0]->span = since(span.begin);
        return std::move(tuple.items[0]);
    }
    return make_type(std::move(tuple), since(span.begin));
}

} // namespace pfq::lang
