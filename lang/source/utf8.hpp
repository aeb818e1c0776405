// UTF-8: validation and encoding.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pfq::lang::utf8 {

struct Decoded {
    std::uint32_t code_point;
    unsigned length; ///< in bytes
};

/// The character at the start of `text`; nothing when it is not well-formed (overlong, surrogate, cut) or `text` is
/// empty.
[[nodiscard]] std::optional<Decoded> decode(std::string_view text);

/// Offset of the first byte that is not part of well-formed UTF-8.
[[nodiscard]] std::optional<std::size_t> first_invalid(std::string_view text);

/// Columns that a terminal gives to the character: 0 for combining marks, 2 for East Asian wide ones and emoji, else 1.
[[nodiscard]] unsigned width(std::uint32_t code_point);

/// Appends `code_point` (at most 0x10ffff).
void append(std::string& text, std::uint32_t code_point);

} // namespace pfq::lang::utf8
