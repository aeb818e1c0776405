// Network layer: IPv4, and IPv6 with its extension headers.
#include "lang/reference/parse.hpp"

namespace pfq::lang::reference {

namespace {

void parse_ipv4(Bytes bytes, std::uint64_t o, Level& fields) {
    if (!captured(bytes, o, 20))
        return;
    const std::uint64_t header_length = (read(bytes, o, 1) & 15U) * 4;
    if (read(bytes, o, 1) >> 4U != 4 || header_length < 20)
        return;
    fields[Field::ip_version] = 4;
    fields[Field::l3_offset] = o;
    fields[Field::ip_header_length] = header_length;
    fields[Field::ip_tos] = read(bytes, o + 1, 1);
    fields[Field::ip_total_length] = read(bytes, o + 2, 2);
    fields[Field::ip_id] = read(bytes, o + 4, 2);
    fields[Field::ip_frag] = read(bytes, o + 6, 2);
    fields[Field::ip_ttl] = read(bytes, o + 8, 1);
    fields[Field::l4_protocol] = read(bytes, o + 9, 1);
    fields[Field::ip_source] = fields[Field::address_key_source] = read(bytes, o + 12, 4);
    fields[Field::ip_destination] = fields[Field::address_key_destination] = read(bytes, o + 16, 4);
    if ((fields[Field::ip_frag] & 0x1fffU) == 0)
        fields[Field::l4_offset] = o + header_length;
}

bool is_options(std::uint64_t next) {
    return next == 0 || next == 43 || next == 60 || next == 135 || next == 139 || next == 140;
}

/// Walks the chain of headers behind the fixed one; returns the offset behind the last header that was walked.
std::uint64_t walk_extensions(Bytes bytes, std::uint64_t o, Level& fields) {
    std::uint64_t next = read(bytes, o + 6, 1);
    std::uint64_t p = o + 40;
    bool fragment_seen = false;
    for (unsigned walked = 0;; ++walked) {
        const bool fragment = next == 44;
        const bool authentication = next == 51;
        if (!fragment && !authentication && !is_options(next)) {
            fields[Field::l4_protocol] = next;
            fields[Field::l4_offset] = p;
            return p;
        }
        if (walked == 8 || !captured(bytes, p, fragment ? 8 : 2))
            return p;
        next = read(bytes, p, 1);
        if (!fragment) {
            const std::uint64_t units = read(bytes, p + 1, 1);
            p += 8 + units * (authentication ? 4 : 8);
            continue;
        }
        const std::uint64_t w = read(bytes, p + 2, 2);
        if (!fragment_seen) {
            fields[Field::ip_id] = read(bytes, p + 4, 4);
            fields[Field::ip_frag] = w >> 3U | ((w & 1U) != 0 ? 0x2000U : 0U);
            fragment_seen = true;
        }
        p += 8;
        if (w >> 3U != 0) {
            fields[Field::l4_protocol] = next;
            return p;
        }
    }
}

void parse_ipv6(Bytes bytes, std::uint64_t o, Level& fields) {
    if (!captured(bytes, o, 40) || read(bytes, o, 1) >> 4U != 6)
        return;
    fields[Field::ip_version] = 6;
    fields[Field::l3_offset] = o;
    fields[Field::ip_tos] = read(bytes, o, 2) >> 4U & 0xffU;
    fields[Field::ip6_flow_label] = read(bytes, o, 4) & 0xfffffU;
    fields[Field::ip_total_length] = read(bytes, o + 4, 2) + 40;
    fields[Field::ip_ttl] = read(bytes, o + 7, 1);
    fields[Field::ip6_source_high] = read(bytes, o + 8, 8);
    fields[Field::ip6_source_low] = read(bytes, o + 16, 8);
    fields[Field::ip6_destination_high] = read(bytes, o + 24, 8);
    fields[Field::ip6_destination_low] = read(bytes, o + 32, 8);
    fields[Field::address_key_source] = mix(fields[Field::ip6_source_high], fields[Field::ip6_source_low]);
    fields[Field::address_key_destination] =
        mix(fields[Field::ip6_destination_high], fields[Field::ip6_destination_low]);
    fields[Field::ip_frag] = 0;
    fields[Field::ip_header_length] = walk_extensions(bytes, o, fields) - o;
}

} // namespace

void parse_network(Bytes bytes, std::uint64_t offset, Level& fields) {
    if (fields[Field::eth_type] == 0x0800)
        parse_ipv4(bytes, offset, fields);
    else if (fields[Field::eth_type] == 0x86dd)
        parse_ipv6(bytes, offset, fields);
}

} // namespace pfq::lang::reference
