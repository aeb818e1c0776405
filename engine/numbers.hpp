// Reading numbers and lists in option values.
#pragma once
#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <vector>

namespace pfq::engine {

/// The whole text as a decimal number that fits in Number and lies in [low, high].
template <std::integral Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text, Number low, Number high) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < low || value > high)
        return std::nullopt;
    return value;
}

/// The parts between separators; empty parts are kept, an empty text is one empty part.
[[nodiscard]] inline std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return parts;
        text.remove_prefix(end + 1);
    }
}

} // namespace pfq::engine
