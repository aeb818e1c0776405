// Producers and a reader in threads of their own. The reader sleeps on its descriptor only, and each producer ends with
// a packet that has to arrive: a wake-up that gets lost is a reader that never sees it.
#include "tests/property/random.hpp"
#include "tests/unit/engine/queue_support.hpp"

#include <gtest/gtest.h>
#include <thread>

namespace pfq::queue {
namespace {

using pfq::test::Random;
using test::Bench;

constexpr std::uint32_t last_packet = ~0U;

/// Of all kinds: small ones, frames, and the longest there are.
std::size_t random_size(Random& random, std::size_t largest) {
    const std::size_t bound = random.chance(60) ? 128 : random.chance(80) ? 1514 : PFQ_RECORD_LIMIT;
    return std::min(14 + random.below(bound - 13), largest);
}

/// Lets some time pass, from none to some microseconds; now and then gives the processor away.
void dawdle(Random& random) {
    if (random.chance(2))
        std::this_thread::yield();
    for (std::uint64_t i = random.below(random.chance(50) ? 20 : 2000); i-- > 0;)
        std::atomic_signal_fence(std::memory_order_seq_cst);
}

struct Load {
    ReaderOptions options;
    std::vector<std::uint64_t> rings; ///< sizes
    std::uint32_t packets;            ///< offered to each
    bool polls_always = false;        ///< the reader asks the descriptor before each read, not only after an empty one
    bool wakes = false;               ///< somebody else wakes it again and again
};

/// One run of a load.
class Stress {
public:
    explicit Stress(const Load& load) : load_(load), bench_(load.options), next_(load.rings.size(), 0) {}

    void run() {
        for (const std::uint64_t size : load_.rings)
            start_producer(size);
        const std::jthread waker([this](const std::stop_token& stop) {
            while (load_.wakes && !stop.stop_requested()) {
                bench_.reader->wake();
                std::this_thread::yield();
            }
        });
        // When all but the last packets are queued, those that are held back wait for nothing but the clock.
        const std::jthread flusher([this] {
            while (!reader_done_) {
                if (all_offered_ == load_.rings.size())
                    bench_.clock->advance(2 * max_hold);
                std::this_thread::yield();
            }
        });
        read();
        producers_.clear();
        check_law();
    }

private:
    void start_producer(std::uint64_t size) {
        const auto ring = static_cast<std::uint32_t>(bench_.queues.size());
        test::Queue& queue = bench_.add(size);
        producers_.emplace_back([this, &queue, ring, size] {
            Random random(ring);
            for (std::uint32_t number = 0; number < load_.packets; ++number) {
                // The ring's number is in the packet's, for the reader.
                (void)queue.offer(number << 4 | ring, random_size(random, size - sizeof(pfq_record)),
                                  bench_.clock->tick());
                dawdle(random);
            }
            ++all_offered_;
            while (!reader_done_ && !queue.offer(last_packet << 4 | ring, 64, bench_.clock->tick()))
                std::this_thread::yield();
        });
    }

    void read() {
        std::size_t running = load_.rings.size();
        while (running != 0) {
            if (load_.polls_always)
                sleep();
            const Batch batch = bench_.reader->read();
            if (batch.empty())
                sleep();
            for (const pfq_record* record : batch)
                running -= check(*record);
            if (testing::Test::HasFatalFailure())
                break;
        }
        reader_done_ = true;
    }

    void sleep() { ASSERT_TRUE(test::readable(bench_.reader->fd(), test::surely)) << "a wake-up was lost"; }

    /// Whether it was the ring's last one.
    bool check(const pfq_record& record) {
        const std::uint32_t ring = test::number_of(record) & 15, number = test::number_of(record) >> 4;
        EXPECT_TRUE(test::is_packet(record));
        EXPECT_GE(number, next_[ring]) << "ring " << ring;
        next_[ring] = number + 1;
        ++read_;
        if (load_.options.order == Order::time && number != last_packet >> 4) { // those run with the clock, see run()
            EXPECT_GT(record.time, time_);
            time_ = record.time;
        }
        return number == last_packet >> 4;
    }

    void check_law() {
        std::uint64_t queued = 0;
        for (const auto& queue : bench_.queues) {
            EXPECT_TRUE(test::lawful(queue->state));
            EXPECT_GE(queue->state.offered, load_.packets + 1);
            EXPECT_EQ(queue->state.bad_claim, 0U);
            EXPECT_TRUE(queue->memory.unharmed());
            queued += queue->state.queued;
        }
        EXPECT_EQ(bench_.reader->packets(), read_);
        EXPECT_EQ(queued, read_);
        EXPECT_EQ(bench_.reader->still_queued(), 0U);
    }

    const Load load_;
    Bench bench_;
    std::vector<std::uint32_t> next_; ///< by ring: number that the next packet has at least
    std::uint64_t read_ = 0, time_ = 0;
    std::atomic<std::uint32_t> all_offered_ = 0;
    std::atomic<bool> reader_done_ = false;
    std::vector<std::jthread> producers_;
};

TEST(queue_stress, records_of_all_sizes_arrive_whole_and_in_order) {
    Stress({.options = {}, .rings = {PFQ_RING_SIZE(0)}, .packets = 30'000}).run();
}

TEST(queue_stress, a_tiny_ring_wraps_and_is_full_all_the_time) {
    Stress({.options = {.batch = 3}, .rings = {4096}, .packets = 60'000}).run();
}

TEST(queue_stress, an_application_may_poll_before_each_read) {
    Stress({.options = {.batch = 5}, .rings = {4096, PFQ_RING_SIZE(0)}, .packets = 20'000, .polls_always = true}).run();
}

TEST(queue_stress, others_may_wake_it_at_any_time) {
    Stress({.options = {}, .rings = {8192, 4096}, .packets = 20'000, .wakes = true}).run();
}

TEST(queue_stress, a_merge_of_several_rings_is_in_order) {
    Stress({.options = {.order = Order::time}, .rings = {PFQ_RING_SIZE(0), 16384, PFQ_RING_SIZE(0)}, .packets = 15'000})
        .run();
    Stress({.options = {.order = Order::time, .batch = 7},
            .rings = {4096, 4096, 4096, 4096},
            .packets = 10'000,
            .polls_always = true,
            .wakes = true})
        .run();
}

// Each packet is offered when the reader has just read the last one, while it looks, arms, looks again and goes to
// sleep.
TEST(queue_stress, a_packet_is_heard_at_every_moment_of_going_to_sleep) {
    Bench bench;
    test::Queue& queue = bench.add(4096);
    constexpr std::uint32_t packets = 50'000;
    std::atomic<bool> given_up = false;
    const std::jthread producer([&] {
        Random random(1);
        for (std::uint32_t number = 0; number < packets; ++number) {
            for (unsigned spins = 0; queue.view.consumed() != queue.state.produced && !given_up; ++spins)
                if (spins % 256 == 255)
                    std::this_thread::yield();
            dawdle(random);
            EXPECT_TRUE(queue.offer(number, 64) || given_up);
        }
    });
    for (std::uint32_t next = 0; next < packets && !given_up;) {
        const Batch batch = bench.reader->read();
        if (batch.empty() && !test::readable(bench.reader->fd(), test::surely)) {
            ADD_FAILURE() << "a wake-up was lost";
            given_up = true;
        }
        for (const pfq_record* record : batch)
            EXPECT_EQ(test::number_of(*record), next++);
    }
}

/// Two threads that start each of many trials together: the other one does its part while run() does the first one.
class Trials {
public:
    explicit Trials(std::function<void()> other) : other_(std::move(other)) {}
    ~Trials() {
        ended_ = true;
        ++started_;
    }
    void run(const std::function<void()>& first) {
        const std::uint32_t trial = ++started_;
        first();
        wait_for(finished_, trial);
    }

private:
    /// Spins, for both to start within nanoseconds; now and then somebody else may need the processor.
    static void wait_for(const std::atomic<std::uint32_t>& number, std::uint32_t least) {
        for (unsigned spins = 1; number < least; ++spins)
            if (spins % 4096 == 0)
                std::this_thread::yield();
    }
    void run_other() {
        for (std::uint32_t trial = 1;; ++trial) {
            wait_for(started_, trial);
            if (ended_)
                return;
            other_();
            finished_ = trial;
        }
    }

    std::function<void()> other_;
    std::atomic<std::uint32_t> started_ = 0, finished_ = 0;
    std::atomic<bool> ended_ = false;
    std::jthread thread_{[this] { run_other(); }};
};

/// A bell without system calls: what happens between its being drained and the look at the rings takes nanoseconds.
class FlagBell final : public Bell {
public:
    [[nodiscard]] int fd() const override { return silent_->fd(); }
    void drain() override { rung = false; }
    std::atomic<bool> rung = false;

private:
    std::unique_ptr<EventBell> silent_ = EventBell::create().value();
};

/// Queues a header, and rings.
void offer_header(pfq_ring_state& state, const Ring& ring, FlagBell& bell) {
    const pfq_u32 space = pfq_record_space(0);
    ASSERT_TRUE(pfq_ring_admit(&state, ring.control(), ring.size(), space));
    new (ring.at(state.produced)) pfq_record{};
    if (pfq_ring_publish(&state, ring.control(), space))
        bell.rung = true;
}

TEST(queue_stress, either_the_reader_finds_a_packet_or_the_bell_rings) {
    const test::GuardedRing memory(4096);
    const Ring ring = memory.ring();
    auto own_bell = std::make_unique<FlagBell>();
    FlagBell& bell = *own_bell;
    const auto reader = QueueReader::create(std::move(own_bell)).value();
    reader->add_ring(memory.ring());
    pfq_ring_state state{};
    Random random(3);
    bool offers = false;
    Trials trials([&] {
        if (!offers) { // the producer has cleared it: the reader's store has to fetch the cache line, which takes long
            std::atomic_ref(memory.control().armed).store(0);
            return;
        }
        for (std::uint64_t i = random.below(80); i-- > 0;)
            std::atomic_signal_fence(std::memory_order_seq_cst);
        offer_header(state, ring, bell);
    });
    for (unsigned trial = 0; trial < 200'000; ++trial) {
        offers = false;
        trials.run([] {});
        offers = true;
        bool found = false;
        trials.run([&] { found = !reader->read().empty(); });
        ASSERT_TRUE(found || bell.rung) << "trial " << trial;
        while (!reader->read().empty())
            ;
    }
    EXPECT_EQ(reader->packets(), state.queued);
}

TEST(queue_stress, an_event_that_is_raised_while_it_is_cleared_does_not_stay_for_ever) {
    Event event = Event::create().value();
    Trials trials([&] { event.raise(); });
    for (unsigned trial = 0; trial < 50'000; ++trial) {
        trials.run([&] {
            for (unsigned i = 0; i < 2000; ++i)
                event.clear();
        });
        event.clear();
        ASSERT_FALSE(test::readable(event.fd())) << "trial " << trial;
    }
}

/// A reader that writes to the control page whatever it likes, at times what is right.
void write_garbage(const std::stop_token& stop, pfq_ring_control& control, std::uint64_t seed) {
    Random random(seed);
    const std::atomic_ref produced(control.produced), consumed(control.consumed);
    const std::atomic_ref armed(control.armed);
    while (!stop.stop_requested()) {
        const std::uint64_t index = produced.load();
        switch (random.below(8)) {
        case 0:
            produced.store(random.next());
            break;
        case 1:
            armed.store(static_cast<std::uint32_t>(random.next()));
            break;
        case 2:
            consumed.store(random.next());
            break;
        case 3:
            consumed.store(index - 4096 + random.below(8192));
            break;
        default:
            consumed.store(index);
            break;
        }
        for (unsigned i = random.chance(1) ? 200 : 1; i-- > 0;) // now and then long enough for the ring to be full
            dawdle(random);
    }
}

TEST(queue_stress, a_hostile_reader_harms_only_itself) {
    for (const std::uint64_t size : {std::uint64_t{64}, std::uint64_t{4096}, std::uint64_t{PFQ_RING_SIZE(0)}}) {
        const auto bell = EventBell::create().value();
        test::Queue queue(size, *bell);
        const std::jthread reader(
            [&](const std::stop_token& stop) { write_garbage(stop, queue.memory.control(), size); });
        Random random(size);
        constexpr std::uint32_t packets = 40'000, enough = 100 * packets;
        const auto seen_both = [&] { return queue.state.bad_claim != 0 && queue.state.queued != 0; };
        for (std::uint32_t number = 0; number < packets || (!seen_both() && number < enough); ++number) {
            const std::uint64_t before = queue.state.produced;
            const std::size_t bytes = random_size(random, size <= 4096 ? size : PFQ_RECORD_LIMIT);
            const bool queued = queue.offer(number, bytes);
            ASSERT_EQ(queue.state.produced - before, queued ? pfq_record_space(static_cast<pfq_u32>(bytes)) : 0);
            ASSERT_LE(queue.state.produced - queue.state.consumed, size);
            if (queued) {
                ASSERT_TRUE(test::is_packet(*queue.view.record(before)));
            }
        }
        EXPECT_TRUE(seen_both()) << size;
        EXPECT_TRUE(test::lawful(queue.state));
        EXPECT_TRUE(queue.memory.unharmed());
    }
}

} // namespace
} // namespace pfq::queue
