#include "engine/capture/tick_clock.hpp"
#include <gtest/gtest.h>
#include <limits>

namespace {

using pfq::capture::TickClock;
constexpr auto max_ns = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint8_t binary = 0x80;

void expect_ns(const TickClock& clock, std::uint64_t ticks, std::uint64_t ns, bool clamped = false) {
    const auto stamp = clock.to_ns(ticks);
    EXPECT_EQ(stamp.ns, ns) << "ticks " << ticks << " of resolution " << int{clock.resolution()};
    EXPECT_EQ(stamp.clamped, clamped);
}

TEST(TickClock, PowersOfTen) {
    expect_ns(TickClock(0), 7, 7'000'000'000);
    expect_ns(TickClock(3), 1'500, 1'500'000'000);
    expect_ns(TickClock(6), 1'700'000'000'123'456, 1'700'000'000'123'456'000);
    expect_ns(TickClock(9), 1'700'000'000'123'456'789, 1'700'000'000'123'456'789);
    expect_ns(TickClock(12), 1'234'567'899'999, 1'234'567'899);
    expect_ns(TickClock(29), max_ns, 0);
    expect_ns(TickClock(127), max_ns, 0);
}

TEST(TickClock, PowersOfTwo) {
    expect_ns(TickClock(binary | 0), 3, 3'000'000'000);
    expect_ns(TickClock(binary | 1), 3, 1'500'000'000);
    expect_ns(TickClock(binary | 30), (std::uint64_t{1} << 30) + (1 << 29), 1'500'000'000);
    expect_ns(TickClock(binary | 32), std::uint64_t{5} << 32 | 0x80000000, 5'500'000'000);
    expect_ns(TickClock(binary | 63), std::uint64_t{3} << 62, 1'500'000'000);
    expect_ns(TickClock(binary | 64), std::uint64_t{1} << 63, 500'000'000);
    expect_ns(TickClock(binary | 127), max_ns, 0);
}

TEST(TickClock, OffsetMovesTheEpoch) {
    expect_ns(TickClock(6, 1'700'000'000), 250'000, 1'700'000'000'250'000'000);
    expect_ns(TickClock(0, -5), 7, 2'000'000'000);
    expect_ns(TickClock(binary | 32, 10), std::uint64_t{1} << 31, 10'500'000'000);
}

TEST(TickClock, ClampsWhatNanosecondsCannotSay) {
    expect_ns(TickClock(0, -5), 4, 0, true);
    expect_ns(TickClock(0, -5), 5, 0, false);
    expect_ns(TickClock(0), 18'446'744'073, 18'446'744'073'000'000'000U);
    expect_ns(TickClock(0), 18'446'744'074, max_ns, true);
    expect_ns(TickClock(0), max_ns, max_ns, true);
    expect_ns(TickClock(9, 1), max_ns, max_ns, true);
    expect_ns(TickClock(0, std::numeric_limits<std::int64_t>::min()), max_ns, max_ns, true);
    expect_ns(TickClock(6, std::numeric_limits<std::int64_t>::min()), max_ns, 0, true);
}

TEST(TickClock, KnowsWhenMicrosecondsWouldLoseDigits) {
    EXPECT_FALSE(TickClock(6).finer_than_micro());
    EXPECT_FALSE(TickClock(0).finer_than_micro());
    EXPECT_TRUE(TickClock(7).finer_than_micro());
    EXPECT_TRUE(TickClock(binary | 10).finer_than_micro());
}

} // namespace
