// Numbers, characters and strings.
#include <array>
#include <limits>

#include "lang/source/utf8.hpp"
#include "lang/syntax/lexer_impl.hpp"

namespace pfq::lang {

using namespace chars;

void Lexer::number() {
    const std::uint32_t begin = offset_;
    unsigned base = 10;
    if (current() == '0') {
        const char mark = static_cast<char>(at(offset_ + 1) | 0x20);
        base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
        if (base != 10)
            offset_ += 2;
    }
    std::uint64_t value = 0;
    bool digits = false, overflow = false;
    for (; digit(current()) < base || (current() == '_' && (digits || base != 10)); ++offset_) {
        if (current() == '_')
            continue;
        digits = true;
        const unsigned d = digit(current());
        overflow |= value > (std::numeric_limits<std::uint64_t>::max() - d) / base;
        value = value * base + d;
    }
    const bool fraction = base == 10 && current() == '.' && is_digit(at(offset_ + 1));
    if (!digits || fraction || is_name(current()) || text_[offset_ - 1] == '_')
        return not_an_integer(begin);
    if (overflow) {
        error(Code::bad_literal, span(begin), "number too large", "does not fit into 64 bits")
            .notes.push_back("the largest number is 18446744073709551615");
        return;
    }
    add(Tok::integer, begin).value = value;
}

/// An address without quotes, a fraction, or a number with letters in it.
void Lexer::not_an_integer(std::uint32_t begin) {
    unsigned dots = 0;
    while (is_name(current()) || (current() == '.' && is_digit(at(offset_ + 1)))) {
        dots += current() == '.';
        ++offset_;
    }
    if (dots == 3) {
        if (current() == '/' && is_digit(at(offset_ + 1)))
            for (++offset_; is_digit(current());)
                ++offset_;
        error(Code::bad_literal, span(begin), "address without quotes", "addresses are written as strings")
            .help.push_back({"put it into quotes", Edit{span(begin), "\"" + slice(begin) + "\""}});
        return;
    }
    std::string message = "malformed number `" + slice(begin) + "`";
    if (dots == 1)
        error(Code::bad_literal, span(begin), message, "there are only whole numbers");
    else
        error(Code::bad_literal, span(begin), message, "not a number")
            .notes.push_back(
                "numbers are written 443, 0x1bb, 0o673, 0b110111011; digits may be grouped with _ as in 65_535");
}

void Lexer::character() {
    const std::uint32_t begin = offset_++;
    std::string value;
    if (current() == '\\') {
        const std::uint32_t backslash = offset_++;
        if (!escape(backslash, value))
            return;
    } else if (!done() && current() != '\n' && current() != '\'') {
        const auto decoded = utf8::decode(text_.substr(offset_));
        offset_ += decoded->length;
        value = slice(begin + 1);
    }
    const auto decoded = utf8::decode(value);
    if (current() == '\'' && decoded && decoded->length == value.size()) {
        ++offset_;
        add(Tok::character, begin).value = decoded->code_point;
        return;
    }
    // a word in single quotes up to the end of the line?
    std::uint32_t close = offset_;
    while (close < text_.size() && text_[close] != '\n' && text_[close] != '\'')
        ++close;
    if (at(close) == '\'') {
        offset_ = close + 1;
        Diagnostic& d = error(Code::bad_literal, span(begin), "malformed character", "not exactly one character");
        if (close > begin + 1)
            d.help.push_back(
                {"strings stand in double quotes",
                 Edit{span(begin), "\"" + std::string(text_.substr(begin + 1, close - begin - 1)) + "\""}});
        return;
    }
    error(Code::unterminated_string, {begin, begin + 1, file_}, "unterminated character", "`'` is never closed");
    offset_ = close;
}

void Lexer::string() {
    const std::uint32_t begin = offset_++;
    std::string value;
    while (!done() && current() != '"' && current() != '\n') {
        if (current() != '\\') {
            value += text_[offset_++];
            continue;
        }
        const std::uint32_t backslash = offset_++;
        const char c = current();
        const bool fine = c == ' ' || c == '\t' || c == '\n' || c == '\r' ? gap(backslash)
                          : c == '&'                                      ? ++offset_ > 0
                                                                          : escape(backslash, value);
        if (fine)
            continue;
        while (!done() && current() != '"' && current() != '\n') // one error a string
            ++offset_;
        offset_ += current() == '"';
        return;
    }
    if (current() != '"') {
        error(Code::unterminated_string, {begin, begin + 1, file_}, "unterminated string", "`\"` is never closed")
            .notes.push_back("a string ends on its line");
        return;
    }
    ++offset_;
    add(Tok::string, begin).text = std::move(value);
}

/// A backslash, white space and another backslash stand for nothing.
bool Lexer::gap(std::uint32_t backslash) {
    while (current() == ' ' || current() == '\t' || current() == '\n' || current() == '\r')
        ++offset_;
    if (current() == '\\') {
        ++offset_;
        return true;
    }
    error(Code::bad_literal, {backslash, backslash + 1, file_}, "malformed gap in a string",
          "the gap that starts here must end with another `\\`");
    return false;
}

bool Lexer::numeric_escape(std::uint32_t backslash, unsigned base, std::string& out) {
    std::uint32_t value = 0;
    bool digits = false;
    for (; digit(current()) < base; ++offset_) {
        digits = true;
        value = std::min<std::uint32_t>(value * base + digit(current()), 0x110000);
    }
    if (!digits || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
        error(Code::bad_literal, span(backslash), "malformed escape", "not the number of a character");
        return false;
    }
    utf8::append(out, value);
    return true;
}

bool Lexer::escape(std::uint32_t backslash, std::string& out) {
    static constexpr std::string_view letters = "abfnrtv\\\"'";
    static constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\\"'";
    // SOH before SO: the longest name wins
    static constexpr std::array<std::pair<std::string_view, char>, 34> names{{
        {"NUL", 0},  {"SOH", 1},  {"STX", 2},  {"ETX", 3},  {"EOT", 4},  {"ENQ", 5},   {"ACK", 6},
        {"BEL", 7},  {"BS", 8},   {"HT", 9},   {"LF", 10},  {"VT", 11},  {"FF", 12},   {"CR", 13},
        {"SO", 14},  {"SI", 15},  {"DLE", 16}, {"DC1", 17}, {"DC2", 18}, {"DC3", 19},  {"DC4", 20},
        {"NAK", 21}, {"SYN", 22}, {"ETB", 23}, {"CAN", 24}, {"EM", 25},  {"SUB", 26},  {"ESC", 27},
        {"FS", 28},  {"GS", 29},  {"RS", 30},  {"US", 31},  {"SP", 32},  {"DEL", 127},
    }};
    const char c = current();
    if (is_digit(c))
        return numeric_escape(backslash, 10, out);
    if ((c == 'x' || c == 'o') && ++offset_)
        return numeric_escape(backslash, c == 'x' ? 16 : 8, out);
    if (auto i = letters.find(c); c != '\0' && i != std::string_view::npos) {
        out += meanings[i];
        ++offset_;
        return true;
    }
    if (c == '^' && at(offset_ + 1) >= '@' && at(offset_ + 1) <= '_') {
        out += static_cast<char>(at(offset_ + 1) - '@');
        offset_ += 2;
        return true;
    }
    for (const auto& [name, value] : names)
        if (text_.substr(offset_).starts_with(name)) {
            out += value;
            offset_ += static_cast<std::uint32_t>(name.size());
            return true;
        }
    error(Code::bad_literal, span(backslash), "unknown escape", "no escape starts like this")
        .help.push_back({"a backslash itself is written `\\\\`", std::nullopt});
    return false;
}

} // namespace pfq::lang
