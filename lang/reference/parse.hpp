// The steps of parse(), one per layer. Each one fills the fields of its layer in a level.
#pragma once
#include "lang/reference/fields.hpp"

namespace pfq::lang::reference {

using Bytes = std::span<const std::uint8_t>;

/// Where a level starts: at an Ethernet header, or at a network header that `ethertype` announces.
struct Start {
    bool ethernet;
    std::uint64_t offset;
    std::uint64_t ethertype; ///< unless ethernet
};

/// Link layer with its VLAN tags. Returns the offset of the network header; fields[eth_type] says of which kind it is.
std::uint64_t parse_link(Bytes bytes, const Start& start, Level& fields);
/// Network layer at `offset`, of the kind fields[eth_type].
void parse_network(Bytes bytes, std::uint64_t offset, Level& fields);
/// Transport layer at fields[l4_offset].
void parse_transport(Bytes bytes, Level& fields);
/// The level inside one whose network header is at `network`; nothing when there is none.
[[nodiscard]] std::optional<Start> parse_tunnel(Bytes bytes, std::uint64_t network, const Level& fields);

} // namespace pfq::lang::reference
