// Values of the packet notation: numbers, addresses, hex. All parsers throw std::invalid_argument.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pfq::test {

using Bytes = std::vector<std::uint8_t>;

/// Decimal or 0x...; at most `max`.
[[nodiscard]] std::uint64_t parse_number(std::string_view text, std::uint64_t max = ~std::uint64_t{0});
[[nodiscard]] std::uint32_t parse_ipv4(std::string_view text);
/// Upper and lower half. Without the form that ends in an IPv4 address.
[[nodiscard]] std::pair<std::uint64_t, std::uint64_t> parse_ipv6(std::string_view text);
[[nodiscard]] std::uint64_t parse_mac(std::string_view text);
[[nodiscard]] Bytes parse_hex(std::string_view text);

[[nodiscard]] std::string to_hex(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::string ipv4_text(std::uint64_t address);
[[nodiscard]] std::string ipv6_text(std::uint64_t high, std::uint64_t low);

} // namespace pfq::test
