// Times of records as times of day.
#pragma once
#include "datapath/queue.h"
#include <cstdint>
#include <span>

namespace pfq::queue {

/// How far CLOCK_REALTIME was ahead of CLOCK_MONOTONIC when it was made. To be made once per batch: the day's time may
/// be set or slewed at any moment, and the clocks cost more than the addition.
class WallClock {
public:
    /// CLOCK_REALTIME between two looks at CLOCK_MONOTONIC, in nanoseconds.
    struct Sample {
        std::uint64_t before, wall, after;
    };
    /// The best of three samples of the clocks: whatever interrupts one of them makes it longer.
    static WallClock now();
    /// The same again, unless the day's time was set meanwhile: the clocks run at one rate, so a small difference comes
    /// from the samples, and times that followed it would run backwards.
    [[nodiscard]] WallClock renewed() const;
    /// Of the sample that took least; at least one.
    explicit WallClock(std::span<const Sample> samples);

    /// Nanoseconds since the epoch. 0, no time, stays 0; a time of the device's clock stays what the device says.
    [[nodiscard]] std::uint64_t time_of(const pfq_record& record) const {
        return record.time == 0 || record.flags & PFQ_RECORD_HARDWARE ? record.time : record.time + offset_;
    }

private:
    std::uint64_t offset_; ///< modulo 2^64
};

} // namespace pfq::queue
