// Flows of UDP packets over IPv4 and IPv6, and frames of them.
#pragma once
#include <cstdint>
#include <vector>

#include "tests/live/send/headers.h"

namespace pfq::send {

enum class Family : std::uint8_t { ipv4, ipv6, both };

struct FlowOptions {
    std::uint32_t count = 1;
    Family family = Family::ipv4;
    std::uint32_t size = SEND_LEAST_IPV4; ///< bytes of a frame, without Ethernet's checksum
    std::uint32_t first = 0;              ///< number of the first flow
    std::uint32_t step = 1;               ///< between flows: senders in parallel have different ones
    std::uint8_t source[6] = {2, 0, 0, 0, 0, 1}, destination[6] = {2, 0, 0, 0, 0, 2};
};

/// Addresses and ports differ between flows; checksums are right whatever the number of the frame.
[[nodiscard]] std::vector<send_headers> make_flows(const FlowOptions& options);
/// A frame of the flow as the program makes it.
[[nodiscard]] std::vector<std::uint8_t> make_frame(const send_headers& flow, std::uint32_t size, std::uint64_t number);

} // namespace pfq::send
