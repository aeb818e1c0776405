#include "engine/capture/rotation.hpp"
#include "tests/unit/capture/files.hpp"
#include <gtest/gtest.h>
#include <numeric>

namespace {

using namespace pfq::capture;

constexpr std::uint64_t second = 1'000'000'000;
constexpr std::uint64_t start = 1'700'000'000;

TEST(RotatedName, IsTcpdumps) {
    EXPECT_EQ(rotated_name("a", {.bytes = 1}, 0, start), "a");
    EXPECT_EQ(rotated_name("a", {.bytes = 1}, 12, start), "a12");
    EXPECT_EQ(rotated_name("a", {.bytes = 1, .files = 10}, 3, start), "a3");
    EXPECT_EQ(rotated_name("a", {.bytes = 1, .files = 11}, 3, start), "a03");
    EXPECT_EQ(rotated_name("a%Y", {.bytes = 1}, 0, start), "a%Y");
    EXPECT_EQ(rotated_name("a%Y", {.seconds = 60}, 0, start), "a2023");
    EXPECT_EQ(rotated_name("a%Y", {.bytes = 1, .seconds = 60}, 2, start), "a20232");
}

/// Packets of 84 bytes with their header, a second apart; a file knows how many it got.
class Rotation : public testing::Test {
protected:
    Rotation() {
        for (unsigned i = 0; i < 30; ++i) {
            Packet packet;
            packet.data = bytes.data();
            packet.captured = packet.length = 68;
            packet.time_ns = (start + i) * second;
            packets.push_back(packet);
        }
    }
    std::vector<std::uint64_t> run(RotationOptions options, std::size_t batch) {
        std::vector<std::string> paths;
        const WriterInterface interface;
        const auto open = [&](const std::string& path) {
            paths.push_back(path);
            return CaptureWriter::create("/dev/null", {&interface, 1}, {});
        };
        auto output = RotatingOutput::create("x", options, open, start).value();
        std::vector<std::uint64_t> counts;
        for (std::size_t done = 0; done < packets.size(); done += batch) {
            EXPECT_TRUE(output->write(std::span(packets).subspan(done, std::min(batch, packets.size() - done))));
            EXPECT_TRUE(output->flush());
            counts.resize(paths.size());
            counts.back() = output->records() - std::accumulate(counts.begin(), counts.end() - 1, std::uint64_t{0});
        }
        EXPECT_TRUE(output->close({}));
        finished = output->finished();
        return counts;
    }
    std::array<std::uint8_t, 68> bytes{};
    std::vector<Packet> packets;
    bool finished = false;
};

TEST_F(Rotation, BySizeIsExactWhateverTheBatch) {
    // A packet goes into a file that does not have more bytes than the limit yet: 24 + 84 n <= 444 up to n = 5.
    const std::vector<std::uint64_t> wanted(5, 6);
    EXPECT_EQ(run({.bytes = 444}, 1), wanted);
    const auto in_one = run({.bytes = 444}, 30); // counted at the end only
    EXPECT_EQ(std::accumulate(in_one.begin(), in_one.end(), std::uint64_t{0}), 30U);
    EXPECT_EQ(in_one.size(), 5U);
    EXPECT_EQ(run({.bytes = 443}, 1), (std::vector<std::uint64_t>(6, 5)));
}

TEST_F(Rotation, ByTimeEnds) {
    EXPECT_EQ(run({.seconds = 10}, 1), (std::vector<std::uint64_t>{10, 10, 10}));
    EXPECT_FALSE(finished);
    EXPECT_EQ(run({.seconds = 10, .files = 2}, 1), (std::vector<std::uint64_t>{10, 10}));
    EXPECT_TRUE(finished);
    EXPECT_EQ(run({.seconds = 10, .files = 2}, 30).size(), 2U);
}

} // namespace
