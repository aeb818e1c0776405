// IPv4, IPv6 and the extension headers of IPv6.
#include "tests/support/layers.hpp"
#include <algorithm>

namespace pfq::test {

namespace {

/// Fills a pending transport checksum; `addresses` are those of the IP header, source first.
void finish_checksum(Encoded& payload, std::span<const std::uint8_t> addresses) {
    if (!payload.checksum)
        return;
    const auto [segment, field, protocol] = *payload.checksum;
    const auto bytes = std::span(payload.bytes).subspan(segment);
    std::uint16_t checksum = fold_checksum(sum16(bytes) + sum16(addresses) + bytes.size() + protocol);
    if (protocol == 17 && checksum == 0)
        checksum = 0xffff;
    store16(payload.bytes, field, checksum);
    payload.checksum.reset();
}

void pad_to(Bytes& bytes, std::size_t unit) {
    bytes.resize((bytes.size() + unit - 1) / unit * unit);
}

} // namespace

Encoded encode_ip(Input& input) {
    const LayerText& layer = input.layer;
    Bytes options = layer.hex("options");
    pad_to(options, 4);
    const std::uint64_t ihl = layer.number("ihl", 15, std::min<std::uint64_t>(5 + options.size() / 4, 15));
    const std::uint64_t fragment = layer.number("frag", 0x1fff, 0);
    Bytes header;
    append(header, layer.number("version", 15, 4) << 4U | ihl, 1);
    append(header, layer.number("tos", 255, 0), 1);
    append(header, layer.number("len", 0xffff, 20 + options.size() + input.payload.bytes.size()), 2);
    append(header, layer.number("id", 0xffff, 1), 2);
    append(header,
           fragment | (layer.flag("rf") ? 0x8000U : 0U) | (layer.flag("df") ? 0x4000U : 0U) |
               (layer.flag("mf") ? 0x2000U : 0U),
           2);
    append(header, layer.number("ttl", 255, 64), 1);
    append(header, layer.number("proto", 255, protocol_of(input.inner, false)), 1);
    append(header, 0, 2);
    append(header, layer.ipv4("src", "10.0.0.1"), 4);
    append(header, layer.ipv4("dst", "10.0.0.2"), 4);
    if (fragment == 0)
        finish_checksum(input.payload, std::span(header).subspan(12, 8));
    append(header, options);
    store16(header, 10, layer.number("sum", 0xffff, fold_checksum(sum16(header))));
    return behind(std::move(header), std::move(input.payload));
}

Encoded encode_ip6(Input& input) {
    const LayerText& layer = input.layer;
    Bytes header;
    append(header,
           layer.number("version", 15, 6) << 28U | layer.number("tc", 255, 0) << 20U | layer.number("flow", 0xfffff, 0),
           4);
    append(header, layer.number("plen", 0xffff, input.payload.bytes.size()), 2);
    append(header, layer.number("nh", 255, protocol_of(input.inner, true)), 1);
    append(header, layer.number("hlim", 255, 64), 1);
    for (const auto& [high, low] : {layer.ipv6("src", "2001:db8::1"), layer.ipv6("dst", "2001:db8::2")}) {
        append(header, high, 8);
        append(header, low, 8);
    }
    finish_checksum(input.payload, std::span(header).subspan(8, 32));
    return behind(std::move(header), std::move(input.payload));
}

/// Hop-by-hop, routing, destination options, mobility, HIP, shim6: all of the same form.
Encoded encode_options(Input& input) {
    const LayerText& layer = input.layer;
    Bytes content = layer.hex("data");
    if (content.empty() && (layer.name == "hop" || layer.name == "dstopt"))
        content = {1, 4, 0, 0, 0, 0}; // PadN
    content.resize(std::max<std::size_t>(content.size(), 6));
    content.insert(content.begin(), 2, 0);
    pad_to(content, 8);
    content[0] = static_cast<std::uint8_t>(layer.number("nh", 255, protocol_of(input.inner, true)));
    content[1] = static_cast<std::uint8_t>(layer.number("len", 255, content.size() / 8 - 1));
    return behind(std::move(content), std::move(input.payload), true);
}

Encoded encode_frag6(Input& input) {
    const std::uint64_t offset = input.layer.number("offset", 0x1fff, 0);
    Bytes header;
    append(header, input.layer.number("nh", 255, protocol_of(input.inner, true)), 1);
    append(header, 0, 1);
    append(header, offset << 3U | (input.layer.flag("mf") ? 1U : 0U), 2);
    append(header, input.layer.number("id", 0xffffffff, 1), 4);
    return behind(std::move(header), std::move(input.payload), offset == 0);
}

Encoded encode_ah(Input& input) {
    Bytes check = input.layer.hex("icv");
    if (check.empty())
        check.resize(12);
    pad_to(check, 4);
    Bytes header;
    append(header, input.layer.number("nh", 255, protocol_of(input.inner, true)), 1);
    append(header, input.layer.number("len", 255, 1 + check.size() / 4), 1);
    append(header, 0, 2);
    append(header, input.layer.number("spi", 0xffffffff, 1), 4);
    append(header, input.layer.number("seq", 0xffffffff, 1), 4);
    append(header, check);
    return behind(std::move(header), std::move(input.payload), true);
}

} // namespace pfq::test
