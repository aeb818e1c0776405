// Tunnels: where the levels inside a packet are.
#include "lang/reference/fields.hpp"
#include "tests/support/random_packet.hpp"
#include "tests/support/test_packet.hpp"
#include <gtest/gtest.h>

namespace pfq::lang::reference {
namespace {

using test::parse_packet;

Levels levels(const std::string& text) {
    const test::TestPacket packet = parse_packet(text);
    return parse(to_input(packet));
}

/// The port of the UDP header at the end of every test packet tells whether its level was found.
constexpr std::uint64_t marker = 777;
std::string inner(const char* network = "ip") {
    return std::string(" / ") + network + " / udp dport=777";
}

bool exists(const Level& level) {
    return level[Field::vlan_count] != absent;
}

void expect_found(const std::string& text, unsigned depth = 1) {
    const Levels all = levels(text);
    EXPECT_EQ(all[depth][Field::destination_port], marker) << text;
    for (unsigned n = depth + 1; n <= max_shift; ++n)
        EXPECT_FALSE(exists(all[n])) << text;
}

void expect_nothing(const std::string& text) {
    const Levels all = levels(text);
    for (const FieldInfo& info : fields())
        if (info.layer != Layer::frame) {
            EXPECT_EQ(all[1][info.field], absent) << text << ": " << info.name;
        }
    EXPECT_EQ(all[1][Field::frame_length], all[0][Field::frame_length]);
}

TEST(ReferenceTunnel, NoTunnel) {
    for (const char* text : {"eth / ip / tcp", "eth / arp", "eth / ip / udp dport=4788 / data ff", "eth / ip6 / sctp"})
        expect_nothing(text);
}

TEST(ReferenceTunnel, IpInIp) {
    for (const char* outside : {"ip", "ip6", "ip options=01", "ip6 / dstopt"})
        for (const char* inside : {"ip", "ip6"})
            expect_found(std::string("eth / ") + outside + inner(inside));
    expect_nothing("eth / ip frag=1 / ip / udp dport=777");
    const Levels all = levels("eth / vlan / ip / ip6 / tcp");
    EXPECT_EQ(all[1][Field::eth_type], 0x86ddU);
    EXPECT_EQ(all[1][Field::vlan_count], 0U);
    EXPECT_EQ(all[1][Field::vlan_tci], absent);
    EXPECT_EQ(all[1][Field::eth_source], absent);
    EXPECT_EQ(all[1][Field::l3_offset], 38U);
}

TEST(ReferenceTunnel, LevelsExistWithoutAValidHeader) {
    const Level level = levels("eth / ip proto=4 / data 00")[1];
    EXPECT_EQ(level[Field::eth_type], 0x0800U);
    EXPECT_EQ(level[Field::vlan_count], 0U);
    EXPECT_EQ(level[Field::ip_version], absent);
    EXPECT_EQ(levels("eth / ip proto=41")[1][Field::eth_type], 0x86ddU);
    const Level ethernet = levels("eth / ip / udp / vxlan")[1]; // nothing of the inner frame was captured
    EXPECT_EQ(ethernet[Field::vlan_count], 0U);
    EXPECT_EQ(ethernet[Field::eth_type], absent);
}

TEST(ReferenceTunnel, Mpls) {
    std::string labels;
    for (unsigned count = 1; count <= 9; ++count) {
        labels += " / mpls";
        const std::string text = "eth" + labels + inner(count % 2 == 0 ? "ip6" : "ip");
        if (count <= 8)
            expect_found(text);
        else
            expect_nothing(text);
    }
    expect_found("eth / vlan / mpls ethertype=0x8848" + inner());
    expect_nothing("eth / mpls / ip version=5 / tcp");
    expect_nothing("eth / mpls bottom=0 / data 00000000");
    expect_nothing("eth / mpls / ip / tcp | cut=18");
    EXPECT_EQ(levels("eth / mpls / ip / tcp | cut=19")[1][Field::eth_type], 0x0800U);
    EXPECT_EQ(levels("eth / mpls / ip / tcp")[0][Field::l3_offset], absent);
}

TEST(ReferenceTunnel, Gre) {
    for (const char* options : {"", " csum=1", " key=2", " seq=3", " csum=1 key=2", " csum=1 key=2 seq=3"})
        for (const char* inside : {"ip", "ip6", "eth / ip", "eth / vlan / ip6", "mpls / ip", "mpls / mpls / ip6"})
            expect_found(std::string("eth / ip / gre") + options + inner(inside));
    expect_found("eth / ip / gre flags=0x0800" + inner()); // strict source route bit: does not matter
    expect_nothing("eth / ip / gre flags=0x4000" + inner());
    for (const char* version : {"1", "2", "4"})
        expect_nothing(std::string("eth / ip / gre flags=") + version + inner());
    expect_nothing("eth / ip / gre proto=0x1234" + inner());
    expect_nothing("eth / ip / gre / ip | cut=37");
    EXPECT_EQ(levels("eth / ip / gre / ip | cut=38")[1][Field::eth_type], 0x0800U);
    EXPECT_EQ(levels("eth / ip / gre / mpls / ip6 / tcp")[1][Field::eth_type], 0x86ddU);
    EXPECT_EQ(levels("eth / ip / gre / eth src=02:00:00:00:00:09 / ip")[1][Field::eth_source], 0x020000000009U);
}

TEST(ReferenceTunnel, Vxlan) {
    expect_found("eth / ip / udp / vxlan / eth" + inner());
    expect_found("eth / ip6 / udp dport=8472 / vxlan / eth / vlan" + inner("ip6"));
    expect_nothing("eth / ip / udp / vxlan flags=0xf7 / eth" + inner());
    expect_nothing("eth / ip / udp / vxlan / eth" + inner() + " | cut=42");
    EXPECT_TRUE(exists(levels("eth / ip / udp / vxlan / eth / ip | cut=43")[1]));
    const Level level = levels("eth / ip / udp / vxlan / eth / vlan id=9 / arp")[1];
    EXPECT_EQ(level[Field::vlan_tci], 9U);
    EXPECT_EQ(level[Field::eth_type], 0x0806U);
}

TEST(ReferenceTunnel, Geneve) {
    for (const char* inside : {"eth / ip", "ip", "ip6"})
        expect_found(std::string("eth / ip / udp / geneve options=0102030405060708") + inner(inside));
    expect_nothing("eth / ip / udp / geneve version=1" + inner());
    expect_nothing("eth / ip / udp / geneve proto=0x8847" + inner());
    expect_nothing("eth / ip / udp / geneve" + inner() + " | cut=45");
    EXPECT_TRUE(exists(levels("eth / ip / udp / geneve / ip | cut=46")[1]));
}

TEST(ReferenceTunnel, Gtpu) {
    for (const char* options :
         {"", " seq=1", " npdu=1", " seq=1 npdu=2", " ext=0", " ext=1", " ext=2", " ext=4", " ext=4 seq=9"})
        for (const char* inside : {"ip", "ip6"})
            expect_found(std::string("eth / ip / udp / gtpu") + options + inner(inside));
    expect_nothing("eth / ip / udp / gtpu ext=5" + inner());
    expect_nothing("eth / ip / udp / gtpu type=1" + inner());
    expect_nothing("eth / ip / udp / gtpu flags=0x50" + inner()); // version 2
    expect_nothing("eth / ip / udp / gtpu flags=0x20" + inner()); // GTP'
    expect_nothing("eth / ip / udp / gtpu / data 00");
    expect_nothing("eth / ip / udp / gtpu");
    // an extension header of length 0; one that says more than there is
    expect_nothing("eth / ip / udp dport=2152 / hex 34ff0000000000010000008500000000" + inner());
    expect_nothing("eth / ip / udp dport=2152 / hex 34ff00000000000100000085ff000000" + inner());
    // an extension header of two units
    expect_found("eth / ip / udp dport=2152 / hex 34ff000000000001000000850200000000000000" + inner());
}

TEST(ReferenceTunnel, ThreeLevelsAndNoMore) {
    expect_found("eth / ip / udp / vxlan / eth / ip6 / gre / mpls / ip / udp / gtpu" + inner(), 3);
    const Levels all = levels("eth / ip / ip6 / ip / ip6 / ip / tcp");
    EXPECT_EQ(all[3][Field::ip_version], 6U);
    EXPECT_EQ(all[3][Field::l4_protocol], 4U);
}

// ---- truncation, corruption

TEST(ReferenceTruncation, AtEveryByte) {
    const std::string text =
        "eth / vlan / vlan / ip6 / hop / frag6 / udp / vxlan / eth / vlan / ip options=01 / gre key=1 / "
        "ip6 / ah / tcp options=020405b4 / data 0011";
    const test::TestPacket whole = parse_packet(text);
    const Levels all = parse(to_input(whole));
    ASSERT_EQ(all[2][Field::tcp_flags], 2U);
    // Offsets counted by hand: eth 14, vlan 8, ip6 40, hop 8, frag6 8, udp 8, vxlan 8, eth 14, vlan 4, ip 24, gre 8,
    // ip6 40, ah 24.
    const unsigned ip6 = 22, udp = 78, frame = 94, ip = 112, gre = 136, inner_ip6 = 144, ah = 184, tcp = 208;
    ASSERT_EQ(all[2][Field::payload_offset], tcp + 24);
    for (std::size_t size = 0; size <= whole.bytes.size(); ++size) {
        test::TestPacket packet = whole;
        packet.bytes.resize(size);
        packet.bytes.shrink_to_fit(); // so that a read beyond it is noticed
        const Levels cut = parse(to_input(packet));
        SCOPED_TRACE(size);
        EXPECT_EQ(cut[0][Field::frame_length], whole.bytes.size());
        EXPECT_EQ(cut[0][Field::captured_length], size);
        EXPECT_EQ(cut[0][Field::vlan_count], size >= 22 ? 2U : size >= 18 ? 1U : 0U);
        EXPECT_EQ(cut[0][Field::ip_version], size >= ip6 + 40 ? 6U : absent);
        EXPECT_EQ(cut[0][Field::ip_header_length], size < 62 ? absent : size < 64 ? 40 : size < 78 ? 48 : 56);
        EXPECT_EQ(cut[0][Field::udp_length], size >= udp + 6 ? whole.bytes.size() - udp : absent);
        EXPECT_EQ(exists(cut[1]), size >= udp + 9);
        EXPECT_EQ(cut[1][Field::eth_source], size >= frame + 12 ? 0x020000000001 : absent);
        EXPECT_EQ(cut[1][Field::l4_offset], size >= ip + 20 ? gre : absent);
        EXPECT_EQ(exists(cut[2]), size >= gre + 4);
        EXPECT_EQ(cut[2][Field::ip6_flow_label], size >= inner_ip6 + 40 ? 0U : absent);
        EXPECT_EQ(cut[2][Field::l4_protocol], size >= ah + 2 ? 6U : absent);
        EXPECT_EQ(cut[2][Field::tcp_urgent], size >= tcp + 20 ? 0U : absent);
        EXPECT_EQ(cut[2][Field::payload_offset], size >= tcp + 13 ? tcp + 24 : absent);
    }
}

TEST(ReferenceTruncation, RandomPacketsKeepToTheirBytes) {
    test::RandomPackets random(7);
    unsigned tunnels = 0;
    for (unsigned i = 0; i < 20000; ++i) {
        test::TestPacket packet = random.next();
        packet.bytes.shrink_to_fit();
        const Levels all = parse(to_input(packet));
        tunnels += exists(all[1]) ? 1 : 0;
        for (const Level& level : all) {
            if (level[Field::ip_version] == absent) {
                EXPECT_EQ(level[Field::l4_protocol], absent);
            }
            if (level[Field::tcp_flags] != absent) {
                EXPECT_LT(level[Field::l4_offset] + 13, packet.bytes.size());
            }
        }
    }
    EXPECT_GT(tunnels, 2000U);
}

} // namespace
} // namespace pfq::lang::reference
