// Literals and operators as they are written in a program.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "lang/syntax/ast.hpp"

namespace pfq::lang {

/// With double quotes; what is not printable ASCII or well-formed UTF-8 is escaped.
[[nodiscard]] std::string string_text(std::string_view value);
/// With single quotes.
[[nodiscard]] std::string char_text(std::uint32_t code_point);
/// "infixl 4"
[[nodiscard]] std::string fixity_text(const Fixity& fixity);
/// A name where an operand may stand: operators in brackets.
[[nodiscard]] std::string name_text(const Name& name);
/// A name between operands: functions in backquotes.
[[nodiscard]] std::string operator_text(const Name& name);
[[nodiscard]] bool is_operator(const Name& name);

} // namespace pfq::lang
