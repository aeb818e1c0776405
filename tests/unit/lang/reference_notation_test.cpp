// The packet notation and the random packets that the other tests rely on.
#include "tests/support/random_packet.hpp"
#include "tests/support/test_packet.hpp"
#include "tests/support/values.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>

namespace pfq::test {
namespace {

using testing::HasSubstr;

std::string bytes_of(const std::string& text) {
    return to_hex(parse_packet(text).bytes);
}

std::string fault_of(const std::string& text) {
    try {
        (void)parse_packet(text);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return {};
}

// The IPv4 header is the worked example that many texts on its checksum use (b861).
TEST(PacketNotation, Ipv4ChecksumAsInTheBooks) {
    EXPECT_THAT(bytes_of("eth / ip len=115 id=0 df ttl=64 proto=17 src=192.168.0.1 dst=192.168.0.199 / data 00"),
                HasSubstr("45000073000040004011b861c0a80001c0a800c7"));
}

/// Sums a range with the pseudo header of the packet: a right checksum makes all ones.
std::uint32_t folded(const Bytes& bytes, std::size_t from, std::uint32_t sum) {
    for (std::size_t i = from; i < bytes.size(); ++i)
        sum += (i - from) % 2 == 0 ? bytes[i] * 256U : bytes[i];
    while (sum > 0xffff)
        sum = (sum & 0xffffU) + (sum >> 16U);
    return sum;
}

TEST(PacketNotation, TransportChecksums) {
    for (const char* text :
         {"eth / ip / tcp / data 010203", "eth / ip / udp / data 0102", "eth / ip options=01010101 / tcp"}) {
        const Bytes bytes = parse_packet(text).bytes;
        const std::size_t header = (bytes[14] & 15U) * 4;
        const auto length = static_cast<std::uint32_t>(bytes.size() - 14 - header);
        std::uint32_t pseudo = bytes[23] + length;
        for (std::size_t i = 26; i < 34; i += 2)
            pseudo += bytes[i] * 256U + bytes[i + 1];
        EXPECT_EQ(folded(bytes, 14 + header, pseudo), 0xffffU) << text;
    }
    for (const char* text : {"eth / ip6 / tcp / data 010203", "eth / ip6 / icmp6", "eth / ip6 / udp"}) {
        const Bytes bytes = parse_packet(text).bytes;
        std::uint32_t pseudo = bytes[20] + static_cast<std::uint32_t>(bytes.size() - 54);
        for (std::size_t i = 22; i < 54; i += 2)
            pseudo += bytes[i] * 256U + bytes[i + 1];
        EXPECT_EQ(folded(bytes, 54, pseudo), 0xffffU) << text;
    }
    EXPECT_EQ(folded(parse_packet("eth / ip / icmp / data 01").bytes, 34, 0), 0xffffU);
    // with extension headers between
    EXPECT_EQ(bytes_of("eth / ip6 / hop / tcp").substr(2 * 62), bytes_of("eth / ip6 / tcp").substr(2 * 54));
}

TEST(PacketNotation, Layers) {
    EXPECT_EQ(bytes_of("eth src=0a:0b:0c:0d:0e:0f dst=01:02:03:04:05:06 / vlan id=5 pcp=7 dei / data ff"),
              "0102030405060a0b0c0d0e0f8100"
              "f00588b5"
              "ff");
    EXPECT_THAT(bytes_of("mpls label=3 tc=1 ttl=9 / mpls / ip"), HasSubstr("8847"
                                                                           "00003209"
                                                                           "00010140"
                                                                           "45"));
    EXPECT_THAT(bytes_of("arp op=2 sha=02:00:00:00:00:09 spa=1.2.3.4 tpa=5.6.7.8"), HasSubstr("0806"
                                                                                              "0001080006040002"
                                                                                              "02000000000901020304"
                                                                                              "00000000000005060708"));
    EXPECT_THAT(bytes_of("ip6 src=1:2::3 dst=::1 nh=99 plen=7 hlim=1 tc=0xff flow=1"),
                HasSubstr("86dd"
                          "6ff0000100076301"
                          "00010002000000000000000000000003"
                          "00000000000000000000000000000001"));
    EXPECT_THAT(bytes_of("ip6 / frag6 offset=2 mf id=0x01020304 / ah / tcp"), HasSubstr("3300001101020304"
                                                                                        "06040000"));
    EXPECT_THAT(bytes_of("ip / tcp sport=1 dport=2 seq=3 ack=4 flags=FC window=5 urg=6 sum=7 options=010203"),
                HasSubstr("0001000200000003000000046081000500070006"
                          "01020300"));
    EXPECT_THAT(bytes_of("ip / udp sum=1 / vxlan vni=0x010203 / eth"), HasSubstr("040012b500"
                                                                                 "1e"
                                                                                 "0001"
                                                                                 "0800000001020300"));
    EXPECT_THAT(bytes_of("ip / gre key=1 seq=2 csum=3 / ip6"), HasSubstr("b00086dd"
                                                                         "00030000"
                                                                         "00000001"
                                                                         "00000002"
                                                                         "60"));
    EXPECT_THAT(bytes_of("ip / udp sum=0 / geneve vni=2 options=aabbccdd / eth"), HasSubstr("0100655800000200"
                                                                                            "aabbccdd"));
    EXPECT_THAT(bytes_of("ip / udp / gtpu teid=9 seq=5 ext=2 / data 11"), HasSubstr("36ff000d00000009"
                                                                                    "00050085"
                                                                                    "01000085"
                                                                                    "01000000"
                                                                                    "11"));
    // CRC32c of 12 zero bytes but for the ports and the tag, from an independent implementation
    EXPECT_THAT(bytes_of("ip / sctp sport=1 dport=2 tag=3"), HasSubstr("0001000200000003"
                                                                       "0928b319"));
}

TEST(PacketNotation, Data) {
    EXPECT_EQ(bytes_of("hex 00ff 10"), "00ff10");
    EXPECT_EQ(bytes_of("hex 00 / data \"a / b | \\x01\\n\\\"\" zeros=2"), "00"
                                                                          "61202f2062207c20"
                                                                          "010a22"
                                                                          "0000");
    EXPECT_EQ(bytes_of("hex"), "");
    EXPECT_EQ(parse_packet("eth / ip / udp / pad 60").bytes.size(), 60U);
    EXPECT_EQ(parse_packet("eth / ip / udp / data zeros=80 / pad 60").bytes.size(), 122U);
}

TEST(PacketNotation, AttributesOfThePacket) {
    const TestPacket packet =
        parse_packet("eth / ip | wire=1500 cut=20 device=1 queue=2 seq=3 time=4 mark=5 host=1.2.3.4 "
                     "host6=1::2");
    TestPacket expected{.bytes = packet.bytes,
                        .length = 1500,
                        .device = 1,
                        .queue = 2,
                        .sequence = 3,
                        .time = 4,
                        .mark = 5,
                        .device_address = 0x01020304,
                        .device_address6_high = 0x0001000000000000,
                        .device_address6_low = 2};
    EXPECT_EQ(packet, expected);
    EXPECT_EQ(packet.bytes.size(), 20U);
    EXPECT_EQ(parse_packet("eth / ip | cut=20").length, 34U);
    const TestPacket sll = parse_packet("ip6 | link=sll");
    EXPECT_FALSE(sll.ethernet);
    EXPECT_EQ(sll.l3_offset, 16);
    EXPECT_EQ(sll.ethertype, 0x86dd);
    EXPECT_EQ(sll.bytes.size(), 56U);
    EXPECT_EQ(to_hex(parse_packet("ip6 | link=null").bytes).substr(0, 9), "1e0000006");
}

TEST(PacketNotation, Conversions) {
    const TestPacket packet = parse_packet("ip | link=null wire=99 device=1 queue=2 seq=3 time=4 mark=5 host=1.2.3.4");
    const pfq_packet abi = to_abi(packet);
    EXPECT_EQ(abi.data, packet.bytes.data());
    EXPECT_EQ(abi.captured, 24U);
    EXPECT_EQ(abi.length, 99U);
    EXPECT_EQ(abi.flags, 0);
    EXPECT_EQ(abi.l3_offset, 4);
    EXPECT_EQ(abi.ethertype, 0x0800);
    EXPECT_EQ(abi.sequence, 3U);
    EXPECT_EQ(to_abi(parse_packet("eth")).flags, PFQ_PACKET_ETHERNET);
    EXPECT_EQ(to_abi_address(packet).ipv4, 0x01020304U);
    EXPECT_EQ(to_abi_address(packet).ipv6_low, PFQ_ABSENT);
    EXPECT_EQ(to_input(packet).time_ns, 4U);
    EXPECT_EQ(to_input(packet).bytes.size(), 24U);
}

TEST(PacketNotation, Faults) {
    EXPECT_THAT(fault_of(""), HasSubstr("a layer is missing"));
    EXPECT_THAT(fault_of("eth /"), HasSubstr("a layer is missing"));
    EXPECT_THAT(fault_of("eth / / ip"), HasSubstr("'/' where a layer was expected"));
    EXPECT_THAT(fault_of("eth | device=1 / ip"), HasSubstr("'/' where an attribute was expected"));
    EXPECT_THAT(fault_of("eth / ipx"), HasSubstr("unknown layer 'ipx'"));
    EXPECT_THAT(fault_of("eth / ip tll=3"), HasSubstr("ip: unknown attribute 'tll'"));
    EXPECT_THAT(fault_of("eth / ip ttl=256"), HasSubstr("ip: ttl: number '256' is above 255"));
    EXPECT_THAT(fault_of("eth / ip ttl=x"), HasSubstr("invalid number 'x'"));
    EXPECT_THAT(fault_of("eth / ip src=1.2.3"), HasSubstr("invalid IPv4 address '1.2.3'"));
    EXPECT_THAT(fault_of("eth / ip6 src=1:2"), HasSubstr("invalid IPv6 address '1:2'"));
    EXPECT_THAT(fault_of("eth src=1:2"), HasSubstr("invalid MAC address '1:2'"));
    EXPECT_THAT(fault_of("eth / data 123"), HasSubstr("invalid hex '123'"));
    EXPECT_THAT(fault_of("eth / data \"x"), HasSubstr("the quote is not closed"));
    EXPECT_THAT(fault_of("eth / tcp flags=X"), HasSubstr("invalid letter in 'X'"));
    EXPECT_THAT(fault_of("eth | colour=3"), HasSubstr("packet: unknown attribute 'colour'"));
    EXPECT_THAT(fault_of("ip | link=x25"), HasSubstr("invalid value 'x25'"));
    EXPECT_THAT(fault_of("pad 60"), HasSubstr("pad: needs"));
}

TEST(RandomPackets, AreTheSameForASeed) {
    RandomPackets a(1), b(1), c(2);
    unsigned different = 0;
    for (int i = 0; i < 200; ++i) {
        const TestPacket packet = a.next();
        ASSERT_EQ(packet, b.next());
        different += packet == c.next() ? 0 : 1;
        ASSERT_EQ(parse_packet(describe(packet)), packet) << describe(packet);
    }
    EXPECT_GT(different, 190U);
}

} // namespace
} // namespace pfq::test
