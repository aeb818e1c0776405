// Rings merged by time.
#pragma once
#include "engine/queue/cursor.hpp"
#include "engine/queue/hold_timer.hpp"
#include <vector>

namespace pfq::queue {

/// No record is held back for longer, in nanoseconds.
inline constexpr std::uint64_t max_hold = 1'000'000;

/// What a read took: `count` records, and the time at which the oldest record that it held back is due.
struct Taken {
    std::size_t count = 0;
    std::uint64_t due = HoldTimer::never;
};

/// Takes records in the order of their times, equal ones in the order of the rings, and those of one ring always in the
/// ring's order. A record is held back while an older one may still come: until every other ring has shown a record at
/// least as new, or the clock is more than max_hold past it.
class Merge {
public:
    explicit Merge(const HoldTimer& clock) : clock_(clock) {}

    /// The rings are those of the last call and may be more.
    Taken take(std::span<Cursor> rings, std::span<const pfq_record*> records);

private:
    /// The time of a ring's head.
    struct Turn {
        std::uint64_t time;
        std::uint32_t ring;
        [[nodiscard]] bool before(const Turn& other) const {
            return time != other.time ? time < other.time : ring < other.ring;
        }
    };
    void start(std::span<Cursor> rings);
    void saw_empty(std::size_t ring);
    [[nodiscard]] bool may_go(std::uint64_t time);
    void settle_first();
    void remove_first();

    const HoldTimer& clock_;
    std::vector<Turn> turns_;           ///< a heap of the rings that have a record, the earliest first
    std::vector<std::uint64_t> newest_; ///< by ring: time of the newest record taken
    std::uint64_t now_ = 0;             ///< before any ring was looked at
    std::uint64_t shown_ = 0;           ///< all rings that are empty have shown records of this time
};

} // namespace pfq::queue
