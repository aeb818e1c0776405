// Addresses as texts.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "lang/pipeline/pipeline.hpp"

namespace pfq::lang {

/// "10.1.2.3", "10.0.0.0/8", "2001:db8::/32", "::ffff:1.2.3.4". Bits beyond the length are cleared.
[[nodiscard]] std::optional<Prefix> parse_prefix(std::string_view text);
/// "00:1b:21:aa:bb:cc" (also with dashes) as 48 bits.
[[nodiscard]] std::optional<std::uint64_t> parse_mac(std::string_view text);

} // namespace pfq::lang
