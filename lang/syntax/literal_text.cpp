#include "lang/syntax/literal_text.hpp"

#include "lang/source/utf8.hpp"
#include "lang/syntax/lexer.hpp"

namespace pfq::lang {

namespace {

/// Appends one character, escaped if need be; `numeric` is set when the escape ends in digits.
void append_escaped(std::string& out, std::uint32_t code_point, char quote, bool& numeric) {
    static constexpr std::string_view letters = "abfnrtv";
    static constexpr std::string_view meanings = "\a\b\f\n\r\t\v";
    numeric = false;
    const auto letter = code_point < 0x80 ? meanings.find(static_cast<char>(code_point)) : std::string_view::npos;
    if (letter != std::string_view::npos) {
        (out += '\\') += letters[letter];
    } else if (code_point == '\\' || code_point == static_cast<unsigned char>(quote)) {
        (out += '\\') += static_cast<char>(code_point);
    } else if (code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0)) {
        out += "\\" + std::to_string(code_point);
        numeric = true;
    } else {
        utf8::append(out, code_point);
    }
}

} // namespace

std::string string_text(std::string_view value) {
    std::string out = "\"";
    bool numeric = false;
    while (!value.empty()) {
        if (numeric && value[0] >= '0' && value[0] <= '9')
            out += "\\&"; // keeps the digit out of the escape
        const auto next = utf8::decode(value);
        append_escaped(out, next ? next->code_point : 0xfffd, '"', numeric);
        value.remove_prefix(next ? next->length : 1);
    }
    return out + "\"";
}

std::string char_text(std::uint32_t code_point) {
    std::string out = "'";
    bool numeric = false;
    append_escaped(out, code_point, '\'', numeric);
    return out + "'";
}

std::string fixity_text(const Fixity& fixity) {
    const char* keyword = fixity.associativity == Associativity::left    ? "infixl "
                          : fixity.associativity == Associativity::right ? "infixr "
                                                                         : "infix ";
    return keyword + std::to_string(fixity.precedence);
}

bool is_operator(const Name& name) {
    return !name.text.empty() && is_symbol_char(name.text[0]);
}

std::string name_text(const Name& name) {
    const std::string text = name.qualifier.empty() ? name.text : name.qualifier + "." + name.text;
    return is_operator(name) ? "(" + text + ")" : text;
}

std::string operator_text(const Name& name) {
    const std::string text = name.qualifier.empty() ? name.text : name.qualifier + "." + name.text;
    return is_operator(name) ? text : "`" + text + "`";
}

} // namespace pfq::lang
