#include "engine/queue/restore_tag.hpp"
#include "engine/queue/wall_clock.hpp"

#include <array>
#include <cstring>
#include <ctime>
#include <gmock/gmock.h>
#include <numeric>

namespace pfq::queue {
namespace {

using testing::ElementsAreArray;

/// A record whose bytes are 1, 2, 3, ...
struct Packet {
    Packet(std::uint16_t captured, std::uint32_t length, std::uint16_t flags, std::uint16_t tci) {
        record.captured = captured;
        record.length = length;
        record.flags = flags;
        record.tci = tci;
        std::iota(bytes.begin(), bytes.end(), 1);
    }
    alignas(16) pfq_record record{};
    std::array<std::uint8_t, 64> bytes{};
};

TEST(queue_tag, a_frame_without_tag_is_not_copied) {
    const Packet packet(40, 100, 0, 5);
    const Frame frame = restore_tag(packet.record, {});
    EXPECT_EQ(frame.bytes.data(), packet.bytes.data());
    EXPECT_EQ(frame.bytes.size(), 40U);
    EXPECT_EQ(frame.length, 100U);
}

TEST(queue_tag, comes_behind_the_addresses) {
    const Packet packet(16, 60, PFQ_RECORD_TAG, 0x6123);
    std::array<std::uint8_t, 20> buffer{};
    const Frame frame = restore_tag(packet.record, buffer);
    EXPECT_THAT(frame.bytes,
                ElementsAreArray({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x81, 0, 0x61, 0x23, 13, 14, 15, 16}));
    EXPECT_EQ(frame.length, 64U);
}

TEST(queue_tag, of_a_service_has_its_own_type) {
    const Packet packet(13, 13, PFQ_RECORD_TAG | PFQ_RECORD_STAG, 0x0fff);
    std::array<std::uint8_t, max_tagged_frame> buffer{};
    const Frame frame = restore_tag(packet.record, buffer);
    EXPECT_THAT(frame.bytes, ElementsAreArray({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x88, 0xa8, 0x0f, 0xff, 13}));
}

TEST(queue_tag, of_a_longest_record_fits) {
    std::vector<std::uint8_t> memory(sizeof(pfq_record) + PFQ_RECORD_LIMIT), buffer(max_tagged_frame);
    auto* record = new (memory.data()) pfq_record{};
    record->captured = PFQ_RECORD_LIMIT;
    record->flags = PFQ_RECORD_TAG;
    memory.back() = 9;
    EXPECT_EQ(restore_tag(*record, buffer).bytes.size(), 65539U);
    EXPECT_EQ(buffer.back(), 9);
}

TEST(queue_tag, has_no_place_in_a_frame_cut_before_it) {
    const Packet short_one(11, 60, PFQ_RECORD_TAG, 1), just_enough(12, 60, PFQ_RECORD_TAG, 1);
    std::array<std::uint8_t, 64> buffer{};
    const Frame frame = restore_tag(short_one.record, buffer);
    EXPECT_EQ(frame.bytes.data(), short_one.bytes.data());
    EXPECT_EQ(frame.bytes.size(), 11U);
    EXPECT_EQ(frame.length, 64U);
    EXPECT_EQ(restore_tag(just_enough.record, buffer).bytes.size(), 16U);
}

pfq_record at(std::uint64_t time, std::uint16_t flags = 0) {
    pfq_record record{};
    record.time = time;
    record.flags = flags;
    return record;
}

TEST(queue_wall_clock, the_shortest_sample_counts) {
    const std::array<WallClock::Sample, 3> samples = {{{100, 5000, 200}, {300, 9350, 320}, {400, 7000, 430}}};
    const WallClock clock(samples); // 9350 at 310
    EXPECT_EQ(clock.time_of(at(310)), 9350U);
    EXPECT_EQ(clock.time_of(at(1310)), 10350U);
    EXPECT_EQ(clock.time_of(at(10)), 9050U);
}

TEST(queue_wall_clock, the_day_may_be_before_the_machine_started) {
    const std::array<WallClock::Sample, 1> samples = {{{1000, 10, 1000}}};
    EXPECT_EQ(WallClock(samples).time_of(at(1005)), 15U);
}

TEST(queue_wall_clock, times_of_other_clocks_stay) {
    const std::array<WallClock::Sample, 1> samples = {{{0, 5000, 0}}};
    EXPECT_EQ(WallClock(samples).time_of(at(0)), 0U);
    EXPECT_EQ(WallClock(samples).time_of(at(77, PFQ_RECORD_HARDWARE)), 77U);
}

std::uint64_t nanoseconds(clockid_t id) {
    timespec time{};
    ::clock_gettime(id, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_nsec);
}

// Between two looks at the day's time: whatever the machine does meanwhile, unless it sets its clock.
TEST(queue_wall_clock, tells_the_time_of_day) {
    const std::uint64_t before = nanoseconds(CLOCK_REALTIME);
    const WallClock clock = WallClock::now();
    const std::uint64_t monotonic = nanoseconds(CLOCK_MONOTONIC);
    const std::uint64_t after = nanoseconds(CLOCK_REALTIME);
    constexpr std::uint64_t slew = 1000; // the clocks differ in rate when time is being corrected
    EXPECT_GE(clock.time_of(at(monotonic)) + slew, before);
    EXPECT_LE(clock.time_of(at(monotonic)), after + slew);
}

} // namespace
} // namespace pfq::queue
