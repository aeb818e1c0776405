#include "engine/capture/format.hpp"
#include "engine/capture/writer.hpp"
#include "tests/unit/capture/files.hpp"
#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <numeric>
#include <pcap/pcap.h>
#include <random>

namespace {

using namespace pfq::capture;
using pfq::test::Bytes;
using pfq::test::drain;
using pfq::test::read_memory;
using pfq::test::ReadPacket;
using testing::HasSubstr;

/// Packets of many sizes: smaller and larger than what is copied, than a page, and than the buffer allows.
class Writer : public testing::Test {
protected:
    Writer() {
        std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
        std::mt19937 random(3);
        for (const std::uint32_t size :
             {0U, 1U, 2U, 3U, 4U, 60U, 1023U, 1024U, 1514U, 9000U, 262144U, 300'000U, max_captured})
            add(size);
        for (int i = 0; i < 500; ++i)
            add(random() % 2000);
    }
    void add(std::uint32_t size) {
        Packet packet;
        packet.data = bytes.data() + packets.size();
        packet.captured = size;
        packet.length = size + 7;
        packet.time_ns = 1'700'000'000'123'456'789 + packets.size();
        packet.flags = static_cast<std::uint16_t>(packets.size() % 3);
        packet.link_type = 1;
        packets.push_back(packet);
    }
    /// Writes the packets, `batch` at a time, and reads the file.
    pfq::test::ReadFile round_trip(WriterOptions options, std::size_t batch, std::size_t interfaces = 1) {
        std::vector<WriterInterface> described;
        for (std::size_t i = 0; i < interfaces; ++i)
            described.push_back({static_cast<std::uint16_t>(i == 0 ? 1 : 100 + i), "eth" + std::to_string(i), "port"});
        auto writer = CaptureWriter::create(path, described, std::move(options)).value();
        for (std::size_t done = 0; done < packets.size(); done += batch) {
            const auto some = std::span<const Packet>(packets).subspan(done, std::min(batch, packets.size() - done));
            EXPECT_TRUE(writer->write(some));
        }
        EXPECT_TRUE(writer->close(statistics));
        EXPECT_EQ(writer->records(), packets.size());
        EXPECT_EQ(writer->bytes(), std::filesystem::file_size(path));
        return drain(CaptureReader::open(path, {.any_link = true}));
    }
    void expect_written(const pfq::test::ReadFile& read, std::uint64_t tick, bool directions, std::uint32_t snaplen) {
        EXPECT_EQ(read.end.kind, CaptureEnd::Kind::clean) << read.open_error << read.end.message;
        ASSERT_EQ(read.packets.size(), packets.size());
        for (std::size_t i = 0; i < packets.size(); ++i) {
            const auto& packet = packets[i];
            const auto captured = std::min(packet.captured, snaplen);
            const ReadPacket expected{Bytes(packet.data, packet.data + captured),
                                      packet.time_ns / tick * tick,
                                      packet.length,
                                      packet.interface,
                                      read.interfaces.at(packet.interface).link_type,
                                      directions ? packet.flags : std::uint16_t{0}};
            EXPECT_TRUE(read.packets[i] == expected) << "packet " << i << " of " << captured << " bytes";
        }
    }

    static constexpr std::uint32_t no_limit = max_snaplen;
    Bytes bytes = Bytes(max_captured + 4096);
    std::vector<Packet> packets;
    std::vector<InterfaceStatistics> statistics;
    pfq::test::TemporaryDirectory directory;
    std::string path = directory.file("out");
};

TEST_F(Writer, PcapKeepsMicroseconds) {
    expect_written(round_trip({}, 100), 1000, false, no_limit);
}
TEST_F(Writer, PcapKeepsNanoseconds) {
    expect_written(round_trip({.nanoseconds = true}, 100), 1, false, no_limit);
}
TEST_F(Writer, PcapOnePacketAtATime) {
    expect_written(round_trip({.nanoseconds = true}, 1), 1, false, no_limit);
}
TEST_F(Writer, PcapSnaplen) {
    expect_written(round_trip({.nanoseconds = true, .snaplen = 96}, 99), 1, false, 96);
}

TEST_F(Writer, PcapngKeepsDirectionsAndInterfaces) {
    for (std::size_t i = 0; i < packets.size(); ++i)
        packets[i].interface = static_cast<std::uint16_t>(i % 3);
    statistics = {{.received = 9, .dropped = 8, .dropped_by_os = 7},
                  {.received = {}, .dropped = 5, .dropped_by_os = {}}};
    const auto read = round_trip({.format = FileFormat::pcapng, .snaplen = 1000}, 100, 3);
    expect_written(read, 1, true, 1000);
    ASSERT_EQ(read.interfaces.size(), 3U);
    EXPECT_EQ(read.interfaces[1].name, "eth1");
    EXPECT_EQ(read.interfaces[1].description, "port");
    EXPECT_EQ(read.interfaces[1].link_type, 101);
    EXPECT_EQ(read.interfaces[1].snaplen, 1000U);
    EXPECT_EQ(read.notes.statistics_blocks, 2U);
    EXPECT_EQ(read.interfaces[0].statistics.received, 9U);
    EXPECT_EQ(read.interfaces[0].statistics.dropped_by_os, 7U);
    EXPECT_EQ(read.interfaces[1].statistics.dropped, 5U);
    EXPECT_FALSE(read.interfaces[1].statistics.received);
}

TEST_F(Writer, PcapngOnePacketAtATime) {
    expect_written(round_trip({.format = FileFormat::pcapng}, 1), 1, true, no_limit);
}

TEST_F(Writer, LibpcapReadsBothFormats) {
    packets.resize(13); // the largest ones included
    for (const auto format : {FileFormat::pcap, FileFormat::pcapng}) {
        round_trip({.format = format, .nanoseconds = true}, 4);
        char error[PCAP_ERRBUF_SIZE];
        pcap_t* handle = pcap_open_offline_with_tstamp_precision(path.c_str(), PCAP_TSTAMP_PRECISION_NANO, error);
        ASSERT_NE(handle, nullptr) << error;
        pcap_pkthdr* header = nullptr;
        const u_char* data = nullptr;
        std::size_t number = 0;
        for (; pcap_next_ex(handle, &header, &data) == 1; ++number) {
            EXPECT_EQ(header->ts.tv_usec, static_cast<int>(packets.at(number).time_ns % 1'000'000'000));
            EXPECT_EQ(Bytes(data, data + header->caplen),
                      Bytes(packets[number].data, packets[number].data + std::min(packets[number].captured, no_limit)));
        }
        EXPECT_EQ(number, packets.size()) << pcap_geterr(handle);
        pcap_close(handle);
    }
}

TEST_F(Writer, InterfaceAddedLater) {
    const WriterInterface first{1, "a", ""};
    auto writer = CaptureWriter::create(path, {&first, 1}, {.format = FileFormat::pcapng}).value();
    ASSERT_TRUE(writer->write({packets.data(), 5}));
    EXPECT_EQ(writer->add_interface({101, "b", ""}), 1);
    packets[5].interface = 1;
    ASSERT_TRUE(writer->write({packets.data() + 5, 1}));
    ASSERT_TRUE(writer->close());
    const auto read = drain(CaptureReader::open(path));
    ASSERT_EQ(read.packets.size(), 6U);
    EXPECT_EQ(read.packets[5].link_type, 101);
}

TEST_F(Writer, PcapHasOneLinkType) {
    const std::vector<WriterInterface> two{{1, "", ""}, {101, "", ""}};
    const auto writer = CaptureWriter::create(path, two, {});
    ASSERT_FALSE(writer);
    EXPECT_THAT(writer.error().message,
                HasSubstr("out: a pcap file has one link type, and these interfaces have 1 (EN10MB) and 101 (RAW); "
                          "write pcapng instead"));
    const auto none = CaptureWriter::create(path, {}, {});
    ASSERT_FALSE(none);
    EXPECT_THAT(none.error().message, HasSubstr("needs to know its link type"));
    const std::vector<WriterInterface> same{{1, "", ""}, {1, "", ""}};
    auto later = CaptureWriter::create(path, same, {}).value();
    EXPECT_FALSE(later->add_interface({113, "", ""}));
    EXPECT_TRUE(later->add_interface({1, "", ""}));
}

TEST_F(Writer, TimesBeyondThePcapFormatAreItsLast) {
    packets.resize(1);
    packets[0].time_ns = ~0ULL;
    EXPECT_EQ(round_trip({}, 1).packets.at(0).time_ns / 1'000'000'000, 0xffffffffU);
}

TEST_F(Writer, RewritesAllTestTraffic) {
    const auto files = pfq::test::captures();
    ASSERT_FALSE(files.empty()) << pfq::test::captures_missing;
    for (const auto& file : files) {
        SCOPED_TRACE(file.string());
        auto reader = CaptureReader::open(file, {.any_link = true}).value();
        std::vector<WriterInterface> interfaces;
        for (const auto& interface : reader->interfaces())
            interfaces.push_back({interface.link_type, interface.name, interface.description});
        auto writer = CaptureWriter::create(path, interfaces, {.format = FileFormat::pcapng}).value();
        for (Batch batch(100); reader->read(batch) != 0;) {
            while (interfaces.size() < reader->interfaces().size()) {
                const auto& added =
                    interfaces.emplace_back(WriterInterface{reader->interfaces()[interfaces.size()].link_type, "", ""});
                ASSERT_TRUE(writer->add_interface(added));
            }
            ASSERT_TRUE(writer->write(batch.packets()));
        }
        ASSERT_TRUE(writer->close());
        auto before = drain(CaptureReader::open(file, {.any_link = true}));
        for (auto& packet : before.packets) // a time of 0 is written where there was none
            packet.flags &= static_cast<std::uint16_t>(~(Packet::no_time | Packet::time_clamped));
        EXPECT_EQ(before.packets, drain(CaptureReader::open(path, {.any_link = true})).packets);
    }
}

} // namespace
