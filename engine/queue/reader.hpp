// The consumer's side of a receive queue: batches of records from the rings of one socket, and one descriptor to sleep
// on.
#pragma once
#include "engine/queue/bell.hpp"
#include "engine/queue/event.hpp"
#include "engine/queue/merge.hpp"
#include <chrono>
#include <mutex>
#include <optional>

namespace pfq::queue {

enum class Order : std::uint8_t {
    none, ///< ring after ring, each in its turn
    time, ///< merged by time, see Merge
};

struct ReaderOptions {
    Order order = Order::none;
    std::size_t batch = 4096; ///< records of one read at most; 1 or more
};

/// Pointers into the rings.
using Batch = std::span<const pfq_record* const>;

/// read(), wait() and the counts are for one thread; add_ring() and wake() for any.
class QueueReader {
public:
    /// The bell is that of all rings. `timer` only for tests: Order::time gets a MonotonicTimer by itself. The error is
    /// a system error number.
    static std::expected<std::unique_ptr<QueueReader>, int>
    create(std::unique_ptr<Bell> bell, ReaderOptions options = {}, std::unique_ptr<HoldTimer> timer = nullptr);
    /// Gives back what the last read returned.
    ~QueueReader();
    QueueReader(const QueueReader&) = delete;
    QueueReader& operator=(const QueueReader&) = delete;

    /// From the next read on. Rings count in the order in which they are added.
    void add_ring(Ring ring);

    /// What there is, at most a batch and half of each ring; does not wait. The batch is valid until the next call,
    /// which gives its records back to the producers. An empty one says that fd() is unreadable until there is more (a
    /// record, a record that is due, a ring, a wake()). While reads return records, fd() stays readable.
    Batch read();

    /// Readable if a read would return records, and after wake(); level-triggered. It may also be readable without
    /// that, but not after a read that returned nothing. For poll, select and epoll, nothing else. Stays ours.
    [[nodiscard]] int fd() const { return epoll_.get(); }

    /// read(), but waits for records. Empty: the time is over, somebody called wake(), or a signal came. A negative
    /// time is for ever.
    Batch wait(std::chrono::nanoseconds time);

    /// Makes fd() readable and ends a wait, the present one or else the next one. Signal handlers may call it, and have
    /// to if a signal shall surely end a wait.
    void wake();
    /// Whether wake() was called since the last time that this was asked; known after a read that returned nothing. Who
    /// waits for fd() with another function asks between that read and the wait.
    bool take_wake() { return std::exchange(woken_, false); }

    /// Records returned so far.
    [[nodiscard]] std::uint64_t packets() const { return packets_; }
    /// Records that were produced and not returned yet. Walks over them.
    [[nodiscard]] std::uint64_t still_queued();

private:
    QueueReader(std::unique_ptr<Bell> bell, ReaderOptions options, std::unique_ptr<HoldTimer> timer, Descriptor epoll,
                Event event);

    /// Gives back what the last read returned, and returns what `find` takes.
    template <class Function> Batch hand_out(Function find);
    class TimeLimit;
    /// None: nothing came in a short time. Empty: a signal.
    std::optional<Batch> nap(const TimeLimit& limit);
    Batch sleep(const TimeLimit& limit);
    void adopt_new_rings();
    Taken take();
    std::size_t take_in_turn();
    Taken prepare_to_sleep(Taken nothing);
    bool arm_rings();

    std::unique_ptr<Bell> bell_;
    std::unique_ptr<HoldTimer> timer_; ///< none with Order::none
    Descriptor epoll_;
    Event event_;

    std::vector<Cursor> rings_;
    std::vector<const pfq_record*> records_;
    std::optional<Merge> merge_;
    std::size_t turn_ = 0; ///< the ring that comes first in the next read
    std::uint64_t packets_ = 0;
    bool woken_ = false;
    bool busy_ = false; ///< the last wait() returned records

    std::mutex mutex_; ///< of new_rings_
    std::vector<Ring> new_rings_;
    std::atomic<bool> has_new_rings_ = false;
    std::atomic<bool> wake_asked_ = false;
};

} // namespace pfq::queue
