// Random packets, made as text of the notation.
#include "tests/support/random_packet.hpp"
#include "tests/support/values.hpp"
#include <array>

namespace pfq::test {

template <typename... Texts> const char* RandomPackets::one_of(Texts... texts) {
    const std::array<const char*, sizeof...(texts)> table{texts...};
    return table[below(table.size())];
}

void RandomPackets::layer(const std::string& text) {
    text_ += (text_.empty() ? "" : " / ") + text;
}

void RandomPackets::number(const char* key, std::uint64_t bound) {
    text_ += std::string(" ") + key + "=" + std::to_string(below(bound));
}

void RandomPackets::data() {
    Bytes bytes(below(4) == 0 ? 0 : below(48));
    for (auto& byte : bytes)
        byte = static_cast<std::uint8_t>(chance(20) ? 0xff : below(256));
    if (!bytes.empty())
        layer("data " + to_hex(bytes));
}

void RandomPackets::tags() {
    for (unsigned left = chance(70) ? 0 : static_cast<unsigned>(1 + below(5)); left > 0; --left) {
        layer(std::string("vlan tpid=") + one_of("0x8100", "0x88a8", "0x9100"));
        number("id", 6);
        number("pcp", 8);
    }
}

void RandomPackets::ethernet(unsigned depth) {
    layer(std::string("eth dst=") + one_of("02:00:00:00:00:02", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01"));
    tags();
    network(depth);
}

void RandomPackets::network(unsigned depth) {
    switch (below(12)) {
    case 0:
        return mpls(depth);
    case 1:
        layer(one_of("arp", "arp op=2", "data 00"));
        return data();
    case 2:
    case 3:
    case 4:
    case 5:
        return ip6(depth);
    default:
        return ip(depth);
    }
}

void RandomPackets::mpls(unsigned depth) {
    for (auto labels = chance(80) ? 1 + below(3) : 1 + below(9); labels > 0; --labels) {
        layer("mpls");
        number("label", 100);
        if (chance(20))
            text_ += " ethertype=0x8848";
    }
    if (chance(5))
        text_ += " bottom=0";
    return chance(10) ? ethernet(depth + 1) : network(depth + 1);
}

void RandomPackets::ip(unsigned depth) {
    layer(std::string("ip src=") + one_of("10.0.0.1", "10.0.0.2", "192.168.1.1", "172.16.5.4", "255.255.255.255"));
    text_ += std::string(" dst=") + one_of("10.0.0.1", "10.0.0.2", "192.168.1.77", "224.0.0.1", "8.8.8.8");
    number("ttl", 256);
    number("tos", 256);
    number("id", 65536);
    if (chance(15))
        text_ += std::string(" options=") + one_of("01", "9404000001", "0101010101010101", "00000000000000000000");
    if (chance(20))
        text_ += " df";
    if (chance(8))
        text_ += " mf";
    if (chance(8))
        number("frag", 8192);
    if (chance(3))
        number("ihl", 16);
    if (chance(2))
        number("version", 16);
    transport(depth, false);
}

void RandomPackets::ip6(unsigned depth) {
    const auto address = [this] {
        return one_of("2001:db8::1", "2001:db8::2", "fe80::1", "ff02::1", "2001:db8:1:2:ffff:ffff:ffff:ffff",
                      "ffff:ffff:ffff:ffff::1");
    };
    layer(std::string("ip6 src=") + address());
    text_ += std::string(" dst=") + address();
    number("hlim", 256);
    number("tc", 256);
    number("flow", 1U << 20U);
    if (chance(2))
        number("version", 16);
    extensions();
    transport(depth, true);
}

void RandomPackets::extensions() {
    if (chance(60))
        return;
    for (auto left = chance(80) ? below(4) : below(11); left > 0; --left) {
        switch (below(8)) {
        case 0:
            layer("ah");
            break;
        case 1:
        case 2:
            layer(chance(60) ? "frag6" : "frag6 mf");
            number("id", 1ULL << 32U);
            if (chance(40))
                number("offset", 8192);
            break;
        default:
            layer(one_of("hop", "routing", "dstopt", "mobility", "hip", "shim6", "dstopt data=01020304050607080910"));
        }
        if (chance(4))
            number("nh", 256);
    }
}

void RandomPackets::ports() {
    const auto port = [this] {
        return one_of("53", "80", "443", "1024", "5060", "8080", "2152", "4789", "8472", "6081");
    };
    text_ += std::string(" sport=") + port();
    text_ += std::string(" dport=") + port();
}

void RandomPackets::transport(unsigned depth, bool ipv6) {
    if (depth < 6 && chance(25))
        return tunnel(depth);
    switch (below(8)) {
    case 0:
        layer(one_of("icmp", "icmp type=0", "icmp type=3 code=1", "icmp6", "icmp6 type=135"));
        break;
    case 1:
        layer(ipv6 ? "icmp6" : "icmp");
        number("type", 256);
        break;
    case 2:
        layer("sctp");
        ports();
        break;
    case 3:
    case 4:
        layer("udp");
        ports();
        break;
    case 5:
        break;
    default:
        layer(std::string("tcp flags=") + one_of("S", "SA", "A", "PA", "FA", "R", "0", "255"));
        ports();
        number("seq", 1ULL << 32U);
        number("ack", 1ULL << 32U);
        number("window", 65536);
        if (chance(20))
            text_ += " options=020405b4";
        if (chance(4))
            number("doff", 16);
    }
    data();
}

void RandomPackets::tunnel(unsigned depth) {
    switch (below(7)) {
    case 0:
        return ip(depth + 1);
    case 1:
        return ip6(depth + 1);
    case 2:
        layer("gre");
        for (const char* optional : {"csum", "key", "seq"})
            if (chance(40))
                number(optional, 65536);
        if (chance(5))
            number("flags", 65536);
        return chance(30) ? ethernet(depth + 1) : network(depth + 1);
    case 3:
    case 4:
        layer(chance(20) ? "udp dport=8472" : "udp");
        layer(chance(5) ? "vxlan flags=0" : "vxlan");
        return ethernet(depth + 1);
    case 5:
        layer("udp");
        layer(std::string("geneve") + one_of("", "", " options=0102030405060708", " version=1", " optlen=3"));
        return chance(50) ? ethernet(depth + 1) : network(depth + 1);
    default:
        layer("udp");
        layer(std::string("gtpu") + one_of("", "", " seq=5", " npdu=3", " ext=1", " ext=2", " ext=4", " ext=5",
                                           " ext=0", " type=1", " flags=0x50"));
        return chance(50) ? ip(depth + 1) : ip6(depth + 1);
    }
}

void RandomPackets::inputs() {
    number("device", 4);
    number("queue", 4);
    number("seq", 1000);
    number("time", 1ULL << 61U);
    number("mark", chance(50) ? 4 : 1ULL << 32U);
    if (chance(60))
        text_ += std::string(" host=") + one_of("10.0.0.1", "10.0.0.2", "192.168.1.77");
    if (chance(40))
        text_ += std::string(" host6=") + one_of("2001:db8::1", "fe80::1");
}

std::string RandomPackets::next_text() {
    text_.clear();
    const bool raw = chance(12);
    if (raw) {
        tags();
        network(0);
    } else {
        ethernet(0);
    }
    if (chance(15))
        layer("pad " + std::to_string(60 + below(60)));
    text_ += " |";
    inputs();
    if (raw)
        text_ += std::string(" link=") + one_of("raw", "null", "sll");
    return text_;
}

void RandomPackets::corrupt(TestPacket& packet) {
    auto& bytes = packet.bytes;
    if (chance(50))
        bytes.resize(below(bytes.size() + 1));
    if (chance(40) && !bytes.empty())
        for (auto flips = 1 + below(4); flips > 0; --flips)
            bytes[below(bytes.size())] ^= static_cast<std::uint8_t>(1U << below(8));
    if (chance(30) && !bytes.empty())
        bytes[below(bytes.size())] = std::array<std::uint8_t, 4>{0, 5, 44, 255}[below(4)];
    if (chance(10))
        packet.length = static_cast<std::uint32_t>(bytes.size() + below(2000));
}

TestPacket RandomPackets::next() {
    TestPacket packet = parse_packet(next_text());
    if (chance(50))
        corrupt(packet);
    return packet;
}

} // namespace pfq::test
