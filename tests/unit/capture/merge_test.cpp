#include "engine/capture/format.hpp"
#include "engine/capture/merge.hpp"
#include "tests/unit/capture/files.hpp"
#include <algorithm>
#include <deque>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>
#include <tuple>

namespace {

using namespace pfq::capture;
using pfq::test::Bytes;
using pfq::test::FileBuilder;
using testing::ElementsAre;

/// Device, time and first byte of a merged packet.
struct Merged {
    int device;
    std::uint64_t seconds;
    int tag;
    bool operator==(const Merged&) const = default;
};

class Merge : public testing::Test {
protected:
    /// Adds an input whose packets have these times; their tags count from 0.
    void add(const std::vector<std::uint32_t>& seconds, bool stream = false) {
        FileBuilder file;
        file.pcap_header(pcap::magic_micro);
        std::uint8_t tag = 0;
        for (const auto second : seconds)
            file.pcap_record(second, 0, {tag++});
        add_bytes(file.bytes(), stream);
    }
    void add_bytes(const Bytes& bytes, bool stream = false) {
        const auto& kept = files.emplace_back(bytes);
        if (stream) {
            auto source = [&kept, done = std::size_t{0}](std::uint8_t* to, std::size_t size) mutable {
                const auto count = std::min({std::size_t{19}, size, kept.size() - done});
                std::copy_n(kept.data() + done, count, to);
                done += count;
                return static_cast<ssize_t>(count);
            };
            readers.push_back(CaptureReader::open_stream(source, "stream").value());
        } else {
            readers.push_back(CaptureReader::open_memory(kept, "memory").value());
        }
    }
    std::vector<Merged> merge(std::size_t batch_size = 3) {
        reader = std::make_unique<MergedReader>(std::move(readers));
        std::vector<Merged> all;
        Batch batch(batch_size);
        while (reader->read(batch) != 0) {
            for (const auto& packet : batch.packets())
                all.push_back({packet.device, packet.time_ns / 1'000'000'000, packet.data[0]});
        }
        EXPECT_TRUE(reader->ended());
        EXPECT_EQ(reader->packets(), all.size());
        return all;
    }

    std::deque<Bytes> files;
    std::vector<std::unique_ptr<CaptureReader>> readers;
    std::unique_ptr<MergedReader> reader;
};

TEST_F(Merge, ByTimeThenByInput) {
    add({1, 4, 5});
    add({1, 2, 5, 6});
    add({3});
    EXPECT_THAT(merge(), ElementsAre(Merged{0, 1, 0}, Merged{1, 1, 0}, Merged{1, 2, 1}, Merged{2, 3, 0},
                                     Merged{0, 4, 1}, Merged{0, 5, 2}, Merged{1, 5, 2}, Merged{1, 6, 3}));
}

TEST_F(Merge, OneInputIsHandedThrough) {
    add({5, 3, 4});
    EXPECT_THAT(merge(), ElementsAre(Merged{0, 5, 0}, Merged{0, 3, 1}, Merged{0, 4, 2}));
}

TEST_F(Merge, OrderWithinAnInputIsKept) {
    add({5, 1, 6});
    add({2, 5});
    EXPECT_THAT(merge(),
                ElementsAre(Merged{1, 2, 0}, Merged{0, 5, 0}, Merged{0, 1, 1}, Merged{1, 5, 1}, Merged{0, 6, 2}));
}

TEST_F(Merge, EmptyInputs) {
    add({});
    add({7});
    add({});
    EXPECT_THAT(merge(), ElementsAre(Merged{1, 7, 0}));
}

TEST_F(Merge, DamagedInputEndsAlone) {
    Bytes cut = FileBuilder().pcap_header(pcap::magic_micro).pcap_record(2, 0, {9}).pcap_record(3, 0, {1, 2}).bytes();
    cut.pop_back();
    add({1, 4});
    add_bytes(cut);
    EXPECT_THAT(merge(), ElementsAre(Merged{0, 1, 0}, Merged{1, 2, 9}, Merged{0, 4, 1}));
    EXPECT_EQ(reader->input(0).end().kind, CaptureEnd::Kind::clean);
    EXPECT_EQ(reader->input(1).end().kind, CaptureEnd::Kind::truncated);
}

TEST_F(Merge, ManyInputsOfManyPacketsAgreeWithASort) {
    std::mt19937 random(7);
    std::vector<Merged> expected;
    for (int device = 0; device < 9; ++device) {
        std::vector<std::uint32_t> seconds(200);
        for (auto& second : seconds)
            second = random() % 500;
        std::ranges::sort(seconds);
        add(seconds, device % 3 == 2);
        for (int tag = 0; tag < 200; ++tag)
            expected.push_back({device, seconds[static_cast<std::size_t>(tag)], tag});
    }
    std::ranges::sort(expected, {}, [](const Merged& one) { return std::tuple(one.seconds, one.device, one.tag); });
    EXPECT_EQ(merge(37), expected);
}

TEST_F(Merge, BatchKeepsThePacketsOfStreamsThatWentOn) {
    add({1, 3, 5, 7}, true);
    add({2, 4, 6, 8}, true);
    reader = std::make_unique<MergedReader>(std::move(readers));
    std::vector<Batch> batches;
    for (Batch batch(2); reader->read(batch) != 0; batch = Batch(2))
        batches.push_back(std::move(batch));
    reader.reset();
    std::vector<int> tags;
    for (const auto& batch : batches) {
        for (const auto& packet : batch.packets())
            tags.push_back(packet.data[0] * 10 + packet.device);
    }
    EXPECT_THAT(tags, ElementsAre(0, 1, 10, 11, 20, 21, 30, 31));
}

} // namespace
