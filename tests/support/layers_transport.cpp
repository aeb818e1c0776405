// TCP, UDP, SCTP, ICMP.
#include "tests/support/layers.hpp"
#include <algorithm>

namespace pfq::test {

namespace {

std::uint64_t tcp_flags(const LayerText& layer) {
    const std::string text = layer.text("flags").value_or("S");
    if (!text.empty() && text[0] >= '0' && text[0] <= '9')
        return layer.number("flags", 255, 0);
    std::uint64_t flags = 0;
    for (const char letter : text) {
        const std::size_t bit = std::string_view("FSRPAUEC").find(letter);
        if (bit == std::string_view::npos)
            layer.refuse("flags: invalid letter in '" + text + "', known are FSRPAUEC");
        flags |= std::uint64_t{1} << bit;
    }
    return flags;
}

void append_ports(Bytes& header, const LayerText& layer, std::uint64_t source, std::uint64_t destination) {
    append(header, layer.number("sport", 0xffff, source), 2);
    append(header, layer.number("dport", 0xffff, destination), 2);
}

/// Puts the header before the payload; its checksum at `field` is the given one, or left to the IP layer.
Encoded with_checksum(Bytes header, Input& input, std::size_t field, std::uint8_t protocol) {
    Encoded result = behind(std::move(header), std::move(input.payload));
    if (const auto given = input.layer.number("sum", 0xffff))
        store16(result.bytes, field, *given);
    else
        result.checksum = PendingChecksum{0, field, protocol};
    return result;
}

std::uint32_t crc32c(std::span<const std::uint8_t> bytes) {
    std::uint32_t crc = ~0U;
    for (const std::uint8_t byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit)
            crc = crc >> 1U ^ ((crc & 1U) != 0 ? 0x82f63b78U : 0U);
    }
    return ~crc;
}

Bytes icmp_header(const LayerText& layer, std::uint64_t usual_type) {
    Bytes header;
    append(header, layer.number("type", 255, usual_type), 1);
    append(header, layer.number("code", 255, 0), 1);
    append(header, 0, 2);
    append(header, layer.number("id", 0xffff, 1), 2);
    append(header, layer.number("seq", 0xffff, 1), 2);
    return header;
}

} // namespace

Encoded encode_tcp(Input& input) {
    const LayerText& layer = input.layer;
    Bytes options = layer.hex("options");
    options.resize((options.size() + 3) / 4 * 4);
    Bytes header;
    append_ports(header, layer, 1024, 80);
    append(header, layer.number("seq", 0xffffffff, 0), 4);
    append(header, layer.number("ack", 0xffffffff, 0), 4);
    append(header, layer.number("doff", 15, std::min<std::uint64_t>(5 + options.size() / 4, 15)) << 4U, 1);
    append(header, tcp_flags(layer), 1);
    append(header, layer.number("window", 0xffff, 65535), 2);
    append(header, 0, 2);
    append(header, layer.number("urg", 0xffff, 0), 2);
    append(header, options);
    return with_checksum(std::move(header), input, 16, 6);
}

Encoded encode_udp(Input& input) {
    Bytes header;
    append_ports(header, input.layer, 1024, udp_port_of(input.inner));
    append(header, input.layer.number("len", 0xffff, 8 + input.payload.bytes.size()), 2);
    append(header, 0, 2);
    return with_checksum(std::move(header), input, 6, 17);
}

Encoded encode_sctp(Input& input) {
    Bytes header;
    append_ports(header, input.layer, 1024, 2905);
    append(header, input.layer.number("tag", 0xffffffff, 1), 4);
    append(header, 0, 4);
    Encoded result = behind(std::move(header), std::move(input.payload));
    const std::uint64_t crc = input.layer.number("sum", 0xffffffff, crc32c(result.bytes));
    for (unsigned i = 0; i < 4; ++i) // little-endian, as RFC 9260 has it
        result.bytes[8 + i] = static_cast<std::uint8_t>(crc >> (8 * i));
    return result;
}

Encoded encode_icmp(Input& input) {
    Encoded result = behind(icmp_header(input.layer, 8), std::move(input.payload));
    store16(result.bytes, 2, input.layer.number("sum", 0xffff, fold_checksum(sum16(result.bytes))));
    return result;
}

Encoded encode_icmp6(Input& input) {
    return with_checksum(icmp_header(input.layer, 128), input, 2, 58);
}

} // namespace pfq::test
