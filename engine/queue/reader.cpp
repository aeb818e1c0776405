#include "engine/queue/reader.hpp"
#include <cassert>
#include <cerrno>
#include <ctime>
#include <poll.h>
#include <sys/epoll.h>

namespace pfq::queue {

using namespace std::chrono_literals;

/// How long somebody is willing to wait.
class QueueReader::TimeLimit {
public:
    explicit TimeLimit(std::chrono::nanoseconds time) : time_(time) {}
    [[nodiscard]] bool endless() const { return time_ < 0ns; }
    [[nodiscard]] std::chrono::nanoseconds left() const {
        return endless() ? std::chrono::nanoseconds::max() : std::max(time_ - (Clock::now() - start_), 0ns);
    }

private:
    using Clock = std::chrono::steady_clock;
    std::chrono::nanoseconds time_;
    Clock::time_point start_ = Clock::now();
};

namespace {

bool watch(int epoll, int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    return ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

} // namespace

std::expected<std::unique_ptr<QueueReader>, int> QueueReader::create(std::unique_ptr<Bell> bell, ReaderOptions options,
                                                                     std::unique_ptr<HoldTimer> timer) {
    assert(options.batch > 0);
    auto event = Event::create();
    if (!event)
        return std::unexpected(event.error());
    if (options.order == Order::time && !timer) {
        auto created = MonotonicTimer::create();
        if (!created)
            return std::unexpected(created.error());
        timer = std::move(*created);
    }
    Descriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
    if (!epoll || !watch(epoll.get(), bell->fd()) || !watch(epoll.get(), event->fd()) ||
        (timer && !watch(epoll.get(), timer->fd())))
        return std::unexpected(errno);
    return std::unique_ptr<QueueReader>(
        new QueueReader(std::move(bell), options, std::move(timer), std::move(epoll), std::move(*event)));
}

QueueReader::QueueReader(std::unique_ptr<Bell> bell, ReaderOptions options, std::unique_ptr<HoldTimer> timer,
                         Descriptor epoll, Event event)
    : bell_(std::move(bell)), timer_(std::move(timer)), epoll_(std::move(epoll)), event_(std::move(event)),
      records_(options.batch) {
    if (options.order == Order::time)
        merge_.emplace(*timer_);
}

QueueReader::~QueueReader() {
    for (Cursor& ring : rings_)
        ring.release();
}

void QueueReader::add_ring(Ring ring) {
    {
        const std::scoped_lock lock(mutex_);
        new_rings_.push_back(std::move(ring));
    }
    has_new_rings_.store(true, std::memory_order_release);
    event_.raise(); // nobody armed it, so the bell says nothing of what is in it
}

void QueueReader::adopt_new_rings() {
    if (!has_new_rings_.load(std::memory_order_relaxed) || !has_new_rings_.exchange(false, std::memory_order_acquire))
        return;
    const std::scoped_lock lock(mutex_);
    for (Ring& ring : new_rings_)
        rings_.emplace_back(std::move(ring));
    new_rings_.clear();
}

Batch QueueReader::read() {
    return hand_out([this] {
        const Taken taken = take();
        return taken.count == 0 ? prepare_to_sleep(taken) : taken;
    });
}

template <class Function> Batch QueueReader::hand_out(Function find) {
    for (Cursor& ring : rings_)
        ring.release();
    adopt_new_rings();
    const Taken taken = find();
    packets_ += taken.count;
    return {records_.data(), taken.count};
}

// To ring costs the producer more than many packets, so while packets come, a reader that has caught up naps a little
// instead of arming the bell.
std::optional<Batch> QueueReader::nap(const TimeLimit& limit) {
    constexpr std::chrono::nanoseconds length = 50us;
    constexpr int most = 20;
    for (int naps = 0; naps < most; ++naps) {
        const Batch batch = hand_out([this] { return take(); });
        if (!batch.empty())
            return batch;
        if (wake_asked_.load(std::memory_order_relaxed) || limit.left() == 0ns)
            return std::nullopt;
        const timespec time{.tv_sec = 0, .tv_nsec = std::min(length, limit.left()).count()};
        if (::nanosleep(&time, nullptr) != 0 && !wake_asked_.load(std::memory_order_relaxed))
            return Batch{}; // a signal whose handler does not call wake()
    }
    return std::nullopt;
}

Taken QueueReader::take() {
    return merge_ ? merge_->take(rings_, records_) : Taken{take_in_turn()};
}

/// Each ring once. The next read starts behind the ring that filled the batch, so that all get the same share.
std::size_t QueueReader::take_in_turn() {
    std::size_t count = 0;
    for (std::size_t visited = 0; visited < rings_.size() && count < records_.size(); ++visited) {
        count += rings_[turn_].take(std::span(records_).subspan(count));
        turn_ = turn_ + 1 == rings_.size() ? 0 : turn_ + 1;
    }
    return count;
}

// First everything that makes the descriptor readable is taken back, then the rings are armed, then they are looked at
// again. Whatever comes after that look rings, whatever came before it is found by it. docs/queue-protocol.md has the
// proof.
Taken QueueReader::prepare_to_sleep(Taken nothing) {
    while (true) {
        event_.clear();
        if (wake_asked_.load(std::memory_order_relaxed) && wake_asked_.exchange(false, std::memory_order_acquire))
            woken_ = true;
        adopt_new_rings();
        if (timer_)
            timer_->wake_at(nothing.due);
        bell_->drain();
        if (!arm_rings())
            return nothing;
        nothing = take();
        if (nothing.count != 0) {
            event_.raise(); // these came too early to ring, and there may be more than one batch
            return nothing;
        }
    }
}

/// Arms the rings that have nothing more: records behind one that is held back do not change what a read returns.
/// True: one of them got a record meanwhile.
bool QueueReader::arm_rings() {
    for (const Cursor& ring : rings_)
        if (ring.drained())
            ring.ring().arm();
    std::atomic_thread_fence(std::memory_order_seq_cst);
    return std::ranges::any_of(rings_, [](const Cursor& ring) { return ring.drained() && ring.has_news(); });
}

Batch QueueReader::wait(std::chrono::nanoseconds time) {
    const TimeLimit limit(time);
    std::optional<Batch> batch;
    if (busy_)
        batch = nap(limit);
    if (!batch)
        batch = sleep(limit);
    busy_ = !batch->empty();
    return *batch;
}

Batch QueueReader::sleep(const TimeLimit& limit) {
    while (true) {
        const Batch batch = read();
        if (!batch.empty() || take_wake())
            return batch;
        const auto left = limit.left();
        const timespec time{.tv_sec = static_cast<time_t>(left / 1s), .tv_nsec = (left % 1s).count()};
        pollfd wanted{fd(), POLLIN, 0};
        if (::ppoll(&wanted, 1, limit.endless() ? nullptr : &time, nullptr) <= 0 &&
            !wake_asked_.load(std::memory_order_relaxed))
            return {};
    }
}

void QueueReader::wake() {
    wake_asked_.store(true, std::memory_order_release);
    event_.raise();
}

std::uint64_t QueueReader::still_queued() {
    adopt_new_rings();
    std::uint64_t count = 0;
    for (const Cursor& ring : rings_)
        count += ring.count_unread();
    return count;
}

} // namespace pfq::queue
