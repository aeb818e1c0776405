// Tunnels: where the next level starts.
#include "lang/reference/parse.hpp"

namespace pfq::lang::reference {

namespace {

constexpr std::uint64_t ipv4 = 0x0800, ipv6 = 0x86dd, transparent_ethernet = 0x6558;

bool is_mpls(std::uint64_t ethertype) {
    return ethertype == 0x8847 || ethertype == 0x8848;
}

/// A network header that only its version nibble announces.
std::optional<Start> by_nibble(Bytes bytes, std::uint64_t offset) {
    const std::uint64_t byte = read(bytes, offset, 1);
    if (byte == absent)
        return std::nullopt;
    if (byte >> 4U == 4)
        return Start{false, offset, ipv4};
    if (byte >> 4U == 6)
        return Start{false, offset, ipv6};
    return std::nullopt;
}

std::optional<Start> mpls(Bytes bytes, std::uint64_t offset) {
    for (unsigned labels = 0; labels < 8; ++labels, offset += 4) {
        const std::uint64_t byte = read(bytes, offset + 2, 1);
        if (byte == absent)
            return std::nullopt;
        if ((byte & 1U) != 0)
            return by_nibble(bytes, offset + 4);
    }
    return std::nullopt;
}

/// What GRE and Geneve carry, by EtherType.
std::optional<Start> by_type(std::uint64_t type, std::uint64_t offset) {
    if (type == transparent_ethernet)
        return Start{true, offset, 0};
    if (type == ipv4 || type == ipv6)
        return Start{false, offset, type};
    return std::nullopt;
}

std::optional<Start> gre(Bytes bytes, std::uint64_t q) {
    const std::uint64_t flags = read(bytes, q, 2);
    const std::uint64_t type = read(bytes, q + 2, 2);
    if (flags == absent || type == absent || (flags & 0x4007U) != 0)
        return std::nullopt;
    std::uint64_t header = 4;
    for (const unsigned optional : {0x8000U, 0x2000U, 0x1000U})
        if ((flags & optional) != 0)
            header += 4;
    return is_mpls(type) ? mpls(bytes, q + header) : by_type(type, q + header);
}

std::optional<Start> vxlan(Bytes bytes, std::uint64_t u) {
    const std::uint64_t flags = read(bytes, u, 1);
    if (flags == absent || (flags & 0x08U) == 0)
        return std::nullopt;
    return Start{true, u + 8, 0};
}

std::optional<Start> geneve(Bytes bytes, std::uint64_t u) {
    const std::uint64_t first = read(bytes, u, 1);
    const std::uint64_t type = read(bytes, u + 2, 2);
    if (first == absent || type == absent || first >> 6U != 0)
        return std::nullopt;
    return by_type(type, u + 8 + 4 * (first & 63U));
}

std::optional<Start> gtpu(Bytes bytes, std::uint64_t u) {
    const std::uint64_t first = read(bytes, u, 1);
    if (first == absent || first >> 4U != 3 || read(bytes, u + 1, 1) != 255)
        return std::nullopt;
    std::uint64_t header = (first & 7U) != 0 ? 12 : 8;
    if ((first & 4U) != 0) {
        std::uint64_t type = read(bytes, u + 11, 1);
        for (unsigned extensions = 0; type != 0; ++extensions) {
            if (type == absent || extensions == 4)
                return std::nullopt;
            const std::uint64_t units = read(bytes, u + header, 1);
            if (units == absent || units == 0)
                return std::nullopt;
            header += 4 * units;
            type = read(bytes, u + header - 1, 1);
        }
    }
    return by_nibble(bytes, u + header);
}

} // namespace

std::optional<Start> parse_tunnel(Bytes bytes, std::uint64_t network, const Level& fields) {
    if (is_mpls(fields[Field::eth_type]))
        return mpls(bytes, network);
    const std::uint64_t o = fields[Field::l4_offset];
    if (o == absent)
        return std::nullopt;
    switch (fields[Field::l4_protocol]) {
    case 4:
        return Start{false, o, ipv4};
    case 41:
        return Start{false, o, ipv6};
    case 47:
        return gre(bytes, o);
    case 17:
        break;
    default:
        return std::nullopt;
    }
    switch (fields[Field::destination_port]) {
    case 4789:
    case 8472:
        return vxlan(bytes, o + 8);
    case 6081:
        return geneve(bytes, o + 8);
    case 2152:
        return gtpu(bytes, o + 8);
    default:
        return std::nullopt;
    }
}

} // namespace pfq::lang::reference
