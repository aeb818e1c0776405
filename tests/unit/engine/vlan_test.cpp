#include "engine/filter/vlan.hpp"

#include <gmock/gmock.h>
#include <vector>

namespace pfq::engine {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes tagged(std::uint16_t tpid, std::uint16_t tci) {
    Bytes frame(18);
    frame[12] = static_cast<std::uint8_t>(tpid >> 8);
    frame[13] = static_cast<std::uint8_t>(tpid);
    frame[14] = static_cast<std::uint8_t>(tci >> 8);
    frame[15] = static_cast<std::uint8_t>(tci);
    return frame;
}

bool matches(std::string_view list, const Bytes& frame) {
    pfq_packet packet{};
    packet.data = frame.data();
    packet.captured = static_cast<std::uint32_t>(frame.size());
    packet.flags = PFQ_PACKET_ETHERNET;
    return VlanFilter::parse(list)->matches(packet);
}

TEST(vlan, matches_the_outer_identifier_whatever_the_priority) {
    EXPECT_TRUE(matches("10,20-30", tagged(0x8100, 10)));
    EXPECT_TRUE(matches("10,20-30", tagged(0x88a8, 0xe000 | 25)));
    EXPECT_FALSE(matches("10,20-30", tagged(0x8100, 11)));
    EXPECT_FALSE(matches("10,20-30", tagged(0x0800, 10)));
}

TEST(vlan, zero_is_untagged) {
    EXPECT_TRUE(matches("0", tagged(0x0800, 10)));
    EXPECT_TRUE(matches("0", tagged(0x8100, 0x2000)));
    EXPECT_TRUE(matches("0", Bytes(5)));
    EXPECT_FALSE(matches("0", tagged(0x8100, 1)));
}

TEST(vlan, minus_one_is_any_tag) {
    EXPECT_TRUE(matches("-1", tagged(0x9100, 4094)));
    EXPECT_FALSE(matches("-1", tagged(0x86dd, 1)));
    EXPECT_TRUE(matches("-1,0", tagged(0x86dd, 1)));
}

TEST(vlan, a_tag_that_is_cut_off_is_no_tag) {
    Bytes frame = tagged(0x8100, 10);
    frame.resize(17);
    EXPECT_FALSE(matches("10", frame));
    EXPECT_TRUE(matches("0", frame));
}

TEST(vlan, looks_behind_other_link_layers) {
    const Bytes bytes = {9, 9, 0x20, 7, 8, 0};
    pfq_packet packet{};
    packet.data = bytes.data();
    packet.captured = 6;
    packet.l3_offset = 2;
    packet.ethertype = 0x8100;
    EXPECT_TRUE(VlanFilter::parse("7")->matches(packet));
    packet.ethertype = 0x0800;
    EXPECT_FALSE(VlanFilter::parse("7")->matches(packet));
}

TEST(vlan, rejects_what_is_no_identifier) {
    for (const char* text : {"", "4095", "-2", "x", "3-", "5-4", "1,,2"}) {
        const auto filter = VlanFilter::parse(text);
        ASSERT_FALSE(filter) << text;
        EXPECT_THAT(filter.error(), testing::HasSubstr("from 1 to 4094"));
    }
}

} // namespace
} // namespace pfq::engine
