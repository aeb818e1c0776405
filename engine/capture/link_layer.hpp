// Link layers of capture files: where the network header of a packet is, and of which protocol.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace pfq::capture {

/// What the packet evaluator starts from.
struct LinkHeader {
    std::uint16_t l3_offset = 0; ///< of what follows the link header: the network header, or the first VLAN tag
    std::uint16_t ethertype = 0; ///< of what is at l3_offset; 0: no network protocol, or cut off
    bool has_ethernet = false;   ///< the packet starts with an Ethernet header, which the evaluator parses itself
};

struct LinkLayer {
    std::uint16_t link_type; ///< LINKTYPE number
    LinkHeader (*parse)(std::span<const std::uint8_t> packet);
};

/// Null when the link type is not supported.
[[nodiscard]] const LinkLayer* find_link_layer(std::uint16_t link_type);

/// The name of a link type as tcpdump prints it ("EN10MB"), empty for a rare one.
[[nodiscard]] std::string_view link_type_name(std::uint16_t link_type);
/// "105 (IEEE802_11)", or the number alone.
[[nodiscard]] std::string link_type_text(std::uint16_t link_type);
/// "0 (NULL), 1 (EN10MB), ...", for messages.
[[nodiscard]] std::string supported_link_types();

} // namespace pfq::capture
