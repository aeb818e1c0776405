#include "engine/capture/link_layer.hpp"
#include "tests/unit/capture/files.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace pfq::capture;
using pfq::test::Bytes;

/// A packet of a link type, and where its network header is.
struct Case {
    std::uint16_t link_type;
    Bytes packet;
    std::uint16_t offset;
    std::uint16_t ethertype;
};

Bytes cooked(std::uint16_t hardware, std::uint16_t protocol) {
    Bytes header(16);
    header[2] = static_cast<std::uint8_t>(hardware >> 8);
    header[3] = static_cast<std::uint8_t>(hardware);
    header[14] = static_cast<std::uint8_t>(protocol >> 8);
    header[15] = static_cast<std::uint8_t>(protocol);
    return header;
}

Bytes cooked2(std::uint16_t hardware, std::uint16_t protocol) {
    Bytes header(20);
    header[0] = static_cast<std::uint8_t>(protocol >> 8);
    header[1] = static_cast<std::uint8_t>(protocol);
    header[8] = static_cast<std::uint8_t>(hardware >> 8);
    header[9] = static_cast<std::uint8_t>(hardware);
    return header;
}

void expect_parsed(const std::vector<Case>& cases) {
    for (const auto& [link_type, packet, offset, ethertype] : cases) {
        const auto* layer = find_link_layer(link_type);
        ASSERT_NE(layer, nullptr) << link_type;
        const auto header = layer->parse(packet);
        SCOPED_TRACE(testing::Message() << "link type " << link_type << ", packet " << testing::PrintToString(packet));
        EXPECT_EQ(header.l3_offset, offset);
        EXPECT_EQ(header.ethertype, ethertype);
        EXPECT_FALSE(header.has_ethernet);
    }
}

TEST(LinkLayer, EthernetIsLeftToTheEvaluator) {
    const auto header = find_link_layer(1)->parse(Bytes(14));
    EXPECT_TRUE(header.has_ethernet);
    EXPECT_EQ(header.l3_offset, 0);
}

TEST(LinkLayer, RawIsToldByTheVersion) {
    for (const std::uint16_t raw : {12, 14, 101})
        expect_parsed({{raw, {0x45}, 0, 0x0800}, {raw, {0x60}, 0, 0x86dd}, {raw, {0x50}, 0, 0}, {raw, {}, 0, 0}});
    expect_parsed({{228, {0x60}, 0, 0x0800}, {229, {0x45}, 0, 0x86dd}});
}

TEST(LinkLayer, LoopbackFamiliesInBothByteOrders) {
    expect_parsed({{0, {2, 0, 0, 0}, 4, 0x0800}, {0, {0, 0, 0, 2}, 4, 0x0800}, {108, {0, 0, 0, 2}, 4, 0x0800}});
    for (const std::uint8_t family : {10, 23, 24, 28, 30})
        expect_parsed({{0, {family, 0, 0, 0}, 4, 0x86dd},
                       {0, {0, 0, 0, family}, 4, 0x86dd},
                       {108, {0, 0, 0, family}, 4, 0x86dd}});
    expect_parsed({{0, {7, 0, 0, 0}, 4, 0}, {108, {2, 0, 0, 0}, 4, 0}, {0, {2, 0, 0}, 0, 0}, {108, {0, 0, 0}, 0, 0}});
}

TEST(LinkLayer, LinuxCooked) {
    expect_parsed({{113, cooked(1, 0x0800), 16, 0x0800},
                   {113, cooked(1, 0x8100), 16, 0x8100},
                   {113, cooked(1, 0x0004), 16, 0},
                   {113, cooked(824, 0x0800), 16, 0},
                   {113, Bytes(15, 0xff), 0, 0},
                   {276, cooked2(1, 0x86dd), 20, 0x86dd},
                   {276, cooked2(1, 0x0001), 20, 0},
                   {276, cooked2(803, 0x86dd), 20, 0},
                   {276, Bytes(19, 0xff), 0, 0}});
}

TEST(LinkLayer, PointToPoint) {
    expect_parsed({{9, {0xff, 0x03, 0x00, 0x21}, 4, 0x0800},
                   {9, {0xff, 0x03, 0x21}, 3, 0x0800},
                   {9, {0x00, 0x57}, 2, 0x86dd},
                   {9, {0x57}, 1, 0x86dd},
                   {9, {0x02, 0x81}, 2, 0x8847},
                   {9, {0x02, 0x83}, 2, 0x8848},
                   {9, {0xc0, 0x21}, 2, 0},
                   {9, {0xff, 0x03}, 0, 0},
                   {9, {0x00}, 0, 0},
                   {9, {}, 0, 0}});
}

TEST(LinkLayer, HighLevelDataLinkControl) {
    expect_parsed({{50, {0xff, 0x03, 0x00, 0x21}, 4, 0x0800},
                   {50, {0x0f, 0x00, 0x08, 0x00}, 4, 0x0800},
                   {50, {0x8f, 0x00, 0x80, 0x35}, 4, 0},
                   {50, {0x01, 0x03, 0x00, 0x21}, 0, 0},
                   {50, {}, 0, 0},
                   {104, {0x0f, 0x00, 0x86, 0xdd}, 4, 0x86dd},
                   {104, {0x0f, 0x00, 0x20, 0x00}, 4, 0},
                   {104, {0x0f, 0x00, 0xfe, 0xfe}, 4, 0},
                   {104, {0x0f, 0x00, 0x08}, 0, 0}});
}

TEST(LinkLayer, ExactlyTheseAreSupported) {
    std::vector<int> supported;
    for (int link_type = 0; link_type < 65536; ++link_type) {
        if (find_link_layer(static_cast<std::uint16_t>(link_type)) != nullptr)
            supported.push_back(link_type);
    }
    EXPECT_THAT(supported, testing::ElementsAre(0, 1, 9, 12, 14, 50, 101, 104, 108, 113, 228, 229, 276));
}

TEST(LinkLayer, Names) {
    EXPECT_EQ(link_type_text(127), "127 (IEEE802_11_RADIO)");
    EXPECT_EQ(link_type_text(65000), "65000");
    EXPECT_THAT(supported_link_types(), testing::StartsWith("0 (NULL), 1 (EN10MB), 9 (PPP), "));
}

} // namespace
