// All levels of a packet.
#include "lang/reference/fields.hpp"
#include "lang/reference/parse.hpp"

namespace pfq::lang::reference {

std::optional<Address> Level::source() const {
    const Level& self = *this;
    if (self[Field::ip_version] == 4)
        return Address{false, 0, self[Field::ip_source]};
    if (self[Field::ip_version] == 6)
        return Address{true, self[Field::ip6_source_high], self[Field::ip6_source_low]};
    return std::nullopt;
}

std::optional<Address> Level::destination() const {
    const Level& self = *this;
    if (self[Field::ip_version] == 4)
        return Address{false, 0, self[Field::ip_destination]};
    if (self[Field::ip_version] == 6)
        return Address{true, self[Field::ip6_destination_high], self[Field::ip6_destination_low]};
    return std::nullopt;
}

Levels parse(const PacketInput& packet) {
    Levels levels;
    for (Level& level : levels) {
        level[Field::frame_length] = packet.length;
        level[Field::captured_length] = packet.bytes.size();
    }
    std::optional<Start> start = Start{packet.ethernet, packet.ethernet ? 0U : packet.l3_offset, packet.ethertype};
    for (unsigned n = 0; n <= max_shift && start; ++n) {
        Level& level = levels[n];
        const std::uint64_t network = parse_link(packet.bytes, *start, level);
        parse_network(packet.bytes, network, level);
        parse_transport(packet.bytes, level);
        start = parse_tunnel(packet.bytes, network, level);
    }
    return levels;
}

} // namespace pfq::lang::reference
