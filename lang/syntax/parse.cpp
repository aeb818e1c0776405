#include "lang/syntax/parse.hpp"

#include <iterator>

#include "lang/syntax/brackets.hpp"
#include "lang/syntax/lexer.hpp"
#include "lang/syntax/parser.hpp"

namespace pfq::lang {

namespace {

/// Whether the tokens from `i` on start like a declaration: a left side without keywords up to `=` or a guard, or a
/// signature.
bool starts_declaration(const std::vector<Token>& tokens, std::size_t i) {
    const std::size_t start = i;
    bool names_only = true; // so far `f, g`
    for (int depth = 0;; ++i) {
        const Token& token = tokens[i];
        depth += bracket_step(token.kind);
        const bool next_line = i > start && token.first_on_line && token.column <= tokens[start].column;
        if (depth < 0 || (depth == 0 && next_line && bracket_step(token.kind) == 0))
            return false;
        if (depth > 0)
            continue;
        switch (token.kind) {
        case Tok::equals:
        case Tok::bar:
            return i > start;
        case Tok::double_colon:
            return names_only && i > start;
        case Tok::variable:
        case Tok::comma:
        case Tok::close_paren:
            break;
        case Tok::constructor:
        case Tok::symbol:
        case Tok::integer:
        case Tok::string:
        case Tok::character:
        case Tok::close_bracket:
        case Tok::backquote:
        case Tok::at:
        case Tok::tilde:
        case Tok::underscore:
            names_only = false;
            break;
        default:
            return false;
        }
    }
}

bool is_expression(const std::vector<Token>& tokens) {
    switch (tokens.front().kind) {
    case Tok::end:
    case Tok::kw_module:
    case Tok::kw_import:
    case Tok::kw_type:
    case Tok::kw_infix:
    case Tok::kw_infixl:
    case Tok::kw_infixr:
    case Tok::kw_foreign_form:
    case Tok::open_brace:
        return false;
    default:
        break;
    }
    // the first declaration may be the one with the mistake, so lines at the margin count too
    for (std::size_t i = 0; i < tokens.size(); ++i)
        if (i == 0 || (tokens[i].first_on_line && tokens[i].column == tokens[0].column))
            if (starts_declaration(tokens, i))
                return false;
    return true;
}

/// Lexes, matches brackets and calls `parse` with a parser; a default value of its result when something was wrong.
template <class Parse>
auto with_parser(const SourceSet& sources, std::uint32_t file, const FixityTable& fixities, Diagnostics& diagnostics,
                 bool expression, Parse parse) -> decltype(parse(std::declval<Parser&>(), true)) {
    Diagnostics found;
    auto lexed = lex(sources, file, found);
    if (lexed) {
        expression = expression && is_expression(lexed->tokens);
        if (check_brackets(lexed->tokens, expression, found)) {
            FixityTable table = default_fixities();
            for (const auto& [op, fixity] : fixities)
                table[op] = fixity;
            Parser parser(sources, file, std::move(*lexed), std::move(table), found);
            auto result = parse(parser, expression);
            if (found.empty())
                return result;
        }
    }
    std::ranges::move(found, std::back_inserter(diagnostics));
    return {};
}

} // namespace

std::optional<Module> parse_module(const SourceSet& sources, std::uint32_t file, const ImportedFixities& imported,
                                   Diagnostics& diagnostics) {
    return with_parser(sources, file, {}, diagnostics, false,
                       [&](Parser& parser, bool) { return std::optional(parser.module(imported)); });
}

std::optional<Module> parse_program(const SourceSet& sources, std::uint32_t file, const ImportedFixities& imported,
                                    Diagnostics& diagnostics) {
    return with_parser(sources, file, {}, diagnostics, true, [&](Parser& parser, bool expression) {
        return std::optional(expression ? parser.program_of_expression() : parser.module(imported));
    });
}

std::optional<Module> parse_layout(const SourceSet& sources, std::uint32_t file, Diagnostics& diagnostics) {
    return with_parser(sources, file, {}, diagnostics, true, [&](Parser& parser, bool expression) {
        parser.be_lenient();
        return std::optional(expression ? parser.program_of_expression() : parser.module({}));
    });
}

bool is_bare_expression(const SourceSet& sources, std::uint32_t file) {
    Diagnostics ignored;
    auto lexed = lex(sources, file, ignored);
    return lexed && is_expression(lexed->tokens);
}

ExprPtr parse_expression(const SourceSet& sources, std::uint32_t file, const FixityTable& fixities,
                         Diagnostics& diagnostics) {
    return with_parser(sources, file, fixities, diagnostics, true,
                       [&](Parser& parser, bool) { return parser.whole_expression(); });
}

std::unique_ptr<TypeScheme> parse_type_scheme(const SourceSet& sources, std::uint32_t file, Diagnostics& diagnostics) {
    return with_parser(sources, file, {}, diagnostics, true,
                       [&](Parser& parser, bool) { return parser.whole_type_scheme(); });
}

} // namespace pfq::lang
