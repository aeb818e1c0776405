// One ring of a receive queue in this process's memory. datapath/queue.h lays it out, docs/queue-protocol.md explains
// it.
#pragma once
#include "datapath/queue.h"
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <utility>

namespace pfq::queue {

/// Move-only. Calls are for the thread that reads, or for the one that produces; the two may run at the same time.
class Ring {
public:
    /// A reader can write to the control page only.
    enum class Side : std::uint8_t { reader, producer };

    /// Maps a ring of PFQ_RING_SIZE(size_class): the one value of a BPF array map, or a memory file. `fd` may be closed
    /// afterwards. The error is a system error number; EINVAL: there is no such class, or the memory is too short.
    static std::expected<Ring, int> map(int fd, unsigned size_class, Side side = Side::reader);

    /// A ring in memory that stays the caller's and outlives it: at a multiple of 64 bytes, PFQ_RING_DATA +
    /// PFQ_RING_SLACK + size() bytes, where size() is a power of two from 64 on.
    explicit Ring(std::span<std::uint8_t> memory);

    Ring(Ring&& other) noexcept
        : memory_(std::exchange(other.memory_, nullptr)), size_(other.size_), mapped_(other.mapped_) {}
    Ring& operator=(Ring&& other) noexcept {
        std::swap(memory_, other.memory_);
        std::swap(size_, other.size_);
        std::swap(mapped_, other.mapped_);
        return *this;
    }
    ~Ring();

    [[nodiscard]] pfq_ring_control* control() const { return reinterpret_cast<pfq_ring_control*>(memory_); }
    /// Bytes of records that fit; slack not counted.
    [[nodiscard]] std::uint64_t size() const { return size_; }
    /// Where the record of an index is. Whatever the index: a header and the longest record are within the memory.
    [[nodiscard]] std::uint8_t* at(std::uint64_t index) const {
        return memory_ + PFQ_RING_DATA + (index & (size_ - PFQ_RING_ALIGN));
    }
    [[nodiscard]] const pfq_record* record(std::uint64_t index) const {
        return reinterpret_cast<const pfq_record*>(at(index));
    }

    /// Everything before this index is written: what the producer stored before is visible after this.
    [[nodiscard]] std::uint64_t produced() const {
        return std::atomic_ref(control()->produced).load(std::memory_order_acquire);
    }
    [[nodiscard]] std::uint64_t consumed() const {
        return std::atomic_ref(control()->consumed).load(std::memory_order_relaxed);
    }
    /// Gives everything before this index back to the producer: our loads from it happened before this.
    void release(std::uint64_t consumed) const {
        std::atomic_ref(control()->consumed).store(consumed, std::memory_order_release);
    }
    /// Asks for the bell. A full fence has to follow, then another look at produced(). Nothing is stored when the
    /// producer has not rung since the last time, which leaves it the cache line.
    void arm() const {
        const std::atomic_ref armed(control()->armed);
        if (armed.load(std::memory_order_relaxed) == 0)
            armed.store(1, std::memory_order_relaxed);
    }

private:
    Ring(std::uint8_t* memory, std::uint64_t size, bool mapped) : memory_(memory), size_(size), mapped_(mapped) {}

    std::uint8_t* memory_;
    std::uint64_t size_;
    bool mapped_;
};

/// The bytes of a packet, as many as were captured.
[[nodiscard]] inline std::span<const std::uint8_t> bytes_of(const pfq_record& record) {
    return {reinterpret_cast<const std::uint8_t*>(&record + 1), record.captured};
}

} // namespace pfq::queue
