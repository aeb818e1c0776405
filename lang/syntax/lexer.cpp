#include "lang/syntax/lexer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "lang/source/utf8.hpp"
#include "lang/syntax/lexer_impl.hpp"
#include "lang/syntax/limits.hpp"

namespace pfq::lang {

namespace {

using namespace chars;

constexpr std::array<std::pair<std::string_view, Tok>, 23> keywords{{
    {"_", Tok::underscore},
    {"case", Tok::kw_case},
    {"class", Tok::kw_foreign_form},
    {"data", Tok::kw_foreign_form},
    {"default", Tok::kw_foreign_form},
    {"deriving", Tok::kw_foreign_form},
    {"do", Tok::kw_do},
    {"else", Tok::kw_else},
    {"foreign", Tok::kw_foreign_form},
    {"if", Tok::kw_if},
    {"import", Tok::kw_import},
    {"in", Tok::kw_in},
    {"infix", Tok::kw_infix},
    {"infixl", Tok::kw_infixl},
    {"infixr", Tok::kw_infixr},
    {"instance", Tok::kw_foreign_form},
    {"let", Tok::kw_let},
    {"module", Tok::kw_module},
    {"newtype", Tok::kw_foreign_form},
    {"of", Tok::kw_of},
    {"then", Tok::kw_then},
    {"type", Tok::kw_type},
    {"where", Tok::kw_where},
}};

constexpr std::array<std::pair<std::string_view, Tok>, 10> reserved_symbols{{
    {"..", Tok::dot_dot},
    {"::", Tok::double_colon},
    {"=", Tok::equals},
    {"\\", Tok::backslash},
    {"|", Tok::bar},
    {"<-", Tok::left_arrow},
    {"->", Tok::right_arrow},
    {"@", Tok::at},
    {"~", Tok::tilde},
    {"=>", Tok::fat_arrow},
}};

template <std::size_t N>
Tok look_up(const std::array<std::pair<std::string_view, Tok>, N>& table, std::string_view text, Tok otherwise) {
    auto found = std::ranges::find(table, text, &std::pair<std::string_view, Tok>::first);
    return found == table.end() ? otherwise : found->second;
}

Tok punctuation(char c) {
    switch (c) {
    case '(':
        return Tok::open_paren;
    case ')':
        return Tok::close_paren;
    case '[':
        return Tok::open_bracket;
    case ']':
        return Tok::close_bracket;
    case '{':
        return Tok::open_brace;
    case '}':
        return Tok::close_brace;
    case ',':
        return Tok::comma;
    case ';':
        return Tok::semicolon;
    case '`':
        return Tok::backquote;
    default:
        return Tok::end;
    }
}

/// What people type, or editors make of it, for an ASCII character.
std::string_view plain_form(std::uint32_t code_point) {
    switch (code_point) {
    case 0x2018:
    case 0x2019:
        return "'";
    case 0x201c:
    case 0x201d:
        return "\"";
    case 0x2013:
    case 0x2014:
    case 0x2212:
        return "-";
    case 0x2192:
        return "->";
    case 0x2190:
        return "<-";
    case 0x2264:
        return "<=";
    case 0x2265:
        return ">=";
    case 0x2260:
        return "/=";
    case 0x2026:
        return "..";
    case 0x00a0:
        return " ";
    default:
        return {};
    }
}

} // namespace

bool is_symbol_char(char c) {
    return c != '\0' && std::string_view("!#$%&*+./<=>?@\\^|-~:").find(c) != std::string_view::npos;
}

Diagnostic& Lexer::error(Code code, Span place, std::string message, std::string label) {
    Diagnostic d{code, Severity::error, std::move(message), {place, std::move(label)}, {}, {}, {}};
    return diagnostics_.emplace_back(std::move(d));
}

Token& Lexer::add(Tok kind, std::uint32_t begin) {
    for (; column_offset_ < begin; ++column_offset_) {
        const char c = text_[column_offset_];
        if (c == '\n')
            column_ = 1;
        else if (c == '\t')
            column_ = (column_ + 7) / 8 * 8 + 1;
        else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) // continuation bytes have no width
            ++column_;
    }
    Token token;
    token.kind = kind;
    token.span = span(begin);
    token.column = column_;
    token.first_on_line = !token_on_line_;
    line_is_blank_ = false;
    token_on_line_ = true;
    return result.tokens.emplace_back(std::move(token));
}

void Lexer::run() {
    while (diagnostics_.size() < limits::max_errors) {
        skip_white_space();
        if (done())
            break;
        token();
    }
    Token& end = add(Tok::end, static_cast<std::uint32_t>(text_.size()));
    end.column = 0;
    end.first_on_line = true;
}

void Lexer::skip_white_space() {
    while (!done()) {
        const char c = current();
        if (c == '\n') {
            line_is_blank_ = true;
            token_on_line_ = false;
            ++offset_;
        } else if (c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v') {
            ++offset_;
        } else if (c == '{' && at(offset_ + 1) == '-') {
            block_comment();
        } else if (c == '-' && at(offset_ + 1) == '-') {
            std::uint32_t after = offset_;
            while (at(after) == '-')
                ++after;
            if (is_symbol_char(at(after))) // `-->` is an operator
                return;
            line_comment();
        } else {
            return;
        }
    }
}

void Lexer::line_comment() {
    const std::uint32_t begin = offset_;
    while (!done() && current() != '\n')
        ++offset_;
    std::uint32_t end = offset_;
    while (end > begin && (text_[end - 1] == '\r' || text_[end - 1] == ' ' || text_[end - 1] == '\t'))
        --end;
    result.comments.push_back({{begin, end, file_}, true, line_is_blank_});
    line_is_blank_ = false;
}

void Lexer::block_comment() {
    const std::uint32_t begin = offset_;
    const bool own_line = line_is_blank_;
    unsigned depth = 0;
    do {
        if (done()) {
            error(Code::unterminated_string, {begin, begin + 2, file_}, "unterminated comment", "`{-` is never closed")
                .help.push_back({"end it with `-}`; comments nest, so every `{-` inside needs one too", std::nullopt});
            return;
        }
        const char c = current();
        const char next = at(offset_ + 1);
        if (c == '{' && next == '-') {
            ++depth;
            offset_ += 2;
        } else if (c == '-' && next == '}') {
            --depth;
            offset_ += 2;
        } else {
            if (c == '\n')
                token_on_line_ = false;
            ++offset_;
        }
    } while (depth > 0);
    result.comments.push_back({span(begin), false, own_line});
    line_is_blank_ = false;
}

void Lexer::token() {
    const char c = current();
    if (is_lower(c) || is_upper(c))
        return name();
    if (is_digit(c))
        return number();
    if (c == '"')
        return string();
    if (c == '\'')
        return character();
    if (Tok kind = punctuation(c); kind != Tok::end) {
        const std::uint32_t begin = offset_++;
        add(kind, begin);
        return;
    }
    if (is_symbol_char(c))
        return symbol();
    bad_character();
}

void Lexer::name() {
    const std::uint32_t begin = offset_;
    std::string qualifier;
    for (;;) {
        const std::uint32_t part = offset_;
        while (is_name(current()))
            ++offset_;
        const bool upper = is_upper(text_[part]);
        const char next = at(offset_ + 1);
        // `A.b`, `A.B`, `A.+` and `A..&.` go on; `A..` alone is a constructor before a range
        const bool range = next == '.' && !is_symbol_char(at(offset_ + 2));
        const bool more =
            upper && current() == '.' && (is_lower(next) || is_upper(next) || (is_symbol_char(next) && !range));
        if (!more) {
            std::string text = slice(part);
            Tok kind = upper ? Tok::constructor : Tok::variable;
            if (qualifier.empty())
                kind = look_up(keywords, text, kind);
            Token& token = add(kind, begin);
            token.qualifier = std::move(qualifier);
            token.text = std::move(text);
            return;
        }
        qualifier += (qualifier.empty() ? "" : ".") + slice(part);
        ++offset_;
        if (is_symbol_char(current())) {
            const std::uint32_t op = offset_;
            while (is_symbol_char(current()))
                ++offset_;
            Token& token = add(Tok::symbol, begin);
            token.qualifier = std::move(qualifier);
            token.text = slice(op);
            return;
        }
    }
}

void Lexer::symbol() {
    const std::uint32_t begin = offset_;
    while (is_symbol_char(current()))
        ++offset_;
    std::string text = slice(begin);
    Token& token = add(look_up(reserved_symbols, text, Tok::symbol), begin);
    token.text = std::move(text);
}

void Lexer::bad_character() {
    const std::uint32_t begin = offset_;
    const auto decoded = utf8::decode(text_.substr(offset_));
    const std::uint32_t code_point = decoded ? decoded->code_point : 0xfffd;
    offset_ += decoded ? decoded->length : 1;
    const bool printable = code_point > 0x20 && code_point != 0x7f && code_point != 0xa0;
    std::string shown = printable ? "`" + slice(begin) + "`" : "control or blank character";
    Diagnostic& d =
        error(Code::bad_character, span(begin), "unexpected character: " + shown, "not part of the language");
    if (auto plain = plain_form(code_point); !plain.empty())
        d.help.push_back({"use the plain form", Edit{span(begin), std::string(plain)}});
    else
        d.help.push_back({"names and operators are made of ASCII characters; other text goes into strings and comments",
                          std::nullopt});
}

namespace {

bool check_text(std::string_view text, std::uint32_t file, Diagnostics& diagnostics) {
    if (text.size() > limits::max_text) {
        const auto limit = static_cast<std::uint32_t>(limits::max_text);
        Diagnostic d{Code::program_too_long,
                     Severity::error,
                     "program of " + std::to_string(text.size()) + " bytes, the limit is " + std::to_string(limit),
                     {{limit, limit + 1, file}, "the limit is here"},
                     {},
                     {},
                     {}};
        d.help.push_back(
            {"move parts of it into modules; keep long lists of addresses or ports in a table", std::nullopt});
        diagnostics.push_back(std::move(d));
        return false;
    }
    if (auto bad = utf8::first_invalid(text)) {
        const auto begin = static_cast<std::uint32_t>(*bad);
        Diagnostic d{Code::not_utf8,
                     Severity::error,
                     "the text is not UTF-8",
                     {{begin, begin + 1, file}, "this byte does not belong to a UTF-8 character"},
                     {},
                     {},
                     {}};
        d.help.push_back({"save the file as UTF-8", std::nullopt});
        diagnostics.push_back(std::move(d));
        return false;
    }
    return true;
}

} // namespace

std::optional<Lexed> lex(const SourceSet& sources, std::uint32_t file, Diagnostics& diagnostics) {
    std::string_view text = sources[file].text();
    if (!check_text(text, file, diagnostics))
        return std::nullopt;
    Diagnostics found;
    Lexer lexer(text, file, found);
    lexer.run();
    if (found.empty())
        return std::move(lexer.result);
    std::ranges::move(found, std::back_inserter(diagnostics));
    return std::nullopt;
}

} // namespace pfq::lang
