// The packet notation of tests/corpus/README.md: text -> layers -> bytes.
#include "tests/support/layers.hpp"
#include "tests/support/test_packet.hpp"
#include <array>
#include <stdexcept>
#include <tuple>

namespace pfq::test {

namespace {

constexpr int none = -1;
constexpr std::array kinds{
    LayerKind{"eth", 0x6558, 143, encode_eth},     LayerKind{"vlan", 0x8100, none, encode_vlan},
    LayerKind{"mpls", 0x8847, 137, encode_mpls},   LayerKind{"arp", 0x0806, none, encode_arp},
    LayerKind{"ip", 0x0800, 4, encode_ip},         LayerKind{"ip6", 0x86dd, 41, encode_ip6},
    LayerKind{"hop", none, 0, encode_options},     LayerKind{"routing", none, 43, encode_options},
    LayerKind{"dstopt", none, 60, encode_options}, LayerKind{"mobility", none, 135, encode_options},
    LayerKind{"hip", none, 139, encode_options},   LayerKind{"shim6", none, 140, encode_options},
    LayerKind{"frag6", none, 44, encode_frag6},    LayerKind{"ah", none, 51, encode_ah},
    LayerKind{"tcp", none, 6, encode_tcp},         LayerKind{"udp", none, 17, encode_udp},
    LayerKind{"sctp", none, 132, encode_sctp},     LayerKind{"icmp", none, 1, encode_icmp},
    LayerKind{"icmp6", none, 58, encode_icmp6},    LayerKind{"gre", none, 47, encode_gre},
    LayerKind{"vxlan", none, none, encode_vxlan},  LayerKind{"geneve", none, none, encode_geneve},
    LayerKind{"gtpu", none, none, encode_gtpu},    LayerKind{"data", none, none, encode_data},
    LayerKind{"hex", none, none, encode_data},
};

// ---- text -> words

struct Word {
    std::string text;
    bool quoted = false;
};

[[noreturn]] void refuse(const std::string& why) {
    throw std::invalid_argument("packet: " + why);
}

/// The text in quotes at the start of `rest`, with \n \r \t \" \\ and \xHH resolved; `rest` moves behind it.
std::string take_quoted(std::string_view& rest) {
    std::string out;
    const auto next = [&] {
        if (rest.empty())
            refuse("the quote is not closed");
        const char c = rest.front();
        rest.remove_prefix(1);
        return c;
    };
    (void)next();
    for (char c = next(); c != '"'; c = next()) {
        if (c != '\\') {
            out += c;
            continue;
        }
        const char escape = next();
        const std::size_t at = std::string_view("nrt\"\\").find(escape);
        if (at != std::string_view::npos)
            out += "\n\r\t\"\\"[at];
        else if (escape == 'x')
            out += static_cast<char>(parse_hex(std::string{next(), next()}).front());
        else
            refuse(std::string("invalid escape '\\") + escape + "'");
    }
    return out;
}

std::vector<Word> words(std::string_view rest) {
    constexpr std::string_view blank = " \t\r\n";
    std::vector<Word> out;
    for (;;) {
        const std::size_t start = rest.find_first_not_of(blank);
        if (start == std::string_view::npos)
            return out;
        rest.remove_prefix(start);
        if (rest.front() == '"') {
            out.push_back({take_quoted(rest), true});
        } else {
            const std::size_t end = std::min(rest.find_first_of(blank), rest.size());
            out.push_back({std::string(rest.substr(0, end)), false});
            rest.remove_prefix(end);
        }
    }
}

// ---- words -> layers

struct PacketText {
    std::vector<LayerText> layers;
    LayerText packet{.name = "packet", .attributes = {}};
};

Attribute attribute(const Word& word) {
    const std::size_t equals = word.quoted ? std::string::npos : word.text.find('=');
    if (equals == std::string::npos)
        return {.key = "", .value = word.text, .quoted = word.quoted};
    return {.key = word.text.substr(0, equals), .value = word.text.substr(equals + 1)};
}

PacketText structure(std::string_view text) {
    PacketText out;
    bool name_expected = true;
    bool in_packet = false;
    for (const Word& word : words(text)) {
        const bool bar = !word.quoted && word.text == "|";
        const bool slash = !word.quoted && word.text == "/";
        if (bar || slash) {
            if (in_packet || name_expected)
                refuse("'" + word.text + "' where " + (in_packet ? "an attribute" : "a layer") + " was expected");
            in_packet = bar;
            name_expected = slash;
        } else if (in_packet) {
            out.packet.attributes.push_back(attribute(word));
        } else if (name_expected) {
            out.layers.push_back({.name = word.text, .attributes = {}});
            name_expected = false;
        } else {
            out.layers.back().attributes.push_back(attribute(word));
        }
    }
    if (name_expected)
        refuse("a layer is missing");
    return out;
}

// ---- layers -> bytes

Encoded encode(std::span<const LayerText> layers) {
    if (layers.empty())
        return {};
    Input input{layers.front(), encode(layers.subspan(1)), layers.subspan(1)};
    Encoded result = kind_of(layers.front()).encode(input);
    layers.front().finish();
    return result;
}

/// Takes a last layer `pad N` off; returns N.
std::size_t take_padding(std::vector<LayerText>& layers) {
    if (layers.back().name != "pad")
        return 0;
    const LayerText pad = layers.back();
    layers.pop_back();
    if (pad.attributes.size() != 1 || !pad.attributes[0].key.empty() || layers.empty())
        pad.refuse("needs a number of bytes, and a layer before it");
    return parse_number(pad.attributes[0].value, 0xffff);
}

/// Makes what link=... says of the packet; returns the bytes of the link header that go before the layers.
Bytes link_header(const LayerText& attributes, std::vector<LayerText>& layers, TestPacket& packet) {
    const std::string link = attributes.text("link").value_or("ethernet");
    const std::string first = layers.front().name;
    if (link == "ethernet") {
        if (first != "eth" && first != "hex" && first != "data")
            layers.insert(layers.begin(), LayerText{.name = "eth", .attributes = {}});
        return {};
    }
    packet.ethernet = false;
    packet.ethertype = static_cast<std::uint16_t>(attributes.number("type", 0xffff, ethertype_of(layers)));
    Bytes header;
    if (link == "null") {
        header = {static_cast<std::uint8_t>(packet.ethertype == 0x86dd ? 30 : 2), 0, 0, 0};
    } else if (link == "sll") {
        header = {0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0};
        append(header, packet.ethertype, 2);
    } else if (link != "raw") {
        attributes.refuse("link: invalid value '" + link + "', known are ethernet, raw, null and sll");
    }
    packet.l3_offset = static_cast<std::uint16_t>(attributes.number("l3", 0xffff, header.size()));
    return header;
}

void set_inputs(const LayerText& attributes, TestPacket& packet) {
    packet.length = static_cast<std::uint32_t>(attributes.number("wire", ~0U, packet.bytes.size()));
    if (const auto cut = attributes.number("cut", ~0U); cut && *cut < packet.bytes.size())
        packet.bytes.resize(*cut);
    packet.device = static_cast<std::uint32_t>(attributes.number("device", ~0U, 0));
    packet.queue = static_cast<std::uint16_t>(attributes.number("queue", 0xffff, 0));
    packet.sequence = attributes.number("seq", ~std::uint64_t{0}, 0);
    packet.time = attributes.number("time", ~std::uint64_t{0}, 0);
    packet.mark = static_cast<std::uint32_t>(attributes.number("mark", ~0U, 0));
    if (attributes.text("host"))
        packet.device_address = attributes.ipv4("host", "");
    if (attributes.text("host6"))
        std::tie(packet.device_address6_high, packet.device_address6_low) = attributes.ipv6("host6", "");
}

} // namespace

const LayerKind& kind_of(const LayerText& layer) {
    for (const LayerKind& kind : kinds)
        if (layer.name == kind.name)
            return kind;
    refuse("unknown layer '" + layer.name + "'");
}

std::uint64_t ethertype_of(std::span<const LayerText> inner) {
    constexpr std::uint64_t experimental = 0x88b5;
    if (inner.empty())
        return experimental;
    const LayerText& layer = inner.front();
    const int type = kind_of(layer).ethertype;
    const auto usual = type == none ? experimental : static_cast<std::uint64_t>(type);
    if (layer.name == "vlan")
        return layer.number("tpid", 0xffff, usual);
    return layer.name == "mpls" ? layer.number("ethertype", 0xffff, usual) : usual;
}

std::uint64_t protocol_of(std::span<const LayerText> inner, bool ipv6) {
    constexpr std::uint64_t experimental = 253, no_next_header = 59;
    if (inner.empty())
        return ipv6 ? no_next_header : experimental;
    const int protocol = kind_of(inner.front()).protocol;
    return protocol == none ? experimental : static_cast<std::uint64_t>(protocol);
}

std::uint64_t udp_port_of(std::span<const LayerText> inner) {
    const std::string name = inner.empty() ? "" : inner.front().name;
    return name == "vxlan" ? 4789 : name == "geneve" ? 6081 : name == "gtpu" ? 2152 : 9;
}

TestPacket parse_packet(std::string_view text) {
    try {
        PacketText notation = structure(text);
        TestPacket packet;
        const std::size_t padded = take_padding(notation.layers);
        packet.bytes = link_header(notation.packet, notation.layers, packet);
        append(packet.bytes, encode(notation.layers).bytes);
        packet.bytes.resize(std::max(packet.bytes.size(), padded));
        set_inputs(notation.packet, packet);
        notation.packet.finish();
        return packet;
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(std::string(error.what()) + ", in \"" + std::string(text) + "\"");
    }
}

} // namespace pfq::test
