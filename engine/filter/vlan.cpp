#include "engine/filter/vlan.hpp"

#include <fmt/format.h>

#include "engine/numbers.hpp"

namespace pfq::engine {
namespace {

constexpr int max_identifier = 4094;

bool is_tag(std::uint32_t ethertype) {
    return ethertype == 0x8100 || ethertype == 0x88a8 || ethertype == 0x9100;
}

std::uint32_t word(const pfq_packet& packet, std::uint32_t offset) {
    return std::uint32_t{packet.data[offset]} << 8 | packet.data[offset + 1];
}

} // namespace

std::expected<VlanFilter, std::string> VlanFilter::parse(std::string_view text) {
    VlanFilter filter;
    filter.text_ = text;
    for (const auto part : split(text, ',')) {
        if (part == "-1") {
            filter.identifiers_ |= ~std::bitset<4096>(1);
            continue;
        }
        const std::size_t dash = part.find('-');
        const auto first = parse_number<int>(part.substr(0, dash), 0, max_identifier);
        const auto last =
            dash == std::string_view::npos ? first : parse_number<int>(part.substr(dash + 1), 0, max_identifier);
        if (!first || !last || *first > *last)
            return std::unexpected(
                fmt::format("invalid VLAN '{}': use identifiers from 1 to {}, ranges like 10-20, 0 for "
                            "untagged packets, -1 for any tag",
                            part, max_identifier));
        for (int identifier = *first; identifier <= *last; ++identifier)
            filter.identifiers_.set(static_cast<std::size_t>(identifier));
    }
    return filter;
}

lang::WordSet VlanFilter::identifiers() const {
    lang::WordSet set;
    for (std::size_t i = 0; i < identifiers_.size(); ++i)
        if (identifiers_[i])
            set.ranges.push_back({i, i});
    return set; // Builder::in_set joins neighbours
}

bool VlanFilter::matches(const pfq_packet& packet) const {
    std::uint32_t ethertype = packet.ethertype;
    std::uint32_t offset = packet.l3_offset;
    if (packet.flags & PFQ_PACKET_ETHERNET) {
        ethertype = packet.captured >= 14 ? word(packet, 12) : 0;
        offset = 14;
    }
    if (!is_tag(ethertype) || offset + 4 > packet.captured)
        return identifiers_[0];
    return identifiers_[word(packet, offset) & 0xfff];
}

} // namespace pfq::engine
