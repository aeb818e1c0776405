// The input of an evaluation: the bytes of a packet and what is known beside them.
#pragma once
#include "lang/pipeline/pipeline.hpp"
#include <span>

namespace pfq::lang::reference {

struct PacketInput {
    std::span<const std::uint8_t> bytes; ///< what was captured of the frame; the caller's
    std::uint32_t length = 0;            ///< bytes on the wire
    bool ethernet = true;                ///< the frame starts with an Ethernet header
    std::uint16_t l3_offset = 0;         ///< where the link header ends, before VLAN tags (unless ethernet)
    std::uint16_t ethertype = 0;         ///< the first EtherType (unless ethernet)
    std::uint32_t device = 0;            ///< index of the device
    std::uint16_t queue = 0;             ///< its receive queue
    std::uint64_t sequence = 0;          ///< number of the packet in the group, from 0
    std::uint64_t time_ns = 0;           ///< arrival, nanoseconds since the epoch
    std::uint32_t mark = 0;
    std::uint64_t device_address = absent; ///< primary IPv4 address of the device
    std::uint64_t device_address6_high = absent, device_address6_low = absent;
};

/// Are `count` bytes at `offset` among the captured ones? (offset + count does not wrap around.)
[[nodiscard]] constexpr bool captured(std::span<const std::uint8_t> bytes, std::uint64_t offset, std::uint64_t count) {
    return offset <= bytes.size() && bytes.size() - offset >= count;
}

/// The big-endian number of `width` (1 to 8) bytes at `offset`; absent unless all of them were captured.
[[nodiscard]] constexpr std::uint64_t read(std::span<const std::uint8_t> bytes, std::uint64_t offset, unsigned width) {
    if (!captured(bytes, offset, width))
        return absent;
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes.subspan(offset, width))
        value = value << 8U | byte;
    return value;
}

} // namespace pfq::lang::reference
