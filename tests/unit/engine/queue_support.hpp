// Rings in guarded memory, numbered records, and a reader's surroundings that obey the test: used by the unit and the
// stress tests of receive queues.
#pragma once
#include "engine/queue/producer.hpp"
#include "engine/queue/reader.hpp"
#include <map>
#include <vector>

namespace pfq::queue::test {

/// A ring of any size (a power of two from 64 on) between pages that may not be touched. Nothing lies between the slack
/// and the page behind it.
class GuardedRing {
public:
    explicit GuardedRing(std::uint64_t size);
    ~GuardedRing();
    GuardedRing(const GuardedRing&) = delete;
    GuardedRing& operator=(const GuardedRing&) = delete;

    /// A view of it: as many as are wanted.
    [[nodiscard]] Ring ring() const { return Ring(memory_); }
    [[nodiscard]] pfq_ring_control& control() const { return *reinterpret_cast<pfq_ring_control*>(memory_.data()); }
    /// Whether no producer has written where none may: the control page but for its words, the slack behind the longest
    /// record that starts at the end.
    [[nodiscard]] bool unharmed() const;

private:
    [[nodiscard]] std::span<std::uint8_t> beyond_records() const;

    std::uint8_t* mapping_;
    std::size_t mapped_;
    std::span<std::uint8_t> memory_;
};

/// A ring and its producer.
struct Queue {
    explicit Queue(std::uint64_t size, EventBell& bell)
        : memory(size), view(memory.ring()), producer(state, &view, bell) {}

    /// A packet of `bytes` bytes that tells its number; see is_packet().
    bool offer(std::uint64_t number, std::size_t bytes, std::uint64_t time = 0);

    GuardedRing memory;
    Ring view;
    pfq_ring_state state{};
    Producer producer;
};

/// The number that the packet was offered with.
[[nodiscard]] inline std::uint32_t number_of(const pfq_record& record) {
    return record.mark;
}
/// Whether everything in the record is as Queue::offer() made it.
[[nodiscard]] bool is_packet(const pfq_record& record);
[[nodiscard]] std::vector<std::uint32_t> numbers_of(Batch batch);

/// Adds up: offered = queued + reasons for drops.
[[nodiscard]] bool lawful(const pfq_ring_state& state);

/// Whether poll() finds the descriptor readable now, or within `milliseconds`.
[[nodiscard]] bool readable(int fd, int milliseconds = 0);

/// For descriptors that become readable for sure, but for a fault: enough for the slowest machine.
inline constexpr int surely = 60'000;

/// A clock that stands still. Any thread.
class ManualTimer final : public HoldTimer {
public:
    ManualTimer();
    [[nodiscard]] std::uint64_t now() const override { return now_.load(); }
    void wake_at(std::uint64_t time) override;
    [[nodiscard]] int fd() const override { return event_.get(); }

    void set(std::uint64_t time);
    void advance(std::uint64_t nanoseconds) { set(now() + nanoseconds); }
    /// A time that nobody else gets, later than all before. Does not make fd() readable.
    std::uint64_t tick() { return ++now_; }

private:
    void signal();

    std::mutex mutex_;
    Descriptor event_;
    std::atomic<std::uint64_t> now_ = 1'000'000'000;
    std::uint64_t due_ = never;
};

/// A reader with the means to steer it, which it owns.
struct Bench {
    explicit Bench(ReaderOptions options = {});
    /// A new ring of the reader.
    Queue& add(std::uint64_t size);

    EventBell* bell;
    ManualTimer* clock;
    std::vector<std::unique_ptr<Queue>> queues; // outlive the reader
    std::unique_ptr<QueueReader> reader;
};

} // namespace pfq::queue::test
