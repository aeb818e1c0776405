#include "engine/capture/format.hpp"
#include "tests/unit/capture/files.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace pfq::test;
using pfq::capture::CaptureEnd;
using pfq::capture::Packet;

class PcapngByteOrder : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Both, PcapngByteOrder, testing::Bool());

TEST_P(PcapngByteOrder, InterfacesOfDifferentLinkTypesAndResolutions) {
    FileBuilder file(GetParam());
    file.section().interface(1).interface(101, 0, file.option(9, {9})).interface(113, 0, file.option(9, {0x80 | 32}));
    file.packet(0, 1'000'002, {1}).packet(1, 1'000'000'002, {2, 2, 2, 2}).packet(2, 3ULL << 31, {3, 3});
    const auto read = read_memory(file.bytes());
    ASSERT_EQ(read.packets.size(), 3U) << read.end.message;
    EXPECT_EQ(read.packets[0], (ReadPacket{{1}, 1'000'002'000, 1, 0, 1, 0}));
    EXPECT_EQ(read.packets[1], (ReadPacket{{2, 2, 2, 2}, 1'000'000'002, 4, 1, 101, 0}));
    EXPECT_EQ(read.packets[2], (ReadPacket{{3, 3}, 1'500'000'000, 2, 2, 113, 0}));
    EXPECT_EQ(read.end.kind, CaptureEnd::Kind::clean);
}

TEST_P(PcapngByteOrder, OptionsOfAnInterface) {
    FileBuilder file(GetParam());
    Bytes options = file.option(2, {'e', 't', 'h', '0'});
    const auto add = [&](std::uint16_t code, const Bytes& value) {
        const auto option = file.option(code, value);
        options.insert(options.end(), option.begin(), option.end());
    };
    add(3, {'u', 'p', 0});
    add(4, {10, 0, 0, 1, 255, 255, 255, 0});
    add(4, {10, 1, 0, 1, 255, 255, 0, 0});
    add(5, {0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 64});
    add(6, {2, 0, 0, 0, 0, 9});
    add(14, file.same().word64(100).bytes());
    add(4, {1, 2, 3}); // of a wrong size
    add(0, {});
    add(2, {'x'}); // after the end
    file.section().interface(1, 96, options).packet(0, 5'000'000, {1});
    const auto read = read_memory(file.bytes());
    ASSERT_EQ(read.interfaces.size(), 1U) << read.end.message;
    const auto& interface = read.interfaces[0];
    EXPECT_EQ(interface.name, "eth0");
    EXPECT_EQ(interface.description, "up");
    EXPECT_EQ(interface.snaplen, 96U);
    ASSERT_EQ(interface.ipv4.size(), 2U);
    EXPECT_THAT(interface.ipv4[1].address, testing::ElementsAre(10, 1, 0, 1));
    EXPECT_EQ(interface.ipv4[0].prefix, 24);
    EXPECT_EQ(interface.ipv4[1].prefix, 16);
    ASSERT_EQ(interface.ipv6.size(), 1U);
    EXPECT_EQ(interface.ipv6[0].address[15], 1);
    EXPECT_EQ(interface.ipv6[0].prefix, 64);
    ASSERT_TRUE(interface.mac);
    EXPECT_EQ((*interface.mac)[5], 9);
    EXPECT_EQ(read.packets.at(0).time_ns, 105'000'000'000U);
}

TEST_P(PcapngByteOrder, SimpleAndObsoletePacketBlocks) {
    FileBuilder file(GetParam());
    file.section().interface(1, 4).interface(101);
    file.block(3, file.same().word32(9).raw({1, 2, 3, 4}));
    file.block(2, file.same().word16(1).word16(7).word32(0).word32(6).word32(2).word32(60).raw({5, 6, 0, 0}));
    const auto read = read_memory(file.bytes());
    ASSERT_EQ(read.packets.size(), 2U) << read.end.message;
    EXPECT_EQ(read.packets[0], (ReadPacket{{1, 2, 3, 4}, 0, 9, 0, 1, Packet::no_time}));
    EXPECT_EQ(read.packets[1], (ReadPacket{{5, 6}, 6'000, 60, 1, 101, 0}));
}

TEST_P(PcapngByteOrder, DirectionOfAPacket) {
    FileBuilder file(GetParam());
    file.section().interface(1);
    for (std::uint32_t flags = 0; flags < 4; ++flags)
        file.packet(0, 0, {1}, file.option(2, file.same().word32(flags | 0xf0).bytes()));
    const auto read = read_memory(file.bytes());
    ASSERT_EQ(read.packets.size(), 4U);
    EXPECT_EQ(read.packets[0].flags, 0);
    EXPECT_EQ(read.packets[1].flags, 1);
    EXPECT_EQ(read.packets[2].flags, 2);
    EXPECT_EQ(read.packets[3].flags, 0); // 3 means nothing
}

TEST_P(PcapngByteOrder, SectionsHaveInterfacesAndByteOrderOfTheirOwn) {
    FileBuilder first(GetParam());
    FileBuilder second(!GetParam());
    first.section().interface(1).packet(0, 1, {1});
    second.section().interface(101).interface(228).packet(1, 2, {2});
    first.raw(second.bytes());
    const auto read = read_memory(first.bytes());
    ASSERT_EQ(read.packets.size(), 2U) << read.end.message;
    EXPECT_EQ(read.packets[1], (ReadPacket{{2}, 2'000, 1, 2, 228, 0}));
    EXPECT_EQ(read.notes.sections, 2U);
    EXPECT_EQ(read.interfaces.at(2).section, 1U);
}

TEST_P(PcapngByteOrder, OtherBlocksAreCountedAndSkipped) {
    FileBuilder file(GetParam());
    file.section().block(0x0bad, file.same().raw(Bytes(100))).interface(1).packet(0, 0, {1});
    const auto dropped = file.option(5, file.same().word64(17).bytes());
    file.block(5, file.same().word32(0).word32(0).word32(0).raw(dropped)).block(4, file.same().word32(0));
    const auto read = read_memory(file.bytes());
    EXPECT_EQ(read.packets.size(), 1U) << read.end.message;
    EXPECT_EQ(read.notes.skipped_blocks, 2U);
    EXPECT_EQ(read.notes.statistics_blocks, 1U);
    EXPECT_EQ(read.interfaces.at(0).statistics.dropped, 17U);
    EXPECT_FALSE(read.interfaces.at(0).statistics.received);
}

TEST(Pcapng, TimesThatDoNotFitAreClampedAndCounted) {
    FileBuilder file;
    file.section().interface(1, 0, file.option(9, {0})).packet(0, ~0ULL, {1}).packet(0, 1, {2});
    const auto read = read_memory(file.bytes());
    ASSERT_EQ(read.packets.size(), 2U);
    EXPECT_EQ(read.packets[0].time_ns, ~0ULL);
    EXPECT_EQ(read.packets[0].flags, Packet::time_clamped);
    EXPECT_EQ(read.packets[1].flags, 0);
    EXPECT_EQ(read.notes.times_clamped, 1U);
}

/// What follows a good packet, and the reason that must be told.
struct Damage {
    const char* name;
    void (*add)(FileBuilder& file);
    const char* reason;
};

class PcapngDamage : public testing::TestWithParam<Damage> {};

TEST_P(PcapngDamage, IsToldWithItsPlaceAfterWhatCameBefore) {
    FileBuilder file;
    file.section().interface(1).packet(0, 1, {1});
    const auto start = file.bytes().size();
    GetParam().add(file);
    for (const auto& read : {read_memory(file.bytes()), read_stream(file.bytes(), 7)}) {
        EXPECT_EQ(read.packets.size(), 1U);
        EXPECT_EQ(read.end.kind, CaptureEnd::Kind::damaged);
        EXPECT_EQ(read.end.offset, start);
        EXPECT_THAT(read.end.message, testing::HasSubstr(GetParam().reason));
    }
}

const Damage damages[] = {
    {"UnknownInterface", [](FileBuilder& file) { file.packet(1, 0, {1}); },
     "is of interface 1, but the section describes 1"},
    {"UnknownObsolete", [](FileBuilder& file) { file.block(2, file.same().word16(9).word16(0).raw(Bytes(16))); },
     "is of interface 9"},
    {"TooManyCaptured",
     [](FileBuilder& file) { file.block(6, file.same().raw(Bytes(12)).word32(9).word32(9).raw({1, 2, 3, 4})); },
     "claims 9 captured bytes, but its block holds 4"},
    {"FarTooManyCaptured",
     [](FileBuilder& file) {
         file.block(6, file.same().raw(Bytes(12)).word32(0xffffffff).word32(9).raw({1, 2, 3, 4}));
     },
     "more than the limit"},
    {"SimpleTooShort", [](FileBuilder& file) { file.block(3, file.same().word32(60).raw({1})); },
     "claims 60 captured bytes, but its block holds 4"},
    {"SimpleEmpty", [](FileBuilder& file) { file.block(3, file.same()); }, "simple packet block has 12 bytes"},
    {"ShortEnhanced", [](FileBuilder& file) { file.block(6, file.same().raw(Bytes(16))); },
     "has 28 bytes, fewer than 32"},
    {"ShortObsolete", [](FileBuilder& file) { file.block(2, file.same().raw(Bytes(16))); },
     "has 28 bytes, fewer than 32"},
    {"ShortInterface", [](FileBuilder& file) { file.block(1, file.same().raw(Bytes(4))); },
     "interface description has 16"},
    {"ShortStatistics", [](FileBuilder& file) { file.block(5, file.same().raw(Bytes(8))); },
     "statistics have 20 bytes"},
    {"UnknownStatistics", [](FileBuilder& file) { file.block(5, file.same().word32(4).raw(Bytes(8))); },
     "of interface 4"},
    {"NoLength", [](FileBuilder& file) { file.word32(6).word32(0).raw(Bytes(40)); }, "claims 0 bytes"},
    {"OddLength", [](FileBuilder& file) { file.word32(6).word32(33).raw(Bytes(40)); }, "claims 33 bytes"},
    {"HugeLength", [](FileBuilder& file) { file.word32(6).word32(0xfffffffc).raw(Bytes(40)); },
     "claims 4294967292 bytes"},
    {"OtherLengthAtTheEnd", [](FileBuilder& file) { file.word32(77).word32(16).word32(0).word32(20); }, "ends with 20"},
    {"NoByteOrder", [](FileBuilder& file) { file.block(0x0a0d0d0a, file.same().raw(Bytes(16))); }, "byte order magic"},
    {"OtherVersion",
     [](FileBuilder& file) { file.block(0x0a0d0d0a, file.same().word32(0x1a2b3c4d).word16(2).word16(0).word64(0)); },
     "version 2.0 is not supported"},
};
INSTANTIATE_TEST_SUITE_P(All, PcapngDamage, testing::ValuesIn(damages),
                         [](const auto& damage) { return std::string(damage.param.name); });

TEST(Pcapng, SimplePacketBeforeAnyInterface) {
    FileBuilder file;
    file.section().block(3, file.same().word32(1).raw({1}));
    const auto read = read_memory(file.bytes());
    EXPECT_EQ(read.end.kind, CaptureEnd::Kind::damaged);
    EXPECT_THAT(read.end.message, testing::HasSubstr("before any interface"));
}

TEST(Pcapng, InterfacesAreLimited) {
    FileBuilder file;
    file.section();
    for (std::size_t i = 0; i <= pfq::capture::max_interfaces; ++i)
        file.interface(1);
    const auto read = read_memory(file.bytes());
    EXPECT_EQ(read.end.kind, CaptureEnd::Kind::damaged);
    EXPECT_EQ(read.interfaces.size(), pfq::capture::max_interfaces);
}

} // namespace
