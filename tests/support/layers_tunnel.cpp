// GRE, VXLAN, Geneve, GTP-U.
#include "tests/support/layers.hpp"

namespace pfq::test {

Encoded encode_gre(Input& input) {
    const LayerText& layer = input.layer;
    const auto checksum = layer.number("csum", 0xffff);
    const auto key = layer.number("key", 0xffffffff);
    const auto sequence = layer.number("seq", 0xffffffff);
    const std::uint64_t flags = (checksum ? 0x8000U : 0U) | (key ? 0x2000U : 0U) | (sequence ? 0x1000U : 0U);
    Bytes header;
    append(header, layer.number("flags", 0xffff, flags), 2);
    append(header, layer.number("proto", 0xffff, ethertype_of(input.inner)), 2);
    if (checksum)
        append(header, *checksum << 16U, 4);
    if (key)
        append(header, *key, 4);
    if (sequence)
        append(header, *sequence, 4);
    return behind(std::move(header), std::move(input.payload));
}

Encoded encode_vxlan(Input& input) {
    Bytes header;
    append(header, input.layer.number("flags", 255, 8) << 24U, 4);
    append(header, input.layer.number("vni", 0xffffff, 1) << 8U, 4);
    return behind(std::move(header), std::move(input.payload));
}

Encoded encode_geneve(Input& input) {
    const LayerText& layer = input.layer;
    Bytes options = layer.hex("options");
    options.resize((options.size() + 3) / 4 * 4);
    Bytes header;
    append(header, layer.number("version", 3, 0) << 6U | layer.number("optlen", 63, options.size() / 4), 1);
    append(header, layer.number("flags", 255, 0), 1);
    append(header, layer.number("proto", 0xffff, ethertype_of(input.inner)), 2);
    append(header, layer.number("vni", 0xffffff, 1) << 8U, 4);
    append(header, options);
    return behind(std::move(header), std::move(input.payload));
}

Encoded encode_gtpu(Input& input) {
    const LayerText& layer = input.layer;
    const auto sequence = layer.number("seq", 0xffff);
    const auto number = layer.number("npdu", 0xff);
    const auto extensions = layer.number("ext", 255);
    const unsigned flags = 0x30U | (extensions ? 4U : 0U) | (sequence ? 2U : 0U) | (number ? 1U : 0U);
    Bytes optional;
    if (extensions || sequence || number) {
        append(optional, sequence.value_or(0), 2);
        append(optional, number.value_or(0), 1);
        append(optional, extensions.value_or(0) > 0 ? 0x85 : 0, 1);
    }
    for (std::uint64_t left = extensions.value_or(0); left > 0; --left)
        append(optional, left > 1 ? 0x01000085U : 0x01000000U, 4); // one unit: length, two bytes, next type
    Bytes header;
    append(header, layer.number("flags", 255, flags), 1);
    append(header, layer.number("type", 255, 255), 1);
    append(header, layer.number("len", 0xffff, optional.size() + input.payload.bytes.size()), 2);
    append(header, layer.number("teid", 0xffffffff, 1), 4);
    append(header, optional);
    return behind(std::move(header), std::move(input.payload));
}

} // namespace pfq::test
