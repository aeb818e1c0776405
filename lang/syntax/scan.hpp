// What a text is, from a look at its tokens before they are parsed. Private to the parser.
#pragma once
#include <cstddef>
#include <vector>

#include "lang/syntax/token.hpp"

namespace pfq::lang {

/// What a token adds to the number of open brackets.
[[nodiscard]] int bracket_step(Tok kind);

/// Whether the tokens from `i` on start like a declaration: a keyword of one, a left side without keywords up to `=` or
/// a guard, or a signature.
[[nodiscard]] bool starts_declaration(const std::vector<Token>& tokens, std::size_t i);

/// Whether a program is a single expression: no line at its left margin starts a declaration.
[[nodiscard]] bool is_expression(const std::vector<Token>& tokens);

} // namespace pfq::lang
