// Sockets as their user describes them.
#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace pfq::engine {

inline constexpr unsigned max_sockets = 1024;
inline constexpr unsigned max_classes = 64;
inline constexpr unsigned max_eligible = 256; ///< sockets of one group
inline constexpr unsigned max_weight = 1024;
inline constexpr unsigned class_control = 63;

struct SocketSpec {
    std::string name; ///< becomes part of file names; empty: the socket's number
    std::uint32_t weight = 1;
    std::uint64_t class_mask = 1; ///< bit i: member of class i
    bool operator==(const SocketSpec&) const = default;
};

/// "3" (that many sockets) or "name[:weight[:class[+class...]]],..." where a class is 0..63, `default` (0), `control`
/// (63) or `any` (all but control). The error tells what is wrong and what would be right.
[[nodiscard]] std::expected<std::vector<SocketSpec>, std::string> parse_sockets(std::string_view text);

} // namespace pfq::engine
