// Declarations: signatures, equations with their guards and where-bindings, fixities, type synonyms.
#include "lang/syntax/group.hpp"
#include "lang/syntax/parser.hpp"

namespace pfq::lang {

void Parser::top_declaration(Module& module, DeclarationList& list) {
    if (is_fixity_keyword(peek()))
        module.fixities.push_back(fixity_declaration());
    else if (is(Tok::kw_type))
        module.synonyms.push_back(type_synonym());
    else
        declaration(list);
}

void Parser::declaration(DeclarationList& list) {
    if (is_fixity_keyword(peek()))
        unsupported(here(), "fixities of local operators", "move the operator and its fixity to the top level");
    if (is(Tok::kw_foreign_form))
        unsupported_keyword();
    if (is(Tok::kw_type))
        unsupported(here(), "local type synonyms", "move it to the top level");
    if (at_signature())
        signature(list);
    else
        equation(list);
}

bool Parser::at_signature() const {
    for (std::size_t ahead = 0;;) {
        if (raw(ahead).kind == Tok::variable)
            ahead += 1;
        else if (raw(ahead).kind == Tok::open_paren && raw(ahead + 1).kind == Tok::symbol &&
                 raw(ahead + 2).kind == Tok::close_paren)
            ahead += 3;
        else
            return false;
        if (raw(ahead).kind != Tok::comma)
            return raw(ahead).kind == Tok::double_colon;
        ++ahead;
    }
}

void Parser::signature(DeclarationList& list) {
    const std::uint32_t begin = begin_here();
    std::string comment = documentation(begin);
    std::vector<Name> names;
    do
        names.push_back(variable_name("a name"));
    while (accept(Tok::comma));
    expect(Tok::double_colon, "`::`");
    const std::size_t type_begin = position_;
    for (Name& name : names) { // every name gets a tree of its own
        position_ = type_begin;
        placed_ = false;
        auto type = type_scheme();
        list.signatures.push_back({std::move(name), std::move(type), since(begin), comment});
    }
}

FixityDecl Parser::fixity_declaration() {
    const std::uint32_t begin = begin_here();
    FixityDecl node;
    const Tok keyword = advance().kind;
    node.fixity.associativity = keyword == Tok::kw_infixl   ? Associativity::left
                                : keyword == Tok::kw_infixr ? Associativity::right
                                                            : Associativity::none;
    if (is(Tok::integer)) {
        if (raw().value > 9)
            fail(Code::bad_literal, here(), "precedence out of range", "not between 0 and 9");
        node.fixity.precedence = static_cast<int>(advance().value);
    }
    do
        node.operators.push_back(operator_name());
    while (accept(Tok::comma));
    node.span = since(begin);
    return node;
}

TypeSynonym Parser::type_synonym() {
    const std::uint32_t begin = begin_here();
    TypeSynonym node;
    node.documentation = documentation(begin);
    advance();
    if (is_word("family") || is(Tok::kw_foreign_form))
        unsupported(here(), "type families", "write a type synonym for every case");
    if (!is(Tok::constructor) || !raw().qualifier.empty())
        unexpected("the name of a type");
    node.name = name_of(advance());
    while (is(Tok::variable))
        node.parameters.push_back(variable_name("a type variable").text);
    expect(Tok::equals, "a type variable or `=`");
    node.type = type();
    node.span = since(begin);
    return node;
}

void Parser::equation(DeclarationList& list) {
    const std::uint32_t begin = begin_here();
    DeclarationList::Equation node;
    node.documentation = documentation(begin);
    left_side(node.name, node.pattern, node.clause.parameters);
    node.clause.right = right_side(Tok::equals);
    node.clause.span = since(begin);
    list.equations.push_back(std::move(node));
}

void Parser::left_side(Name& name, PatternPtr& pattern_out, std::vector<PatternPtr>& parameters) {
    const bool bracketed_name = raw(1).kind == Tok::symbol && raw(2).kind == Tok::close_paren;
    if (at_infix_definition(0)) {
        infix_left_side(name, parameters);
        return;
    }
    if ((is(Tok::variable) && raw(1).kind != Tok::at) || (is(Tok::open_paren) && bracketed_name)) {
        name = variable_name("a name");
    } else if (at_bracketed_definition()) {
        const Span opening = advance().span;
        infix_left_side(name, parameters);
        close(Tok::close_paren, "`)`", opening);
    } else if (starts_pattern(peek())) {
        pattern_out = pattern();
        if (const auto* variable = std::get_if<PatVar>(&pattern_out->node)) { // (x) = ...
            name = {"", variable->name, pattern_out->span};
            pattern_out = nullptr;
        }
        return;
    } else {
        unexpected("a declaration");
    }
    while (starts_pattern(peek()) || is_symbol("!"))
        parameters.push_back(atom_pattern());
}

/// Looks for an operator that is being defined, before `=`, `|` or the end of the brackets.
bool Parser::at_infix_definition(std::size_t ahead) const {
    int depth = 0;
    for (const std::size_t start = ahead;; ++ahead) {
        const Token& token = raw(ahead);
        depth += bracket_step(token.kind);
        const bool new_line = ahead > start && token.first_on_line && token.column <= enclosing_column();
        if (token.kind == Tok::end || depth < 0 || new_line)
            return false;
        if (depth > 0)
            continue;
        if (token.kind == Tok::backquote)
            return raw(ahead + 1).kind == Tok::variable;
        if (token.kind == Tok::symbol && token.text[0] != ':') {
            const Token& next = raw(ahead + 1);
            const bool prefix = token.text == "!" && next.span.begin == token.span.end && ahead > start &&
                                raw(ahead - 1).span.end < token.span.begin;
            const bool sign = token.text == "-" && next.kind == Tok::integer && ahead == start;
            if (!prefix && !sign)
                return ahead > start;
        }
        if (token.kind == Tok::equals || token.kind == Tok::bar || token.kind == Tok::semicolon ||
            token.kind == Tok::double_colon)
            return false;
    }
}

/// `(x op y) z = ...`
bool Parser::at_bracketed_definition() const {
    if (!is(Tok::open_paren) || !at_infix_definition(1))
        return false;
    int depth = 0;
    for (std::size_t ahead = 0;; ++ahead) {
        depth += bracket_step(raw(ahead).kind);
        if (depth == 0 || raw(ahead).kind == Tok::end)
            return starts_pattern(raw(ahead + 1).kind);
    }
}

void Parser::infix_left_side(Name& name, std::vector<PatternPtr>& parameters) {
    parameters.push_back(applied_pattern());
    const Span place = here();
    name = operator_name();
    if (!name.qualifier.empty())
        fail(Code::syntax_error, place, "`" + name.qualifier + "." + name.text + "` cannot be defined here",
             "a name with a qualifier belongs to another module", "define it without `" + name.qualifier + ".`");
    parameters.push_back(applied_pattern());
}

RightSide Parser::right_side(Tok separator) {
    Nest nest(*this);
    const std::uint32_t begin = begin_here();
    RightSide node;
    if (is(Tok::bar)) {
        while (is(Tok::bar))
            node.guarded.push_back(guarded(separator));
    } else {
        if (!is(separator))
            unexpected(separator == Tok::equals ? "a parameter, `=` or `|`" : "`->` or `|`");
        advance();
        GuardedExpr plain;
        plain.body = expression();
        plain.span = plain.body->span;
        node.guarded.push_back(std::move(plain));
    }
    if (accept(Tok::kw_where))
        node.where = bindings();
    node.span = since(begin);
    return node;
}

GuardedExpr Parser::guarded(Tok separator) {
    const std::uint32_t begin = begin_here();
    advance();
    GuardedExpr node;
    do // an annotation would swallow the arrow
        node.guards.push_back(statement(separator != Tok::right_arrow));
    while (accept(Tok::comma));
    expect(separator, separator == Tok::equals ? "`,` or `=`" : "`,` or `->`");
    node.body = expression();
    node.span = since(begin);
    return node;
}

std::vector<Binding> Parser::bindings() {
    DeclarationList list;
    block([&] { declaration(list); });
    return group(std::move(list), diagnostics_);
}

/// The last `-- |` comment between the token before and the place `before`, without its marks.
std::string Parser::documentation(std::uint32_t before) const {
    const std::uint32_t after = position_ == 0 ? 0 : tokens_[position_ - 1].span.end;
    auto first = std::ranges::lower_bound(comments_, after, {}, [](const Comment& c) { return c.span.begin; });
    std::string result;
    bool inside = false;
    for (; first != comments_.end() && first->span.end <= before; ++first) {
        std::string_view comment = text().substr(first->span.begin, first->span.end - first->span.begin);
        std::string_view body = comment.substr(2, comment.size() - (first->line ? 2 : 4));
        const std::size_t mark = body.find_first_not_of(' ');
        if (first->own_line && mark != std::string_view::npos && body[mark] == '|') {
            inside = true;
            result.clear();
            body.remove_prefix(mark + 1);
        } else if (!inside || !first->line) {
            inside = false;
            continue;
        } else {
            result += '\n';
        }
        if (body.starts_with(' '))
            body.remove_prefix(1);
        result += body;
        while (result.ends_with(' '))
            result.pop_back();
    }
    return result;
}

} // namespace pfq::lang
