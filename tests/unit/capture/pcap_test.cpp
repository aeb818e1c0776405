#include "engine/capture/format.hpp"
#include "tests/unit/capture/files.hpp"
#include <gtest/gtest.h>

namespace {

using namespace pfq::test;
using pfq::capture::CaptureEnd;
using pfq::capture::Packet;
namespace format = pfq::capture::pcap;

class PcapByteOrder : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Both, PcapByteOrder, testing::Bool());

TEST_P(PcapByteOrder, Microseconds) {
    FileBuilder file(GetParam());
    file.pcap_header(format::magic_micro, 101).pcap_record(1, 2, {1, 2, 3}).pcap_record(0xffffffff, 999'999, {4}, 1500);
    const auto read = read_memory(file.bytes());
    ASSERT_EQ(read.packets.size(), 2U) << read.open_error;
    EXPECT_EQ(read.packets[0], (ReadPacket{{1, 2, 3}, 1'000'002'000, 3, 0, 101, 0}));
    EXPECT_EQ(read.packets[1], (ReadPacket{{4}, 4'294'967'295'999'999'000, 1500, 0, 101, 0}));
    EXPECT_EQ(read.end.kind, CaptureEnd::Kind::clean);
    EXPECT_EQ(read.end.offset, file.bytes().size());
    ASSERT_EQ(read.interfaces.size(), 1U);
    EXPECT_EQ(read.interfaces[0].snaplen, 65535U);
    EXPECT_FALSE(read.interfaces[0].clock.finer_than_micro());
}

TEST_P(PcapByteOrder, Nanoseconds) {
    FileBuilder file(GetParam());
    file.pcap_header(format::magic_nano).pcap_record(1, 2, {1});
    const auto read = read_memory(file.bytes());
    ASSERT_EQ(read.packets.size(), 1U);
    EXPECT_EQ(read.packets[0].time_ns, 1'000'000'002U);
    EXPECT_TRUE(read.interfaces[0].clock.finer_than_micro());
}

TEST_P(PcapByteOrder, ModifiedFormatHasLongerRecordHeaders) {
    FileBuilder file(GetParam());
    file.pcap_header(format::magic_modified);
    for (std::uint8_t i = 1; i <= 2; ++i)
        file.word32(i).word32(5).word32(2).word32(60).word32(3).word16(0x800).word16(0).raw({i, i});
    const auto read = read_memory(file.bytes());
    ASSERT_EQ(read.packets.size(), 2U);
    EXPECT_EQ(read.packets[1], (ReadPacket{{2, 2}, 2'000'005'000, 60, 0, 1, 0}));
    EXPECT_EQ(read.end.kind, CaptureEnd::Kind::clean);
}

TEST_P(PcapByteOrder, OldVersionsHaveTheLengthsTheOtherWayRound) {
    FileBuilder old(GetParam());
    old.pcap_header(format::magic_micro, 1, 2).word32(0).word32(0).word32(60).word32(2).raw({7, 8});
    const auto read = read_memory(old.bytes());
    ASSERT_EQ(read.packets.size(), 1U);
    EXPECT_EQ(read.packets[0], (ReadPacket{{7, 8}, 0, 60, 0, 1, 0}));

    FileBuilder either(GetParam());
    either.pcap_header(format::magic_micro, 1, 3).word32(0).word32(0).word32(60).word32(2).raw({7, 8});
    either.word32(0).word32(0).word32(2).word32(60).raw({9, 9});
    EXPECT_EQ(read_memory(either.bytes()).packets.size(), 2U);
}

TEST(Pcap, UpperBitsOfTheLinkTypeAreNotPartOfIt) {
    FileBuilder file;
    file.pcap_header(format::magic_micro, 0x14000001);
    EXPECT_EQ(read_memory(file.bytes()).interfaces.at(0).link_type, 1);
}

TEST(Pcap, FileWithoutPacketsIsFine) {
    FileBuilder file;
    file.pcap_header(format::magic_micro);
    const auto read = read_memory(file.bytes());
    EXPECT_EQ(read.open_error, "");
    EXPECT_TRUE(read.packets.empty());
    EXPECT_EQ(read.end.kind, CaptureEnd::Kind::clean);
    EXPECT_EQ(read.end.offset, 24U);
}

TEST(Pcap, RecordWithoutBytesIsAPacket) {
    FileBuilder file;
    file.pcap_header(format::magic_micro).pcap_record(1, 0, {}, 60).pcap_record(2, 0, {1});
    const auto read = read_memory(file.bytes());
    ASSERT_EQ(read.packets.size(), 2U);
    EXPECT_EQ(read.packets[0].length, 60U);
    EXPECT_TRUE(read.packets[0].data.empty());
}

TEST(Pcap, MoreCapturedThanOnTheWireIsFlaggedAndCounted) {
    FileBuilder file;
    file.pcap_header(format::magic_micro).pcap_record(0, 0, {1, 2, 3}, 2).pcap_record(0, 0, {1, 2, 3}, 3);
    const auto read = read_memory(file.bytes());
    ASSERT_EQ(read.packets.size(), 2U);
    EXPECT_EQ(read.packets[0].flags, Packet::over_captured);
    EXPECT_EQ(read.packets[0].length, 2U);
    EXPECT_EQ(read.packets[1].flags, 0);
    EXPECT_EQ(read.notes.over_captured, 1U);
}

TEST(Pcap, RecordsAreCutToTheSnapshotLengthOfTheHeader) {
    const auto with_snaplen = [](std::uint32_t snaplen) {
        FileBuilder file;
        file.word32(format::magic_micro).word16(2).word16(4).word64(0).word32(snaplen).word32(1);
        return read_memory(file.pcap_record(1, 0, {1, 2, 3}).pcap_record(2, 0, {4, 5}).bytes());
    };
    const auto cut = with_snaplen(2);
    ASSERT_EQ(cut.packets.size(), 2U);
    EXPECT_EQ(cut.packets[0], (ReadPacket{{1, 2}, 1'000'000'000, 3, 0, 1, 0}));
    EXPECT_EQ(cut.packets[1].data, (Bytes{4, 5}));
    EXPECT_EQ(cut.notes.over_snaplen, 1U);
    for (const std::uint32_t unlimited : {0U, 0x80000000U, 0xffffffffU})
        EXPECT_EQ(with_snaplen(unlimited).packets.at(0).data.size(), 3U);
}

TEST(Pcap, AbsurdLengthIsDamageAfterWhatCameBefore) {
    FileBuilder file;
    file.pcap_header(format::magic_micro).pcap_record(1, 0, {1});
    const auto start = file.bytes().size();
    file.word32(0).word32(0).word32(pfq::capture::max_captured + 1).word32(60).raw(Bytes(100));
    const auto read = read_memory(file.bytes());
    EXPECT_EQ(read.packets.size(), 1U);
    EXPECT_EQ(read.end.kind, CaptureEnd::Kind::damaged);
    EXPECT_EQ(read.end.offset, start);
    EXPECT_EQ(read.end.unread, 116U);
    EXPECT_EQ(read.end.message, "memory: at byte 41: the record claims 1048577 captured bytes, more than the limit of "
                                "1048576; packets read before it: 1");
}

TEST(Pcap, LargestRecordIsReadFromMemoryAndFromAStream) {
    FileBuilder file;
    file.word32(format::magic_micro).word16(2).word16(4).word64(0).word32(0).word32(1).pcap_record(1, 0, {1});
    file.pcap_record(2, 0, Bytes(pfq::capture::max_captured, 0xab)).pcap_record(3, 0, {3});
    const auto mapped = read_memory(file.bytes());
    const auto stream = read_stream(file.bytes(), 10'000);
    ASSERT_EQ(mapped.packets.size(), 3U);
    EXPECT_EQ(mapped.packets[1].data.size(), pfq::capture::max_captured);
    EXPECT_EQ(mapped.packets, stream.packets);
    EXPECT_EQ(stream.end.kind, CaptureEnd::Kind::clean);
}

} // namespace
