#include "lang/syntax/parse.hpp"

#include <iterator>

#include "lang/syntax/brackets.hpp"
#include "lang/syntax/lexer.hpp"
#include "lang/syntax/parser.hpp"
#include "lang/syntax/scan.hpp"

namespace pfq::lang {

namespace {

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
