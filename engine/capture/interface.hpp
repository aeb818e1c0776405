// What a capture file says about an interface that packets were captured on.
#pragma once
#include "engine/capture/tick_clock.hpp"
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pfq::capture {

/// An address in network byte order with the length of its prefix in bits.
struct InterfaceAddress4 {
    std::array<std::uint8_t, 4> address{};
    std::uint8_t prefix = 32;
};
struct InterfaceAddress6 {
    std::array<std::uint8_t, 16> address{};
    std::uint8_t prefix = 128;
};

/// Counters of the capturing side, each absent when the file does not tell.
struct InterfaceStatistics {
    std::optional<std::uint64_t> received;      ///< packets that the interface received
    std::optional<std::uint64_t> dropped;       ///< by the interface, for want of resources
    std::optional<std::uint64_t> dropped_by_os; ///< after the filter
};

/// A pcap file has one, a pcapng file one for each interface description block of all its sections.
struct CaptureInterface {
    std::uint16_t link_type = 0; ///< LINKTYPE number
    bool supported = false;      ///< parse_link knows this link type
    std::uint32_t snaplen = 0;   ///< 0: no limit
    std::uint32_t section = 0;   ///< 0 for the first section
    TickClock clock;
    std::string name;
    std::string description;
    std::vector<InterfaceAddress4> ipv4;
    std::vector<InterfaceAddress6> ipv6;
    std::optional<std::array<std::uint8_t, 6>> mac;
    InterfaceStatistics statistics; ///< of the last statistics block read so far
};

} // namespace pfq::capture
