// What the parser says when it cannot go on, and where it goes on.
#include "lang/syntax/parser.hpp"

namespace pfq::lang {

Parser::Nest::Nest(Parser& parser) : parser_(parser) {
    if (parser.nesting_ >= limits::max_nesting)
        parser.fail(Code::nested_too_deep, parser.here(),
                    "more than " + std::to_string(limits::max_nesting) + " levels of nesting", "too deep here",
                    "give a part of it a name of its own");
    ++parser.nesting_;
}

void Parser::fail(Code code, Span span, std::string message, std::string label, std::string help) const {
    Diagnostic d{code, Severity::error, std::move(message), {span, std::move(label)}, {}, {}, {}};
    if (!help.empty())
        d.help.push_back({std::move(help), std::nullopt});
    throw d;
}

void Parser::unsupported(Span span, std::string what, std::string instead) const {
    fail(Code::unsupported_form, span, "pfq-lang has no " + what, "not in the language", std::move(instead));
}

void Parser::unsupported_keyword() const {
    const Token& token = raw();
    std::string instead = "use tuples, lists and functions; `type` gives a type another name";
    if (token.text == "class" || token.text == "instance")
        instead = "functions on any type need no class; for different behaviour write functions with different names";
    else if (token.text == "foreign" || token.text == "default")
        instead = "remove it; `" + token.text + "` is a reserved word, so it cannot be a name either";
    unsupported(token.span, "`" + token.text + "` declarations", instead);
}

std::string Parser::describe(Tok kind) const {
    if (kind == Tok::end)
        return "end of the program";
    const std::string_view token = text().substr(raw().span.begin, raw().span.end - raw().span.begin);
    constexpr std::size_t long_text = 40;
    if (token.size() > long_text || token.find('\n') != std::string_view::npos)
        return kind == Tok::string ? "string" : "token";
    return "`" + std::string(token) + "`";
}

void Parser::unexpected(std::string_view expected) const {
    const Tok found = peek();
    const bool at_end = raw().kind == Tok::end;
    Diagnostic d{Code::syntax_error, Severity::error, {}, {here(), "expected " + std::string(expected)}, {}, {}, {}};
    if (at_end) {
        const std::uint32_t end = position_ == 0 ? 0 : tokens_[position_ - 1].span.end;
        d.message = "the program ends too early";
        d.primary.span = {end, end, here().file};
    } else if (found == Tok::virtual_semicolon || found == Tok::virtual_close) {
        d.code = Code::bad_layout;
        d.message = "expected " + std::string(expected) + ", found a line that is not indented enough";
        d.primary.text = "this line does not belong to what precedes it";
        d.help.push_back({"indent it more to continue the line before it", std::nullopt});
        const std::uint32_t line_begin = static_cast<std::uint32_t>(text().rfind('\n', here().begin) + 1);
        if (text().substr(line_begin, here().begin - line_begin).find('\t') != std::string_view::npos)
            d.notes.push_back("a tab goes to the next column after a multiple of 8");
    } else if (found == Tok::symbol && raw().first_on_line && placed_) {
        d.code = Code::bad_layout;
        d.message = "the line starts with an operator";
        d.primary.text = "starts a new item, because it is not indented more than the lines before it";
        d.help.push_back({"indent it more to continue the line before it", std::nullopt});
    } else {
        d.message = "unexpected " + describe(found);
        add_hint(d, found);
    }
    throw d;
}

/// Help for what people write who know other languages.
void Parser::add_hint(Diagnostic& d, Tok found) const {
    auto replace = [&](std::string help, std::string by) {
        d.help.push_back({std::move(help), Edit{here(), std::move(by)}});
    };
    switch (found) {
    case Tok::equals:
        replace("`==` compares two values; a property is compared with `.==`, as in `ip_ttl .== 64`", "==");
        break;
    case Tok::right_arrow:
        replace("computations are chained with `>->`", ">->");
        break;
    case Tok::left_arrow:
        d.notes.push_back("`pattern <- e` stands in list comprehensions, guards and do blocks only");
        break;
    case Tok::bar:
        replace("`||` is or; predicates are combined with `.||.`", ".||.");
        break;
    case Tok::at:
        d.notes.push_back("`name@pattern` stands in patterns only");
        break;
    case Tok::kw_then:
    case Tok::kw_else:
        d.notes.push_back("it is written `if condition then this else that`");
        break;
    case Tok::open_brace:
        d.notes.push_back("there are no records; braces stand around blocks, as in `do { a; b }`");
        break;
    case Tok::close_bracket:
    case Tok::close_paren:
        if (position_ > 0 && tokens_[position_ - 1].kind == Tok::comma)
            d.help.push_back({"remove the last comma", Edit{tokens_[position_ - 1].span, ""}});
        break;
    case Tok::kw_where:
        d.notes.push_back("`where` stands after the right side of an equation or alternative");
        break;
    case Tok::kw_foreign_form:
    case Tok::kw_type:
    case Tok::kw_of:
        d.notes.push_back("`" + raw().text + "` is a reserved word");
        break;
    default:
        break;
    }
}

void Parser::resynchronise(std::size_t start) {
    const std::uint32_t column = blocks_.front().column;
    blocks_.resize(1);
    blocks_.front().brackets = 0;
    conditionals_ = 0;
    placed_ = false;
    if (position_ == start)
        advance();
    // a line at the margin that looks like no declaration probably belongs to the one with the mistake
    auto at_declaration = [&] {
        return column > 0 && raw().first_on_line && raw().column <= column && starts_declaration(tokens_, position_);
    };
    while (raw().kind != Tok::end && !at_declaration())
        ++position_;
}

} // namespace pfq::lang
