// Layers without addresses of the network: Ethernet, VLAN tags, MPLS, ARP, plain data. And what all layers use.
#include "tests/support/layers.hpp"

namespace pfq::test {

void append(Bytes& bytes, std::uint64_t value, unsigned width) {
    for (unsigned shift = width * 8; shift > 0; shift -= 8)
        bytes.push_back(static_cast<std::uint8_t>(value >> (shift - 8)));
}

void append(Bytes& bytes, std::span<const std::uint8_t> more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
}

void store16(Bytes& bytes, std::size_t offset, std::uint64_t value) {
    bytes.at(offset) = static_cast<std::uint8_t>(value >> 8U);
    bytes.at(offset + 1) = static_cast<std::uint8_t>(value);
}

std::uint64_t sum16(std::span<const std::uint8_t> bytes) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        sum += i % 2 == 0 ? bytes[i] * 256U : bytes[i];
    return sum;
}

std::uint16_t fold_checksum(std::uint64_t sum) {
    while (sum >> 16U != 0)
        sum = (sum & 0xffffU) + (sum >> 16U);
    return static_cast<std::uint16_t>(~sum);
}

Encoded behind(Bytes header, Encoded payload, bool keep) {
    Encoded result{std::move(header), std::nullopt};
    if (keep && payload.checksum) {
        result.checksum = payload.checksum;
        result.checksum->segment += result.bytes.size();
        result.checksum->field += result.bytes.size();
    }
    append(result.bytes, payload.bytes);
    return result;
}

Encoded encode_eth(Input& input) {
    Bytes header;
    append(header, input.layer.mac("dst", 0x020000000002), 6);
    append(header, input.layer.mac("src", 0x020000000001), 6);
    append(header, input.layer.number("type", 0xffff, ethertype_of(input.inner)), 2);
    return behind(std::move(header), std::move(input.payload));
}

Encoded encode_vlan(Input& input) {
    (void)input.layer.number("tpid", 0xffff); // read by whoever announces this tag
    Bytes header;
    const auto tci = input.layer.number("tci", 0xffff);
    const std::uint64_t made = input.layer.number("pcp", 7, 0) << 13U | (input.layer.flag("dei") ? 0x1000U : 0U) |
                               input.layer.number("id", 4095, 1);
    append(header, tci.value_or(made), 2);
    append(header, input.layer.number("type", 0xffff, ethertype_of(input.inner)), 2);
    return behind(std::move(header), std::move(input.payload));
}

Encoded encode_mpls(Input& input) {
    (void)input.layer.number("ethertype", 0xffff); // read by whoever announces this label
    const bool last = input.inner.empty() || input.inner.front().name != "mpls";
    const bool bottom = input.layer.flag("bottom") || (last && !input.layer.text("bottom"));
    Bytes header;
    append(header,
           input.layer.number("label", 0xfffff, 16) << 12U | input.layer.number("tc", 7, 0) << 9U |
               (bottom ? 0x100U : 0U) | input.layer.number("ttl", 255, 64),
           4);
    return behind(std::move(header), std::move(input.payload));
}

Encoded encode_arp(Input& input) {
    Bytes header;
    append(header, 0x000108000604, 6);
    append(header, input.layer.number("op", 0xffff, 1), 2);
    append(header, input.layer.mac("sha", 0x020000000001), 6);
    append(header, input.layer.ipv4("spa", "10.0.0.1"), 4);
    append(header, input.layer.mac("tha", 0), 6);
    append(header, input.layer.ipv4("tpa", "10.0.0.2"), 4);
    return behind(std::move(header), std::move(input.payload));
}

Encoded encode_data(Input& input) {
    Bytes bytes;
    for (const Attribute& attribute : input.layer.attributes) {
        if (!attribute.key.empty())
            continue;
        attribute.used = true;
        if (attribute.quoted)
            bytes.insert(bytes.end(), attribute.value.begin(), attribute.value.end());
        else
            append(bytes, parse_hex(attribute.value));
    }
    bytes.resize(bytes.size() + input.layer.number("zeros", 0xffff, 0));
    return behind(std::move(bytes), std::move(input.payload));
}

} // namespace pfq::test
