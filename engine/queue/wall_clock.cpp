#include "engine/queue/wall_clock.hpp"
#include <algorithm>
#include <array>
#include <ctime>

namespace pfq::queue {
namespace {

std::uint64_t read_clock(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_nsec);
}

} // namespace

WallClock WallClock::now() {
    std::array<Sample, 3> samples{};
    for (Sample& sample : samples)
        sample = {read_clock(CLOCK_MONOTONIC), read_clock(CLOCK_REALTIME), read_clock(CLOCK_MONOTONIC)};
    return WallClock(samples);
}

WallClock::WallClock(std::span<const Sample> samples) {
    const Sample& best = *std::ranges::min_element(samples, {}, [](const Sample& s) { return s.after - s.before; });
    offset_ = best.wall - (best.before + (best.after - best.before) / 2);
}

WallClock WallClock::renewed() const {
    constexpr std::uint64_t noise = 100'000; // nanoseconds
    const WallClock fresh = now();
    const std::uint64_t ahead = fresh.offset_ - offset_;
    return std::min(ahead, ~ahead) <= noise ? *this : fresh;
}

} // namespace pfq::queue
