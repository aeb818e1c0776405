// Brackets are matched before the text is parsed: a missing one is found where it was opened.
#pragma once
#include <optional>

#include "lang/diagnostics/diagnostic.hpp"
#include "lang/syntax/token.hpp"

namespace pfq::lang {

/// False iff errors were added. In a module (not in an expression) a line that starts a declaration ends all brackets.
[[nodiscard]] bool check_brackets(const std::vector<Token>& tokens, bool is_expression, Diagnostics& diagnostics);

/// The token that opens the declarations: the first one, or the one after `module ... where`.
[[nodiscard]] const Token& first_of_body(const std::vector<Token>& tokens);

} // namespace pfq::lang
