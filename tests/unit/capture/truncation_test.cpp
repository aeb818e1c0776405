// A file cut at each of its bytes: what lies before the cut is delivered, and the end says where the cut record starts.
#include "engine/capture/format.hpp"
#include "tests/unit/capture/files.hpp"
#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ranges>

namespace {

using namespace pfq::test;
using pfq::capture::CaptureEnd;

/// A whole file, and where its records (or blocks) start; the header before the first must be complete to open it.
struct Sample {
    Bytes bytes;
    std::vector<std::size_t> starts;
    std::vector<std::size_t> packet_ends;
};

Sample pcap_sample(bool big_endian) {
    FileBuilder file(big_endian);
    file.pcap_header(pfq::capture::pcap::magic_nano);
    Sample sample;
    for (std::uint8_t i = 0; i < 4; ++i) {
        sample.starts.push_back(file.bytes().size());
        file.pcap_record(i, 0, Bytes(i * 5U, i));
        sample.packet_ends.push_back(file.bytes().size());
    }
    sample.starts.push_back(file.bytes().size());
    sample.bytes = file.bytes();
    return sample;
}

Sample pcapng_sample(bool big_endian) {
    FileBuilder file(big_endian);
    FileBuilder other(!big_endian);
    Sample sample;
    const auto mark = [&] { sample.starts.push_back(file.bytes().size()); };
    const auto mark_packet = [&] { sample.packet_ends.push_back(file.bytes().size()); };
    file.section(), mark();
    file.interface(1, 0, file.option(2, {'a'})), mark();
    file.packet(0, 1, {1, 2, 3}), mark_packet(), mark();
    file.block(99, file.same().raw(Bytes(8))), mark();
    file.block(3, file.same().word32(5).raw({1, 2, 3, 4, 5})), mark_packet(), mark();
    file.raw(other.section().bytes()), mark();
    const auto described = other.bytes().size();
    other.interface(101);
    file.raw({other.bytes().begin() + static_cast<std::ptrdiff_t>(described), other.bytes().end()}), mark();
    const auto packets = other.bytes().size();
    other.packet(0, 2, {4});
    file.raw({other.bytes().begin() + static_cast<std::ptrdiff_t>(packets), other.bytes().end()}), mark_packet(),
        mark();
    sample.bytes = file.bytes();
    return sample;
}

void expect_cut(const Sample& sample, std::size_t cut, const ReadFile& read) {
    SCOPED_TRACE("cut after byte " + std::to_string(cut));
    if (cut < sample.starts.front()) {
        EXPECT_NE(read.open_error, "");
        return;
    }
    ASSERT_EQ(read.open_error, "");
    const auto packets = std::ranges::count_if(sample.packet_ends, [&](std::size_t end) { return end <= cut; });
    EXPECT_EQ(read.packets.size(), static_cast<std::size_t>(packets));
    const auto start = *std::prev(std::ranges::upper_bound(sample.starts, cut));
    EXPECT_EQ(read.end.kind, start == cut ? CaptureEnd::Kind::clean : CaptureEnd::Kind::truncated);
    EXPECT_EQ(read.end.offset, start);
    EXPECT_EQ(read.end.unread, cut - start);
    if (start != cut) {
        EXPECT_THAT(read.end.message,
                    testing::HasSubstr("at byte " + std::to_string(start) + ": the file ends within"));
    }
}

void expect_every_cut(const Sample& sample) {
    const auto whole = read_memory(sample.bytes);
    ASSERT_EQ(whole.packets.size(), sample.packet_ends.size());
    for (std::size_t cut = 0; cut <= sample.bytes.size(); ++cut) {
        const Bytes bytes(sample.bytes.begin(), sample.bytes.begin() + static_cast<std::ptrdiff_t>(cut));
        const auto mapped = read_memory(bytes);
        const auto stream = read_stream(bytes, 5);
        expect_cut(sample, cut, mapped);
        expect_cut(sample, cut, stream);
        EXPECT_EQ(mapped.packets, stream.packets);
        EXPECT_TRUE(std::ranges::equal(mapped.packets, whole.packets | std::views::take(mapped.packets.size())));
    }
}

TEST(Truncation, Pcap) {
    expect_every_cut(pcap_sample(false));
}
TEST(Truncation, PcapBigEndian) {
    expect_every_cut(pcap_sample(true));
}
TEST(Truncation, Pcapng) {
    expect_every_cut(pcapng_sample(false));
}
TEST(Truncation, PcapngBigEndian) {
    expect_every_cut(pcapng_sample(true));
}

} // namespace
