// The state of the lexer, shared by lexer.cpp (white space, comments, names) and lex_literal.cpp. Private to them.
#pragma once
#include <string>
#include <string_view>

#include "lang/syntax/lexer.hpp"

namespace pfq::lang {

class Lexer {
public:
    Lexer(std::string_view text, std::uint32_t file, Diagnostics& diagnostics)
        : text_(text), file_(file), diagnostics_(diagnostics) {}
    void run();
    Lexed result;

private:
    // lexer.cpp
    void skip_white_space();
    void line_comment();
    void block_comment();
    void token();
    void name();
    void symbol();
    void bad_character();
    Token& add(Tok kind, std::uint32_t begin);
    // lex_literal.cpp
    void number();
    void character();
    void string();
    void not_an_integer(std::uint32_t begin);
    /// After a backslash: appends what the escape stands for; false when it is not an escape (an error was added).
    bool escape(std::uint32_t backslash, std::string& out);
    bool gap(std::uint32_t backslash);
    bool numeric_escape(std::uint32_t backslash, unsigned base, std::string& out);

    [[nodiscard]] char at(std::uint32_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }
    [[nodiscard]] char current() const { return at(offset_); }
    [[nodiscard]] bool done() const { return offset_ >= text_.size(); }
    [[nodiscard]] Span span(std::uint32_t begin) const { return {begin, offset_, file_}; }
    [[nodiscard]] std::string slice(std::uint32_t begin) const {
        return std::string(text_.substr(begin, offset_ - begin));
    }
    Diagnostic& error(Code code, Span place, std::string message, std::string label = {});

    std::string_view text_;
    std::uint32_t file_;
    Diagnostics& diagnostics_;
    std::uint32_t offset_ = 0;
    bool line_is_blank_ = true;       ///< no token or comment since the line began
    bool token_on_line_ = false;      ///< a token since the line began
    std::uint32_t column_offset_ = 0; ///< column_ belongs to this offset
    std::uint32_t column_ = 1;
};

namespace chars {
inline bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
inline bool is_lower(char c) {
    return (c >= 'a' && c <= 'z') || c == '_';
}
inline bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
inline bool is_name(char c) {
    return is_lower(c) || is_upper(c) || is_digit(c) || c == '\'';
}
/// Value of a digit in bases up to 16; 99 for other characters.
inline unsigned digit(char c) {
    if (is_digit(c))
        return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f')
        return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F')
        return static_cast<unsigned>(c - 'A' + 10);
    return 99;
}
} // namespace chars

} // namespace pfq::lang
