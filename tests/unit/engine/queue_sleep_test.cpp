// The descriptor that a reader sleeps on.
#include "tests/property/random.hpp"
#include "tests/unit/engine/queue_support.hpp"

#include <csignal>
#include <gmock/gmock.h>
#include <sys/time.h>
#include <thread>

namespace pfq::queue {
namespace {

using namespace std::chrono_literals;
using test::Bench;
using test::readable;
using testing::IsEmpty;

TEST(queue_sleep, nothing_to_read_is_unreadable) {
    Bench bench;
    EXPECT_FALSE(readable(bench.reader->fd()));
    EXPECT_THAT(bench.reader->read(), IsEmpty());
    EXPECT_FALSE(readable(bench.reader->fd()));
}

TEST(queue_sleep, a_ring_is_armed_by_the_read_that_finds_nothing) {
    Bench bench;
    auto& queue = bench.add(4096);
    EXPECT_TRUE(readable(bench.reader->fd())); // nobody has looked yet
    EXPECT_EQ(queue.memory.control().armed, 0U);
    EXPECT_THAT(bench.reader->read(), IsEmpty());
    EXPECT_EQ(queue.memory.control().armed, 1U);
    EXPECT_FALSE(readable(bench.reader->fd()));
    ASSERT_TRUE(queue.offer(1, 64));
    EXPECT_EQ(queue.memory.control().armed, 0U);
    EXPECT_TRUE(readable(bench.reader->fd()));
}

TEST(queue_sleep, a_new_ring_is_heard_of) {
    Bench bench;
    EXPECT_THAT(bench.reader->read(), IsEmpty());
    test::Queue queue(4096, *bench.bell);
    ASSERT_TRUE(queue.offer(1, 64));
    EXPECT_FALSE(readable(bench.reader->fd()));
    bench.reader->add_ring(queue.memory.ring());
    EXPECT_TRUE(readable(bench.reader->fd()));
    EXPECT_EQ(bench.reader->read().size(), 1U);
    bench.reader.reset();
}

TEST(queue_sleep, stays_readable_while_reads_return_something) {
    Bench bench({.batch = 2});
    auto& queue = bench.add(4096);
    EXPECT_THAT(bench.reader->read(), IsEmpty());
    for (unsigned i = 0; i < 6; ++i)
        ASSERT_TRUE(queue.offer(i, 64));
    for (unsigned i = 0; i < 3; ++i) {
        EXPECT_TRUE(readable(bench.reader->fd()));
        EXPECT_EQ(bench.reader->read().size(), 2U);
    }
    EXPECT_THAT(bench.reader->read(), IsEmpty());
    EXPECT_FALSE(readable(bench.reader->fd()));
}

/// A bell that a packet overtakes: it is published after the rings were seen empty and before they are armed.
class LateBell final : public Bell {
public:
    explicit LateBell(std::unique_ptr<EventBell> bell) : bell_(std::move(bell)) {}
    [[nodiscard]] int fd() const override { return bell_->fd(); }
    void drain() override {
        bell_->drain();
        if (between)
            std::exchange(between, {})();
    }
    std::function<void()> between;

private:
    std::unique_ptr<EventBell> bell_;
};

TEST(queue_sleep, what_comes_between_the_look_and_the_arming_is_found_and_leaves_it_readable) {
    auto event_bell = EventBell::create().value();
    test::Queue queue(4096, *event_bell);
    auto late_bell = std::make_unique<LateBell>(std::move(event_bell));
    LateBell* bell = late_bell.get();
    auto reader = QueueReader::create(std::move(late_bell), {.batch = 2}).value();
    reader->add_ring(queue.memory.ring());
    EXPECT_THAT(reader->read(), IsEmpty());
    queue.memory.control().armed = 0; // as when a wake() came first
    bell->between = [&] {
        for (unsigned i = 0; i < 3; ++i)
            ASSERT_TRUE(queue.offer(i, 64));
    };
    EXPECT_EQ(reader->read().size(), 2U);
    EXPECT_TRUE(readable(reader->fd()));
    EXPECT_EQ(reader->read().size(), 1U);
    EXPECT_THAT(reader->read(), IsEmpty());
    EXPECT_FALSE(readable(reader->fd()));
}

TEST(queue_sleep, wait_returns_what_there_is_or_nothing_in_time) {
    Bench bench;
    auto& queue = bench.add(4096);
    EXPECT_THAT(bench.reader->wait(0ns), IsEmpty());
    EXPECT_THAT(bench.reader->wait(1ms), IsEmpty());
    ASSERT_TRUE(queue.offer(1, 64));
    EXPECT_EQ(bench.reader->wait(0ns).size(), 1U);
    ASSERT_TRUE(queue.offer(2, 64));
    EXPECT_EQ(bench.reader->wait(-1ns).size(), 1U);
}

TEST(queue_sleep, a_packet_ends_a_wait) {
    Bench bench;
    auto& queue = bench.add(4096);
    const std::jthread producer([&] {
        while (std::atomic_ref(queue.memory.control().armed).load() == 0)
            std::this_thread::yield();
        EXPECT_TRUE(queue.offer(1, 64));
    });
    EXPECT_EQ(bench.reader->wait(-1ns).size(), 1U);
}

TEST(queue_sleep, wake_ends_the_present_wait_or_else_the_next_one) {
    Bench bench;
    bench.add(4096);
    {
        const std::jthread waker([&] { bench.reader->wake(); });
        EXPECT_THAT(bench.reader->wait(-1ns), IsEmpty());
    }
    bench.reader->wake();
    EXPECT_TRUE(readable(bench.reader->fd()));
    EXPECT_THAT(bench.reader->read(), IsEmpty()); // takes the readiness, but not the message
    EXPECT_FALSE(readable(bench.reader->fd()));
    EXPECT_THAT(bench.reader->wait(-1ns), IsEmpty());
    EXPECT_FALSE(bench.reader->take_wake());
}

/// A signal, or one again and again, while it lives.
class Alarm {
public:
    Alarm(std::chrono::microseconds first, std::chrono::microseconds interval, void (*handler)(int)) {
        struct sigaction action{};
        action.sa_handler = handler;
        EXPECT_EQ(::sigaction(SIGALRM, &action, &before_), 0);
        const itimerval setting{{0, interval / 1us}, {0, first / 1us}};
        EXPECT_EQ(::setitimer(ITIMER_REAL, &setting, nullptr), 0);
    }
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;
    ~Alarm() {
        const itimerval none{};
        ::setitimer(ITIMER_REAL, &none, nullptr);
        ::sigaction(SIGALRM, &before_, nullptr);
    }

private:
    struct sigaction before_{};
};

TEST(queue_sleep, a_signal_ends_a_wait) {
    Bench bench;
    const Alarm alarm(1ms, 1ms, [](int) {});
    EXPECT_THAT(bench.reader->wait(-1ns), IsEmpty());
}

QueueReader* reader_to_wake = nullptr;

// It may come while the wait begins, naps or sleeps.
TEST(queue_sleep, a_signal_whose_handler_calls_wake_ends_one_wait_whenever_it_comes) {
    Bench bench;
    auto& queue = bench.add(4096);
    reader_to_wake = bench.reader.get();
    for (auto first = 20us; first < 2500us; first += 50us) {
        ASSERT_TRUE(queue.offer(1, 64));
        ASSERT_EQ(bench.reader->wait(-1ns).size(), 1U);
        const Alarm alarm(first, 0us, [](int) { reader_to_wake->wake(); });
        ASSERT_THAT(bench.reader->wait(20s), IsEmpty());
        ASSERT_THAT(bench.reader->read(), IsEmpty());
        ASSERT_FALSE(bench.reader->take_wake()) << "it ended by another cause";
    }
}

TEST(queue_sleep, a_wait_behind_records_ends_like_any_other) {
    Bench bench;
    auto& queue = bench.add(4096);
    const auto get_one = [&](std::uint32_t number) {
        ASSERT_TRUE(queue.offer(number, 64));
        ASSERT_THAT(test::numbers_of(bench.reader->wait(-1ns)), testing::ElementsAre(number));
    };
    get_one(1);
    EXPECT_THAT(bench.reader->wait(0ns), IsEmpty());
    get_one(2);
    EXPECT_THAT(bench.reader->wait(10us), IsEmpty());
    EXPECT_FALSE(readable(bench.reader->fd()));
    get_one(3);
    bench.reader->wake();
    EXPECT_THAT(bench.reader->wait(-1ns), IsEmpty());
    get_one(4);
    const std::jthread producer([&] { EXPECT_TRUE(queue.offer(5, 64)); });
    EXPECT_THAT(test::numbers_of(bench.reader->wait(-1ns)), testing::ElementsAre(5));
}

TEST(queue_sleep, with_the_real_clock_a_held_record_ends_a_wait) {
    auto bell = EventBell::create().value();
    test::Queue queue(4096, *bell), silent(4096, *bell);
    auto reader = QueueReader::create(std::move(bell), {.order = Order::time}).value();
    reader->add_ring(queue.memory.ring());
    reader->add_ring(silent.memory.ring());
    const auto clock = MonotonicTimer::create().value();
    for (std::uint32_t i = 0; i < 20; ++i) {
        const std::uint64_t time = clock->now();
        ASSERT_TRUE(queue.offer(i, 64, time));
        ASSERT_THAT(test::numbers_of(reader->wait(-1ns)), testing::ElementsAre(i));
        EXPECT_GT(clock->now(), time + max_hold);
    }
}

/// Whether a read would return something, by the rule and by nothing of the reader's.
class Oracle {
public:
    explicit Oracle(Order order) : order_(order) {}
    void add_ring() { rings_.emplace_back(); }
    void add(std::size_t ring, std::uint64_t time) { rings_[ring].times.push_back(time); }
    [[nodiscard]] bool something(std::uint64_t now) const {
        for (const Ring& ring : rings_)
            if (!ring.times.empty() && (order_ == Order::none || may_go(ring, now)))
                return true;
        return false;
    }
    void took(std::size_t ring) {
        rings_[ring].shown = std::max(rings_[ring].shown, rings_[ring].times.front());
        rings_[ring].times.erase(rings_[ring].times.begin());
    }

private:
    struct Ring {
        std::vector<std::uint64_t> times;
        std::uint64_t shown = 0;
    };
    [[nodiscard]] bool may_go(const Ring& ring, std::uint64_t now) const {
        const std::uint64_t time = ring.times.front();
        return now > time + max_hold || std::ranges::all_of(rings_, [&](const Ring& other) {
                   return &other == &ring || (other.times.empty() ? other.shown : other.times.front()) >= time;
               });
    }

    Order order_;
    std::vector<Ring> rings_;
};

/// A random schedule; after each of its steps the descriptor is as the oracle says.
class Schedule {
public:
    Schedule(Order order, std::uint64_t seed)
        : random_(seed), bench_({.order = order, .batch = 1 + random_.below(8)}), oracle_(order) {}

    void run() {
        for (unsigned step = 0; step < 250 && !testing::Test::HasFatalFailure(); ++step) {
            take_step();
            check(step);
        }
    }
    [[nodiscard]] unsigned spurious() const { return spurious_; }

private:
    void take_step() {
        const auto choice = random_.below(100);
        if (bench_.queues.empty() || (choice < 2 && bench_.queues.size() < 4)) {
            bench_.add(std::uint64_t{512} << random_.below(4));
            oracle_.add_ring();
        } else if (choice < 45) {
            const std::size_t ring = random_.below(bench_.queues.size());
            const std::uint64_t time = bench_.clock->now();
            if (bench_.queues[ring]->offer(ring, random_.below(300), time))
                oracle_.add(ring, time);
        } else if (choice < 60) {
            bench_.clock->advance(random_.below(random_.chance(30) ? 2 * max_hold : 1000));
        } else if (choice < 65) {
            bench_.reader->wake();
        } else {
            read();
        }
    }

    Batch read() {
        const Batch batch = bench_.reader->read();
        for (const pfq_record* record : batch)
            oracle_.took(test::number_of(*record));
        return batch;
    }

    void check(unsigned step) {
        const bool expected = oracle_.something(bench_.clock->now());
        const bool found = readable(bench_.reader->fd());
        ASSERT_TRUE(found || !expected) << "step " << step << ": records, but unreadable";
        if (random_.chance(50))
            return;
        ASSERT_EQ(!read().empty(), expected) << "step " << step;
        if (!expected) {
            spurious_ += found;
            ASSERT_FALSE(readable(bench_.reader->fd())) << "step " << step << ": readable after an empty read";
        }
    }

    pfq::test::Random random_;
    Bench bench_;
    Oracle oracle_;
    unsigned spurious_ = 0;
};

struct QueueSleep : testing::TestWithParam<Order> {};

TEST_P(QueueSleep, readable_if_and_only_if_a_read_returns_something) {
    unsigned spurious = 0;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        SCOPED_TRACE(seed);
        Schedule schedule(GetParam(), seed);
        schedule.run();
        ASSERT_FALSE(HasFatalFailure());
        spurious += schedule.spurious();
    }
    EXPECT_GT(spurious, 0U); // after the last batch, after wake(): the oracle has seen those too
}

INSTANTIATE_TEST_SUITE_P(orders, QueueSleep, testing::Values(Order::none, Order::time),
                         [](const auto& order) { return order.param == Order::none ? "none" : "time"; });

} // namespace
} // namespace pfq::queue
