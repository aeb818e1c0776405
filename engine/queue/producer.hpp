// The producer's side of a ring in user space, for backends that have no program in the kernel.
#pragma once
#include "engine/queue/bell.hpp"
#include "engine/queue/ring.hpp"
#include <algorithm>
#include <cstring>

namespace pfq::queue {

/// One per ring, used by one thread; the same steps as in datapath/deliver.h.
class Producer {
public:
    /// All stay the caller's. `state` is in memory that no reader can write. `ring` is mapped for Side::producer; null:
    /// the socket has none here, everything is dropped as no_ring.
    Producer(pfq_ring_state& state, const Ring* ring, EventBell& bell) : state_(state), ring_(ring), bell_(bell) {}

    /// Queues a packet, at most PFQ_RECORD_LIMIT bytes of it, and wakes a reader that sleeps. What `header` says of
    /// captured bytes and of truncation is made to fit. False: dropped, and counted in the state.
    bool offer(pfq_record header, std::span<const std::uint8_t> bytes) {
        ++state_.offered;
        if (ring_ == nullptr) {
            ++state_.no_ring;
            return false;
        }
        bytes = bytes.first(std::min<std::size_t>(bytes.size(), PFQ_RECORD_LIMIT));
        const pfq_u32 space = pfq_record_space(static_cast<pfq_u32>(bytes.size()));
        if (!pfq_ring_admit(&state_, ring_->control(), ring_->size(), space))
            return false;
        header.captured = static_cast<pfq_u16>(bytes.size());
        header.flags = static_cast<pfq_u16>((header.flags & ~PFQ_RECORD_TRUNCATED) |
                                            (bytes.size() < header.length ? PFQ_RECORD_TRUNCATED : 0));
        std::uint8_t* to = ring_->at(state_.produced);
        std::memcpy(to, &header, sizeof header);
        std::ranges::copy(bytes, to + sizeof header);
        if (pfq_ring_publish(&state_, ring_->control(), space))
            bell_.ring();
        return true;
    }

private:
    pfq_ring_state& state_;
    const Ring* ring_;
    EventBell& bell_;
};

} // namespace pfq::queue
