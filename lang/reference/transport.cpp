// Transport layer: TCP, UDP, SCTP, ICMP.
#include "lang/reference/parse.hpp"

namespace pfq::lang::reference {

namespace {

void parse_tcp(Bytes bytes, std::uint64_t o, Level& fields) {
    fields[Field::tcp_sequence] = read(bytes, o + 4, 4);
    fields[Field::tcp_acknowledgment] = read(bytes, o + 8, 4);
    if (const std::uint64_t byte = read(bytes, o + 12, 1); byte != absent) {
        const std::uint64_t header_length = (byte >> 4U) * 4;
        fields[Field::tcp_header_length] = header_length;
        if (header_length >= 20)
            fields[Field::payload_offset] = o + header_length;
    }
    fields[Field::tcp_flags] = read(bytes, o + 13, 1);
    fields[Field::tcp_window] = read(bytes, o + 14, 2);
    fields[Field::tcp_urgent] = read(bytes, o + 18, 2);
}

void parse_ports(Bytes bytes, std::uint64_t o, Level& fields) {
    fields[Field::source_port] = read(bytes, o, 2);
    fields[Field::destination_port] = read(bytes, o + 2, 2);
}

} // namespace

void parse_transport(Bytes bytes, Level& fields) {
    const std::uint64_t o = fields[Field::l4_offset];
    if (o == absent)
        return;
    const std::uint64_t protocol = fields[Field::l4_protocol];
    if (protocol == 6) {
        parse_ports(bytes, o, fields);
        parse_tcp(bytes, o, fields);
    } else if (protocol == 17) {
        parse_ports(bytes, o, fields);
        fields[Field::udp_length] = read(bytes, o + 4, 2);
        fields[Field::payload_offset] = o + 8;
    } else if (protocol == 132) {
        parse_ports(bytes, o, fields);
        fields[Field::payload_offset] = o + 12;
    } else if (protocol == (fields[Field::ip_version] == 4 ? 1U : 58U)) {
        fields[Field::icmp_type] = read(bytes, o, 1);
        fields[Field::icmp_code] = read(bytes, o + 1, 1);
        fields[Field::payload_offset] = o + 8;
    }
}

} // namespace pfq::lang::reference
