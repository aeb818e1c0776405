// Link, network and transport fields of the reference, layer by layer.
#include "lang/reference/fields.hpp"
#include "tests/support/test_packet.hpp"
#include <gtest/gtest.h>
#include <map>

namespace pfq::lang::reference {
namespace {

using test::parse_packet;

Levels levels(const std::string& text) {
    const test::TestPacket packet = parse_packet(text);
    return parse(to_input(packet));
}

Level outer(const std::string& text) {
    return levels(text)[0];
}

using Values = std::map<Field, std::uint64_t>;

/// All fields given have the value given; with `others_absent`, all other fields beside those of layer frame are
/// absent.
void expect(const Level& level, const Values& values, bool others_absent = true) {
    for (const FieldInfo& info : fields()) {
        const auto expected = values.find(info.field);
        if (expected != values.end()) {
            EXPECT_EQ(level[info.field], expected->second) << info.name;
        } else if (others_absent && info.layer != Layer::frame) {
            EXPECT_EQ(level[info.field], absent) << info.name;
        }
    }
}

TEST(ReferenceFields, TcpOverIpv4) {
    const Level level =
        outer("eth src=02:11:22:33:44:55 dst=ff:ff:ff:ff:ff:ff / "
              "ip src=10.0.0.1 dst=192.168.1.77 ttl=5 tos=0x2e id=4660 df / "
              "tcp sport=1234 dport=443 seq=0xfffffffe ack=77 flags=SA window=512 urg=9 / data \"abc\"");
    expect(level, {{Field::frame_length, 57},
                   {Field::captured_length, 57},
                   {Field::eth_destination, 0xffffffffffff},
                   {Field::eth_source, 0x021122334455},
                   {Field::eth_type, 0x0800},
                   {Field::vlan_count, 0},
                   {Field::l3_offset, 14},
                   {Field::ip_version, 4},
                   {Field::ip_tos, 0x2e},
                   {Field::ip_total_length, 43},
                   {Field::ip_id, 4660},
                   {Field::ip_frag, 0x4000},
                   {Field::ip_ttl, 5},
                   {Field::ip_header_length, 20},
                   {Field::ip_source, 0x0a000001},
                   {Field::ip_destination, 0xc0a8014d},
                   {Field::address_key_source, 0x0a000001},
                   {Field::address_key_destination, 0xc0a8014d},
                   {Field::l4_protocol, 6},
                   {Field::l4_offset, 34},
                   {Field::source_port, 1234},
                   {Field::destination_port, 443},
                   {Field::tcp_sequence, 0xfffffffe},
                   {Field::tcp_acknowledgment, 77},
                   {Field::tcp_header_length, 20},
                   {Field::tcp_flags, 0x12},
                   {Field::tcp_window, 512},
                   {Field::tcp_urgent, 9},
                   {Field::payload_offset, 54}});
}

TEST(ReferenceFields, UdpOverIpv6) {
    const Level level = outer("eth / ip6 src=2001:db8::1 dst=2001:db8:0:1::ff tc=0xab flow=0x54321 hlim=3 / "
                              "udp sport=53 dport=5353 / data 00");
    expect(level, {{Field::eth_destination, 0x020000000002},
                   {Field::eth_source, 0x020000000001},
                   {Field::eth_type, 0x86dd},
                   {Field::vlan_count, 0},
                   {Field::l3_offset, 14},
                   {Field::ip_version, 6},
                   {Field::ip_tos, 0xab},
                   {Field::ip_total_length, 49},
                   {Field::ip_frag, 0},
                   {Field::ip_ttl, 3},
                   {Field::ip_header_length, 40},
                   {Field::ip6_flow_label, 0x54321},
                   {Field::ip6_source_high, 0x20010db800000000},
                   {Field::ip6_source_low, 1},
                   {Field::ip6_destination_high, 0x20010db800000001},
                   {Field::ip6_destination_low, 0xff},
                   {Field::address_key_source, mix(0x20010db800000000, 1)},
                   {Field::address_key_destination, mix(0x20010db800000001, 0xff)},
                   {Field::l4_protocol, 17},
                   {Field::l4_offset, 54},
                   {Field::source_port, 53},
                   {Field::destination_port, 5353},
                   {Field::udp_length, 9},
                   {Field::payload_offset, 62}});
}

TEST(ReferenceFields, FrameLengths) {
    const Level level = outer("eth / ip / udp / data zeros=100 | cut=60 wire=1500");
    EXPECT_EQ(level[Field::frame_length], 1500U);
    EXPECT_EQ(level[Field::captured_length], 60U);
}

TEST(ReferenceFields, OtherNetworkLayers) {
    const Values link{
        {Field::eth_destination, 0x020000000002}, {Field::eth_source, 0x020000000001}, {Field::vlan_count, 0}};
    Values arp = link;
    arp[Field::eth_type] = 0x0806;
    expect(outer("eth / arp"), arp);
    Values wrong_version = link;
    wrong_version[Field::eth_type] = 0x0800;
    expect(outer("eth / ip version=6 / tcp"), wrong_version);
    expect(outer("eth / ip ihl=4 / tcp"), wrong_version);
    wrong_version[Field::eth_type] = 0x86dd;
    expect(outer("eth / ip6 version=4 / tcp"), wrong_version);
}

// ---- link

TEST(ReferenceLink, ShortFrames) {
    const auto cut = [](int bytes) { return outer("eth / ip / tcp | cut=" + std::to_string(bytes)); };
    expect(cut(0), {{Field::vlan_count, 0}});
    expect(cut(5), {{Field::vlan_count, 0}});
    const std::uint64_t destination = 0x020000000002, source = 0x020000000001;
    expect(cut(6), {{Field::vlan_count, 0}, {Field::eth_destination, destination}});
    expect(cut(13), {{Field::vlan_count, 0}, {Field::eth_destination, destination}, {Field::eth_source, source}});
    EXPECT_EQ(cut(14)[Field::eth_type], 0x0800U);
    EXPECT_EQ(cut(33)[Field::ip_version], absent);
    EXPECT_EQ(cut(34)[Field::ip_version], 4U);
}

TEST(ReferenceLink, VlanTags) {
    const std::string tags[] = {"vlan id=10 pcp=5 dei tpid=0x88a8", "vlan id=20 tpid=0x9100", "vlan id=30",
                                "vlan id=40", "vlan id=50"};
    std::string text = "eth";
    for (unsigned count = 0; count <= 5; ++count) {
        const Level level = outer(text + " / ip / tcp");
        EXPECT_EQ(level[Field::vlan_count], std::min(count, 4U));
        EXPECT_EQ(level[Field::vlan_tpid], count > 0 ? 0x88a8 : absent);
        EXPECT_EQ(level[Field::vlan_tci], count > 0 ? 0xb00aU : absent);
        EXPECT_EQ(level[Field::vlan_inner_tci], count > 1 ? 20U : absent);
        EXPECT_EQ(level[Field::eth_type], count < 5 ? 0x0800U : 0x8100U);
        EXPECT_EQ(level[Field::l3_offset], count < 5 ? 14 + 4 * count : absent);
        EXPECT_EQ(level[Field::tcp_flags], count < 5 ? 2U : absent);
        if (count < 5)
            text += " / " + tags[count];
    }
}

TEST(ReferenceLink, CutTags) {
    const Level one = outer("eth / vlan id=10 / vlan id=20 tpid=0x88a8 / ip | cut=21");
    expect(one, {{Field::vlan_count, 1}, {Field::vlan_tci, 10}, {Field::vlan_tpid, 0x8100}, {Field::eth_type, 0x88a8}},
           false);
    EXPECT_EQ(one[Field::vlan_inner_tci], absent);
    EXPECT_EQ(outer("eth / vlan / ip | cut=17")[Field::vlan_count], 0U);
    EXPECT_EQ(outer("eth / vlan / ip | cut=17")[Field::eth_type], 0x8100U);
    EXPECT_EQ(outer("eth / vlan / ip | cut=18")[Field::vlan_count], 1U);
}

TEST(ReferenceLink, OtherLinks) {
    for (const auto& [link, offset] : std::map<std::string, unsigned>{{"raw", 0}, {"null", 4}, {"sll", 16}}) {
        const Level level = outer("ip / tcp | link=" + link);
        EXPECT_EQ(level[Field::eth_source], absent);
        EXPECT_EQ(level[Field::eth_destination], absent);
        EXPECT_EQ(level[Field::eth_type], 0x0800U);
        EXPECT_EQ(level[Field::l3_offset], offset);
        EXPECT_EQ(level[Field::destination_port], 80U);
    }
    const Level tagged = outer("vlan id=7 / ip6 / udp | link=sll");
    EXPECT_EQ(tagged[Field::vlan_tci], 7U);
    EXPECT_EQ(tagged[Field::eth_type], 0x86ddU);
    EXPECT_EQ(tagged[Field::l3_offset], 20U);
}

// ---- IPv4

TEST(ReferenceIpv4, Options) {
    const Level level = outer("eth / ip options=0101010101 / udp");
    EXPECT_EQ(level[Field::ip_header_length], 28U);
    EXPECT_EQ(level[Field::l4_offset], 42U);
    EXPECT_EQ(level[Field::destination_port], 9U);
    const Level beyond = outer("eth / ip ihl=15 / udp"); // the header says more than there is
    EXPECT_EQ(beyond[Field::l4_offset], 74U);
    EXPECT_EQ(beyond[Field::source_port], absent);
    EXPECT_EQ(beyond[Field::payload_offset], 82U);
}

TEST(ReferenceIpv4, Fragments) {
    const Level first = outer("eth / ip mf / udp");
    EXPECT_EQ(first[Field::ip_frag], 0x2000U);
    EXPECT_EQ(first[Field::destination_port], 9U);
    const Level later = outer("eth / ip mf frag=5 / udp");
    EXPECT_EQ(later[Field::ip_frag], 0x2005U);
    EXPECT_EQ(later[Field::l4_protocol], 17U);
    for (const Field field : {Field::l4_offset, Field::source_port, Field::udp_length, Field::payload_offset})
        EXPECT_EQ(later[field], absent) << name(field);
}

// ---- IPv6

TEST(ReferenceIpv6, EveryExtensionHeader) {
    const std::map<std::string, unsigned> headers{{"hop", 8},
                                                  {"routing", 8},
                                                  {"dstopt", 8},
                                                  {"mobility", 8},
                                                  {"hip", 8},
                                                  {"shim6", 8},
                                                  {"ah", 24},
                                                  {"frag6", 8},
                                                  {"frag6 mf", 8},
                                                  {"dstopt data=00112233445566778899", 16},
                                                  {"ah icv=00112233", 16}};
    for (const auto& [text, size] : headers) {
        const Level level = outer("eth / ip6 / " + text + " / tcp");
        EXPECT_EQ(level[Field::l4_protocol], 6U) << text;
        EXPECT_EQ(level[Field::ip_header_length], 40 + size) << text;
        EXPECT_EQ(level[Field::l4_offset], 54 + size) << text;
        EXPECT_EQ(level[Field::destination_port], 80U) << text;
    }
}

TEST(ReferenceIpv6, ChainsOfExtensionHeaders) {
    std::string chain;
    for (unsigned count = 1; count <= 10; ++count) {
        chain += " / dstopt";
        const Level level = outer("eth / ip6" + chain + " / tcp");
        EXPECT_EQ(level[Field::l4_protocol], count <= 8 ? 6U : absent) << count;
        EXPECT_EQ(level[Field::l4_offset], count <= 8 ? 54 + 8 * count : absent) << count;
        EXPECT_EQ(level[Field::ip_header_length], 40 + 8 * std::min(count, 8U)) << count;
        EXPECT_EQ(level[Field::tcp_flags], count <= 8 ? 2U : absent) << count;
    }
}

TEST(ReferenceIpv6, Fragments) {
    const Level whole = outer("eth / ip6 / frag6 id=0xdeadbeef mf / udp");
    expect(whole, {{Field::ip_id, 0xdeadbeef}, {Field::ip_frag, 0x2000}, {Field::l4_offset, 62}}, false);
    const Level later = outer("eth / ip6 / hop / frag6 id=9 offset=185 / udp");
    expect(later, {{Field::ip_id, 9}, {Field::ip_frag, 185}, {Field::l4_protocol, 17}, {Field::ip_header_length, 56}},
           false);
    EXPECT_EQ(later[Field::l4_offset], absent);
    EXPECT_EQ(later[Field::source_port], absent);
    const Level twice = outer("eth / ip6 / frag6 id=1 mf / frag6 id=2 offset=3 / udp"); // the first one counts
    expect(twice, {{Field::ip_id, 1}, {Field::ip_frag, 0x2000}, {Field::l4_protocol, 17}, {Field::l4_offset, absent}},
           false);
    const Level ones = outer("eth / ip6 nh=44 / hex ffffffffffffffff / udp"); // no sentinel inside the header
    expect(
        ones,
        {{Field::ip_id, 0xffffffff}, {Field::ip_frag, 0x3fff}, {Field::l4_protocol, 255}, {Field::l4_offset, absent}},
        false);
}

TEST(ReferenceIpv6, CutExtensionHeaders) {
    const Level level = outer("eth / ip6 / hop / dstopt / tcp | cut=63"); // one byte of dstopt
    expect(level, {{Field::l4_protocol, absent}, {Field::l4_offset, absent}, {Field::ip_header_length, 48}}, false);
    const Level fragment = outer("eth / ip6 / frag6 / tcp | cut=61");
    expect(fragment,
           {{Field::l4_protocol, absent}, {Field::ip_id, absent}, {Field::ip_frag, 0}, {Field::ip_header_length, 40}},
           false);
    const Level none = outer("eth / ip6");
    expect(none, {{Field::l4_protocol, 59}, {Field::l4_offset, 54}}, false);
}

TEST(ReferenceIpv6, AddressesOfOnes) {
    const Level level = outer("eth / ip6 src=ffff:ffff:ffff:ffff::1 / tcp");
    EXPECT_EQ(level[Field::ip6_source_high], absent);
    EXPECT_EQ(level[Field::address_key_source], mix(absent, 1));
    EXPECT_EQ(level.source(), (Address{true, absent, 1}));
}

// ---- transport

TEST(ReferenceTransport, Sctp) {
    const Level level = outer("eth / ip / sctp sport=7 dport=8");
    expect(level, {{Field::source_port, 7}, {Field::destination_port, 8}, {Field::payload_offset, 46}}, false);
    EXPECT_EQ(level[Field::udp_length], absent);
}

TEST(ReferenceTransport, IcmpBelongsToItsFamily) {
    expect(outer("eth / ip / icmp type=3 code=1"),
           {{Field::icmp_type, 3}, {Field::icmp_code, 1}, {Field::payload_offset, 42}}, false);
    expect(outer("eth / ip6 / icmp6 type=135 code=2"),
           {{Field::icmp_type, 135}, {Field::icmp_code, 2}, {Field::payload_offset, 62}}, false);
    for (const char* text : {"eth / ip6 / icmp", "eth / ip / icmp6"})
        expect(outer(text), {{Field::icmp_type, absent}, {Field::icmp_code, absent}, {Field::payload_offset, absent}},
               false);
}

TEST(ReferenceTransport, TcpHeaderLength) {
    expect(outer("eth / ip / tcp options=020405b4"), {{Field::tcp_header_length, 24}, {Field::payload_offset, 58}},
           false);
    expect(outer("eth / ip / tcp doff=4"), {{Field::tcp_header_length, 16}, {Field::payload_offset, absent}}, false);
    expect(outer("eth / ip / tcp doff=15"), {{Field::tcp_header_length, 60}, {Field::payload_offset, 94}}, false);
}

TEST(ReferenceTransport, EachFieldNeedsItsOwnBytes) {
    const std::map<Field, unsigned> needs{
        {Field::source_port, 2},         {Field::destination_port, 4},   {Field::tcp_sequence, 8},
        {Field::tcp_acknowledgment, 12}, {Field::tcp_header_length, 13}, {Field::payload_offset, 13},
        {Field::tcp_flags, 14},          {Field::tcp_window, 16},        {Field::tcp_urgent, 20}};
    for (unsigned bytes = 0; bytes <= 20; ++bytes) {
        const Level level = outer("eth / ip / tcp | cut=" + std::to_string(34 + bytes));
        for (const auto& [field, needed] : needs)
            EXPECT_EQ(level[field] != absent, bytes >= needed) << name(field) << " with " << bytes;
    }
    EXPECT_EQ(outer("eth / ip / udp | cut=39")[Field::udp_length], absent);
    EXPECT_EQ(outer("eth / ip / udp | cut=40")[Field::udp_length], 8U);
    EXPECT_EQ(outer("eth / ip / udp | cut=34")[Field::payload_offset], 42U); // reads nothing
    EXPECT_EQ(outer("eth / ip / icmp | cut=35")[Field::icmp_type], 8U);
    EXPECT_EQ(outer("eth / ip / icmp | cut=35")[Field::icmp_code], absent);
}

TEST(ReferenceFields, EveryFieldIsSeenPresentAndAbsent) {
    std::map<Field, std::pair<bool, bool>> seen; // present, absent
    for (const char* text : {"eth / vlan / vlan / ip / tcp", "eth / ip6 / frag6 / udp", "eth / ip / icmp",
                             "ip / tcp | link=raw", "eth | cut=3"})
        for (const Level& level : levels(text))
            for (const FieldInfo& info : fields())
                (level[info.field] == absent ? seen[info.field].second : seen[info.field].first) = true;
    for (const FieldInfo& info : fields()) {
        EXPECT_TRUE(seen[info.field].first) << info.name;
        EXPECT_EQ(seen[info.field].second, info.layer != Layer::frame) << info.name;
    }
}

} // namespace
} // namespace pfq::lang::reference
