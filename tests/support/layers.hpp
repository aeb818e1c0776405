// How layers of the packet notation become bytes. Layers are encoded from the innermost one outwards.
#pragma once
#include "tests/support/attributes.hpp"
#include <span>

namespace pfq::test {

/// A checksum that needs the addresses of the IP header around it. Offsets in Encoded::bytes.
struct PendingChecksum {
    std::size_t segment; ///< where the transport header starts
    std::size_t field;   ///< where the checksum goes
    std::uint8_t protocol;
};

struct Encoded {
    Bytes bytes;
    std::optional<PendingChecksum> checksum;
};

/// What an encoder gets: the layer, its payload encoded, and the layers that the payload was made of.
struct Input {
    const LayerText& layer;
    Encoded payload;
    std::span<const LayerText> inner;
};

struct LayerKind {
    const char* name;
    int ethertype; ///< how an EtherType field announces this layer; -1: not at all
    int protocol;  ///< the same for IP protocol numbers
    Encoded (*encode)(Input& input);
};
[[nodiscard]] const LayerKind& kind_of(const LayerText& layer);

/// The EtherType, IP protocol or UDP port that announces the first of these layers.
[[nodiscard]] std::uint64_t ethertype_of(std::span<const LayerText> inner);
[[nodiscard]] std::uint64_t protocol_of(std::span<const LayerText> inner, bool ipv6);
[[nodiscard]] std::uint64_t udp_port_of(std::span<const LayerText> inner);

/// Appends the lower `width` bytes of a number, the highest first.
void append(Bytes& bytes, std::uint64_t value, unsigned width);
void append(Bytes& bytes, std::span<const std::uint8_t> more);
/// Overwrites two bytes.
void store16(Bytes& bytes, std::size_t offset, std::uint64_t value);
/// The sum that the Internet checksum is made of, not yet folded; and the checksum of such a sum.
[[nodiscard]] std::uint64_t sum16(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::uint16_t fold_checksum(std::uint64_t sum);
/// A header with its payload behind; a pending checksum of the payload moves along if `keep`.
[[nodiscard]] Encoded behind(Bytes header, Encoded payload, bool keep = false);

// Encoders, by file: link, network, transport, tunnel.
Encoded encode_eth(Input& input);
Encoded encode_vlan(Input& input);
Encoded encode_mpls(Input& input);
Encoded encode_arp(Input& input);
Encoded encode_data(Input& input);
Encoded encode_ip(Input& input);
Encoded encode_ip6(Input& input);
Encoded encode_options(Input& input);
Encoded encode_frag6(Input& input);
Encoded encode_ah(Input& input);
Encoded encode_tcp(Input& input);
Encoded encode_udp(Input& input);
Encoded encode_sctp(Input& input);
Encoded encode_icmp(Input& input);
Encoded encode_icmp6(Input& input);
Encoded encode_gre(Input& input);
Encoded encode_vxlan(Input& input);
Encoded encode_geneve(Input& input);
Encoded encode_gtpu(Input& input);

} // namespace pfq::test
