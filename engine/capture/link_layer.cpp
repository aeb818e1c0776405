#include "engine/capture/link_layer.hpp"
#include "engine/capture/bytes.hpp"
#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace pfq::capture {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint16_t ethertype_ipv4 = 0x0800;
constexpr std::uint16_t ethertype_ipv6 = 0x86dd;
constexpr std::uint16_t ethertype_mpls = 0x8847;
constexpr std::uint16_t ethertype_mpls_multicast = 0x8848;
/// Below are lengths of IEEE 802.3 frames and Linux's own numbers, not protocols.
constexpr std::uint16_t least_ethertype = 0x0600;

LinkHeader at(std::size_t offset, std::uint16_t ethertype) {
    return {static_cast<std::uint16_t>(offset), ethertype, false};
}

LinkHeader parse_ethernet(Bytes) {
    return {0, 0, true};
}

LinkHeader parse_ipv4(Bytes) {
    return at(0, ethertype_ipv4);
}
LinkHeader parse_ipv6(Bytes) {
    return at(0, ethertype_ipv6);
}

LinkHeader parse_raw(Bytes packet) {
    const unsigned version = packet.empty() ? 0 : packet[0] >> 4;
    return at(0, version == 4 ? ethertype_ipv4 : version == 6 ? ethertype_ipv6 : std::uint16_t{0});
}

std::uint16_t ethertype_of_family(std::uint32_t family) {
    switch (family) {
    case 2:
        return ethertype_ipv4;
    case 10: // Linux
    case 23: // Windows
    case 24: // NetBSD, OpenBSD
    case 28: // FreeBSD
    case 30: // macOS
        return ethertype_ipv6;
    default:
        return 0;
    }
}

// The family is in the byte order of the machine that captured; families are small, so one order makes sense only.
LinkHeader parse_null(Bytes packet) {
    if (packet.size() < 4)
        return {};
    const auto family = load<std::uint32_t>(packet.data());
    return at(4, ethertype_of_family(family > 0xffff ? byte_swap(family) : family));
}

LinkHeader parse_loop(Bytes packet) {
    return packet.size() < 4 ? LinkHeader{} : at(4, ethertype_of_family(load_big_endian<std::uint32_t>(packet.data())));
}

/// Linux cooked: the protocol is an ethertype, but for hardware types where the kernel puts other numbers there.
LinkHeader parse_cooked(std::size_t header, std::uint16_t protocol, std::uint16_t hardware) {
    constexpr std::uint16_t netlink = 824;
    constexpr std::uint16_t radiotap = 803;
    const bool ethertype = protocol >= least_ethertype && hardware != netlink && hardware != radiotap;
    return at(header, ethertype ? protocol : std::uint16_t{0});
}

LinkHeader parse_linux_sll(Bytes packet) {
    if (packet.size() < 16)
        return {};
    return parse_cooked(16, load_big_endian<std::uint16_t>(packet.data() + 14),
                        load_big_endian<std::uint16_t>(packet.data() + 2));
}

LinkHeader parse_linux_sll2(Bytes packet) {
    if (packet.size() < 20)
        return {};
    return parse_cooked(20, load_big_endian<std::uint16_t>(packet.data()),
                        load_big_endian<std::uint16_t>(packet.data() + 8));
}

std::uint16_t ethertype_of_ppp(unsigned protocol) {
    switch (protocol) {
    case 0x0021:
        return ethertype_ipv4;
    case 0x0057:
        return ethertype_ipv6;
    case 0x0281:
        return ethertype_mpls;
    case 0x0283:
        return ethertype_mpls_multicast;
    default:
        return 0;
    }
}

// RFC 1661: address and control may be left out, and a protocol below 256 may be one byte, which is then odd.
LinkHeader parse_ppp(Bytes packet) {
    std::size_t offset = packet.size() >= 2 && packet[0] == 0xff && packet[1] == 0x03 ? 2 : 0;
    if (packet.size() <= offset)
        return {};
    if ((packet[offset] & 1) != 0)
        return at(offset + 1, ethertype_of_ppp(packet[offset]));
    if (packet.size() < offset + 2)
        return {};
    return at(offset + 2, ethertype_of_ppp(load_big_endian<std::uint16_t>(packet.data() + offset)));
}

LinkHeader parse_cisco_hdlc(Bytes packet) {
    constexpr std::uint16_t slarp = 0x8035; // the number is RARP's elsewhere
    constexpr std::uint16_t cisco_discovery = 0x2000;
    constexpr std::uint16_t osi = 0xfefe;
    if (packet.size() < 4)
        return {};
    const auto protocol = load_big_endian<std::uint16_t>(packet.data() + 2);
    const bool other =
        protocol < least_ethertype || protocol == slarp || protocol == cisco_discovery || protocol == osi;
    return at(4, other ? std::uint16_t{0} : protocol);
}

// PPP in HDLC-like framing (RFC 1662) or Cisco's HDLC: the address tells.
LinkHeader parse_ppp_hdlc(Bytes packet) {
    constexpr std::uint8_t cisco_unicast = 0x0f;
    constexpr std::uint8_t cisco_broadcast = 0x8f;
    if (packet.empty())
        return {};
    if (packet[0] == cisco_unicast || packet[0] == cisco_broadcast)
        return parse_cisco_hdlc(packet);
    return packet[0] == 0xff ? parse_ppp(packet) : LinkHeader{};
}

/// By number.
constexpr std::array link_layers{
    LinkLayer{0, parse_null},         LinkLayer{1, parse_ethernet},     LinkLayer{9, parse_ppp},
    LinkLayer{12, parse_raw},         LinkLayer{14, parse_raw},         LinkLayer{50, parse_ppp_hdlc},
    LinkLayer{101, parse_raw},        LinkLayer{104, parse_cisco_hdlc}, LinkLayer{108, parse_loop},
    LinkLayer{113, parse_linux_sll},  LinkLayer{228, parse_ipv4},       LinkLayer{229, parse_ipv6},
    LinkLayer{276, parse_linux_sll2},
};

} // namespace

const LinkLayer* find_link_layer(std::uint16_t link_type) {
    const auto found = std::ranges::lower_bound(link_layers, link_type, {}, &LinkLayer::link_type);
    return found != link_layers.end() && found->link_type == link_type ? &*found : nullptr;
}

std::string supported_link_types() {
    std::string list;
    for (const auto& layer : link_layers)
        list += (list.empty() ? "" : ", ") + link_type_text(layer.link_type);
    return list;
}

} // namespace pfq::capture
