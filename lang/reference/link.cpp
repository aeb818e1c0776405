// Link layer: Ethernet header and VLAN tags.
#include "lang/reference/parse.hpp"

namespace pfq::lang::reference {

namespace {

std::uint64_t parse_header(Bytes bytes, const Start& start, Level& fields) {
    if (!start.ethernet) {
        fields[Field::eth_type] = start.ethertype;
        return start.offset;
    }
    fields[Field::eth_destination] = read(bytes, start.offset, 6);
    fields[Field::eth_source] = read(bytes, start.offset + 6, 6);
    fields[Field::eth_type] = read(bytes, start.offset + 12, 2);
    return start.offset + 14;
}

std::uint64_t skip_tags(Bytes bytes, std::uint64_t offset, Level& fields) {
    std::uint64_t& type = fields[Field::eth_type];
    std::uint64_t& count = fields[Field::vlan_count];
    count = 0;
    const auto announces_tag = [](std::uint64_t t) { return t == 0x8100 || t == 0x88a8 || t == 0x9100; };
    while (announces_tag(type) && count < 4 && captured(bytes, offset, 4)) {
        const std::uint64_t tci = read(bytes, offset, 2);
        if (count == 0) {
            fields[Field::vlan_tpid] = type;
            fields[Field::vlan_tci] = tci;
        }
        if (count == 1)
            fields[Field::vlan_inner_tci] = tci;
        type = read(bytes, offset + 2, 2);
        offset += 4;
        ++count;
    }
    return offset;
}

} // namespace

std::uint64_t parse_link(Bytes bytes, const Start& start, Level& fields) {
    return skip_tags(bytes, parse_header(bytes, start, fields), fields);
}

} // namespace pfq::lang::reference
