// How far a reader is in one ring.
#pragma once
#include "engine/queue/ring.hpp"
#include <algorithm>

namespace pfq::queue {

/// released <= position: what lies between was handed out by the read that is going on, or by the last one.
class Cursor {
public:
    /// Goes on where the last reader of the ring released.
    explicit Cursor(Ring ring)
        : ring_(std::move(ring)), released_(ring_.consumed()), position_(released_), seen_(released_),
          limit_(released_) {}

    enum class State : std::uint8_t {
        records,     ///< head() is one
        empty,       ///< everything produced was taken
        share_taken, ///< there may be more, but this read has half the ring: the other half is the producer's meanwhile
    };
    /// Looks at the ring again.
    State look() {
        seen_ = ring_.produced();
        limit_ = std::min(seen_, released_ + ring_.size() / 2);
        if (position_ < limit_)
            return State::records;
        return position_ < seen_ ? State::share_taken : State::empty;
    }
    /// Of a look() that said `records`.
    [[nodiscard]] const pfq_record* head() const { return ring_.record(position_); }
    /// Takes the head. False: there is no next one before another look().
    bool advance(const pfq_record* head) {
        position_ += pfq_record_space(head->captured);
        return position_ < limit_;
    }

    /// Takes as many records as fit; returns how many. The producer's index is read only when all that it promised was
    /// taken: it shares that cache line with us.
    std::size_t take(std::span<const pfq_record*> records) {
        std::size_t count = 0;
        if (position_ >= limit_ && look() != State::records)
            return 0;
        // In registers, as the compiler cannot know that the pointers that it stores do not change the members.
        const std::uint8_t* const data = ring_.at(0);
        const std::uint64_t mask = ring_.size() - PFQ_RING_ALIGN, limit = limit_;
        std::uint64_t position = position_;
        do {
            const auto* record = reinterpret_cast<const pfq_record*>(data + (position & mask));
            position += pfq_record_space(record->captured);
            records[count++] = record;
        } while (count < records.size() && position < limit);
        position_ = position;
        return count;
    }

    /// Gives the records taken so far back to the producer.
    void release() {
        if (position_ == released_)
            return;
        // A header that lies about its bytes leads beyond. Whatever is there, it is not a record yet.
        position_ = std::min(position_, seen_);
        released_ = position_;
        ring_.release(released_);
    }

    /// All that was seen is taken: only a new record can change what a read returns.
    [[nodiscard]] bool drained() const { return position_ >= seen_; }
    [[nodiscard]] bool has_news() const { return ring_.produced() != seen_; }
    [[nodiscard]] const Ring& ring() const { return ring_; }

    /// Records that were produced and not taken.
    [[nodiscard]] std::uint64_t count_unread() const {
        std::uint64_t count = 0;
        const std::uint64_t produced = ring_.produced();
        for (std::uint64_t at = position_; at < produced; at += pfq_record_space(ring_.record(at)->captured))
            ++count;
        return count;
    }

private:
    Ring ring_;
    std::uint64_t released_;
    std::uint64_t position_; ///< of the next record to take
    std::uint64_t seen_;     ///< the producer's index as last read
    std::uint64_t limit_;    ///< position at which look() is due
};

} // namespace pfq::queue
