#include "engine/queue/merge.hpp"
#include <algorithm>
#include <limits>

namespace pfq::queue {

// The clock comes first: a ring that is empty after it has nothing older than the clock, up to the time that a producer
// takes from its clock to its publication. That is what max_hold allows for.
void Merge::start(std::span<Cursor> rings) {
    now_ = clock_.now();
    shown_ = std::numeric_limits<std::uint64_t>::max();
    newest_.resize(rings.size());
    turns_.clear();
    for (std::size_t ring = 0; ring < rings.size(); ++ring) {
        if (rings[ring].look() == Cursor::State::records)
            turns_.push_back({rings[ring].head()->time, static_cast<std::uint32_t>(ring)});
        else
            saw_empty(ring);
    }
    std::ranges::make_heap(turns_, [](const Turn& a, const Turn& b) { return b.before(a); });
}

void Merge::saw_empty(std::size_t ring) {
    shown_ = std::min(shown_, newest_[ring]);
}

// A time that is later than any clock is of another clock (the device's, or that of another time namespace) and would
// be waited for in vain.
bool Merge::may_go(std::uint64_t time) {
    return time <= shown_ || (now_ > max_hold && time < now_ - max_hold) || (time > now_ && time > clock_.now());
}

Taken Merge::take(std::span<Cursor> rings, std::span<const pfq_record*> records) {
    start(rings);
    std::size_t count = 0;
    while (!turns_.empty() && count < records.size()) {
        Turn& turn = turns_.front();
        if (!may_go(turn.time))
            return {count, turn.time + max_hold + 1};
        Cursor& ring = rings[turn.ring];
        const pfq_record* record = ring.head();
        records[count++] = record;
        const bool more = ring.advance(record);
        const std::uint64_t next = more ? ring.head()->time : 0;
        if (next < turn.time) // rarely: usually the newest is the last one before the ring is empty
            newest_[turn.ring] = std::max(newest_[turn.ring], turn.time);
        if (more) {
            turn.time = next;
            settle_first();
        } else if (ring.drained()) {
            // Not looked at again: a reader that runs close behind its producer slows both down.
            saw_empty(turn.ring);
            remove_first();
        } else {
            break; // it has more, but not for this read
        }
    }
    return {count, HoldTimer::never};
}

/// The first turn was replaced: sinks to where it belongs. One pass down instead of a pop and a push.
void Merge::settle_first() {
    const std::size_t size = turns_.size();
    const Turn turn = turns_.front();
    std::size_t hole = 0;
    for (std::size_t child = 1; child < size; child = 2 * hole + 1) {
        if (child + 1 < size && turns_[child + 1].before(turns_[child]))
            ++child;
        if (!turns_[child].before(turn))
            break;
        turns_[hole] = turns_[child];
        hole = child;
    }
    turns_[hole] = turn;
}

void Merge::remove_first() {
    turns_.front() = turns_.back();
    turns_.pop_back();
    if (!turns_.empty())
        settle_first();
}

} // namespace pfq::queue
