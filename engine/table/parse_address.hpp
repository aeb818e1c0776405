// IP addresses as text.
#pragma once
#include <optional>
#include <string_view>

#include "engine/table/address_ranges.hpp"

namespace pfq::engine {

struct ParsedAddress {
    Address address;
    bool ipv6 = false;
};

/// "10.0.0.1" or "2001:db8::1".
[[nodiscard]] std::optional<ParsedAddress> parse_address(std::string_view text);

} // namespace pfq::engine
