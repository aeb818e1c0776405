// The token stream with the layout algorithm of Haskell 2010 (section 10.3), done on the fly; see parser.hpp.
#include "lang/syntax/parser.hpp"

namespace pfq::lang {

const Token& Parser::raw(std::size_t ahead) const {
    return tokens_[std::min(position_ + ahead, tokens_.size() - 1)];
}

Tok Parser::peek() const {
    const Token& token = raw();
    if (!token.first_on_line || placed_ || blocks_.empty())
        return token.kind;
    const Block& block = blocks_.back();
    if (block.column == 0)
        return token.kind;
    // Haskell would end the block here and then complain; a bracket that closes at the margin is clear enough
    const bool closes = token.kind == Tok::close_paren || token.kind == Tok::close_bracket || token.kind == Tok::comma;
    if (closes && block.brackets > 0)
        return token.kind;
    if (token.column == block.column && !block.guards)
        return Tok::virtual_semicolon;
    return token.column < block.column ? Tok::virtual_close : token.kind;
}

bool Parser::is_symbol(std::string_view text) const {
    return is(Tok::symbol) && raw().text == text && raw().qualifier.empty();
}

bool Parser::is_word(std::string_view text) const {
    return is(Tok::variable) && raw().text == text && raw().qualifier.empty();
}

const Token& Parser::advance() {
    const Token& token = raw();
    if (!blocks_.empty()) {
        unsigned& brackets = blocks_.back().brackets;
        if (token.kind == Tok::open_paren || token.kind == Tok::open_bracket)
            ++brackets;
        else if ((token.kind == Tok::close_paren || token.kind == Tok::close_bracket) && brackets > 0)
            --brackets;
    }
    if (token.kind != Tok::end)
        ++position_;
    placed_ = false;
    return token;
}

bool Parser::accept(Tok kind) {
    if (!is(kind))
        return false;
    advance();
    return true;
}

const Token& Parser::expect(Tok kind, std::string_view what) {
    if (!is(kind))
        unexpected(what);
    return advance();
}

void Parser::close(Tok kind, std::string_view what, Span opening) {
    if (is(kind)) {
        advance();
        return;
    }
    try {
        unexpected(what);
    } catch (Diagnostic& d) {
        d.secondary.push_back({opening, "inside this bracket"});
        throw;
    }
}

void Parser::skip_separator_before(Tok keyword) {
    if (is(Tok::virtual_semicolon) && raw().kind == keyword)
        placed_ = true;
    else if (is(Tok::semicolon) && raw(1).kind == keyword)
        advance();
}

Span Parser::since(std::uint32_t begin) const {
    const Span& here = raw().span;
    const std::uint32_t end = position_ == 0 ? begin : tokens_[position_ - 1].span.end;
    return {begin, std::max(begin, end), here.file};
}

/// Tokens that cannot start an item: a block in which they appear at an item's start is over.
bool Parser::ends_block(Tok kind) const {
    switch (kind) {
    case Tok::close_paren:
    case Tok::close_bracket:
    case Tok::close_brace:
    case Tok::comma:
    case Tok::bar:
    case Tok::kw_in:
    case Tok::kw_of:
    case Tok::kw_then:
    case Tok::kw_else:
    case Tok::kw_where:
    case Tok::end:
        return true;
    default:
        return false;
    }
}

void Parser::open_block() {
    if (is(Tok::open_brace)) {
        advance();
        blocks_.push_back({});
        return;
    }
    Block block;
    block.column = raw().column;
    block.empty = block.column <= enclosing_column();
    if (!block.empty)
        placed_ = true;
    blocks_.push_back(block);
}

bool Parser::next_item() {
    const Block& block = blocks_.back();
    if (block.empty)
        return false;
    for (;;) {
        if (is(Tok::semicolon))
            advance();
        else if (is(Tok::virtual_semicolon))
            placed_ = true;
        else
            break;
    }
    if (block.column == 0)
        return !is(Tok::close_brace);
    return !is(Tok::virtual_close) && !ends_block(peek());
}

bool Parser::after_item() const {
    if (is(Tok::semicolon) || is(Tok::virtual_semicolon))
        return true;
    if (blocks_.back().column == 0 && !is(Tok::close_brace))
        unexpected("`;` or `}`");
    return false;
}

void Parser::close_block() {
    if (blocks_.back().column == 0 && !blocks_.back().empty)
        expect(Tok::close_brace, "`}`");
    blocks_.pop_back();
}

} // namespace pfq::lang
