#include "lang/syntax/scan.hpp"

namespace pfq::lang {

namespace {

bool is_declaration_keyword(Tok kind) {
    switch (kind) {
    case Tok::kw_module:
    case Tok::kw_import:
    case Tok::kw_type:
    case Tok::kw_infix:
    case Tok::kw_infixl:
    case Tok::kw_infixr:
    case Tok::kw_foreign_form:
        return true;
    default:
        return false;
    }
}

} // namespace

int bracket_step(Tok kind) {
    switch (kind) {
    case Tok::open_paren:
    case Tok::open_bracket:
    case Tok::open_brace:
        return 1;
    case Tok::close_paren:
    case Tok::close_bracket:
    case Tok::close_brace:
        return -1;
    default:
        return 0;
    }
}

bool starts_declaration(const std::vector<Token>& tokens, std::size_t i) {
    const std::size_t start = i;
    if (is_declaration_keyword(tokens[i].kind))
        return true;
    bool names_only = true; // so far `f, g`
    for (int depth = 0;; ++i) {
        const Token& token = tokens[i];
        depth += bracket_step(token.kind);
        const bool next_line = i > start && token.first_on_line && token.column <= tokens[start].column;
        if (token.kind == Tok::end || depth < 0 || (depth == 0 && next_line && bracket_step(token.kind) == 0))
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
            break;
        case Tok::close_paren: // of an operator's name?
            names_only = names_only && tokens[i - 1].kind == Tok::symbol && tokens[i - 2].kind == Tok::open_paren;
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
    const Tok first = tokens.front().kind;
    if (first == Tok::end || first == Tok::open_brace)
        return false;
    // the first declaration may be the one with the mistake, so lines at the margin count too
    for (std::size_t i = 0; i < tokens.size(); ++i)
        if (i == 0 || (tokens[i].first_on_line && tokens[i].column == tokens[0].column))
            if (starts_declaration(tokens, i))
                return false;
    return true;
}

} // namespace pfq::lang
