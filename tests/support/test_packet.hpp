// A packet of a test, with everything an evaluation wants to know about it.
#pragma once
#include "datapath/abi.h"
#include "lang/reference/packet.hpp"
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pfq::test {

struct TestPacket {
    std::vector<std::uint8_t> bytes; ///< what was captured
    std::uint32_t length = 0;        ///< bytes on the wire
    bool ethernet = true;            ///< the frame starts with an Ethernet header
    std::uint16_t l3_offset = 0;     ///< unless ethernet: where the link header ends
    std::uint16_t ethertype = 0;     ///< unless ethernet: the first EtherType
    std::uint32_t device = 0;
    std::uint16_t queue = 0;
    std::uint64_t sequence = 0;
    std::uint64_t time = 0; ///< nanoseconds since the epoch
    std::uint32_t mark = 0;
    std::uint64_t device_address = lang::absent; ///< primary IPv4 address of the device
    std::uint64_t device_address6_high = lang::absent, device_address6_low = lang::absent;
    bool operator==(const TestPacket&) const = default;
};

/// A packet in the notation of tests/corpus/README.md. Throws std::invalid_argument with a text that says what is
/// wrong.
[[nodiscard]] TestPacket parse_packet(std::string_view text);

/// The same packet in the notation, its bytes as hex: parse_packet(describe(p)) == p.
[[nodiscard]] std::string describe(const TestPacket& packet);

/// The packet as an input of the reference evaluator; the bytes stay those of `packet`.
[[nodiscard]] lang::reference::PacketInput to_input(const TestPacket& packet);

/// The packet as an input of native code; the bytes stay those of `packet`.
[[nodiscard]] pfq_packet to_abi(const TestPacket& packet);
[[nodiscard]] pfq_device_address to_abi_address(const TestPacket& packet);

} // namespace pfq::test
