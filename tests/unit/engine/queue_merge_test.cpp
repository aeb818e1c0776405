#include "tests/property/random.hpp"
#include "tests/unit/engine/queue_support.hpp"

#include <deque>
#include <gmock/gmock.h>

namespace pfq::queue {
namespace {

using test::Bench;
using test::numbers_of;
using testing::ElementsAre;
using testing::IsEmpty;

struct QueueMerge : testing::Test {
    Bench bench{{.order = Order::time}};
    std::uint64_t now = bench.clock->now();

    std::vector<std::uint32_t> read() { return numbers_of(bench.reader->read()); }
};

TEST_F(QueueMerge, one_ring_is_never_held_back) {
    auto& queue = bench.add(4096);
    ASSERT_TRUE(queue.offer(1, 64, now) && queue.offer(2, 64, now));
    EXPECT_THAT(read(), ElementsAre(1, 2));
    ASSERT_TRUE(queue.offer(3, 64, now + 500));
    EXPECT_THAT(read(), ElementsAre(3));
}

TEST_F(QueueMerge, an_older_record_may_come_until_each_ring_has_shown_one_as_new) {
    auto &one = bench.add(4096), &other = bench.add(4096);
    ASSERT_TRUE(one.offer(1, 64, now - 300));
    EXPECT_THAT(read(), IsEmpty());
    ASSERT_TRUE(other.offer(2, 64, now - 400));
    EXPECT_THAT(read(), ElementsAre(2)); // the other ring may still show 350
    ASSERT_TRUE(other.offer(3, 64, now - 300));
    EXPECT_THAT(read(), ElementsAre(1, 3)); // equal times: in the order of the rings
}

TEST_F(QueueMerge, what_a_ring_has_shown_counts_when_it_is_empty) {
    auto &one = bench.add(4096), &other = bench.add(4096);
    ASSERT_TRUE(one.offer(1, 64, now - 300) && other.offer(2, 64, now - 200));
    EXPECT_THAT(read(), ElementsAre(1));
    ASSERT_TRUE(one.offer(3, 64, now - 200));
    EXPECT_THAT(read(), ElementsAre(3, 2));
    ASSERT_TRUE(one.offer(4, 64, now - 200)); // not newer than what the other showed
    EXPECT_THAT(read(), ElementsAre(4));
    ASSERT_TRUE(one.offer(5, 64, now - 199));
    EXPECT_THAT(read(), IsEmpty());
}

TEST_F(QueueMerge, nothing_is_held_for_more_than_a_millisecond) {
    auto& one = bench.add(4096);
    bench.add(4096);
    ASSERT_TRUE(one.offer(1, 64, now) && one.offer(2, 64, now + 1));
    bench.clock->set(now + max_hold);
    EXPECT_THAT(read(), IsEmpty());
    EXPECT_FALSE(test::readable(bench.reader->fd()));
    bench.clock->set(now + max_hold + 1);
    EXPECT_TRUE(test::readable(bench.reader->fd()));
    EXPECT_THAT(read(), ElementsAre(1));
    EXPECT_THAT(read(), IsEmpty());
    EXPECT_FALSE(test::readable(bench.reader->fd()));
    bench.clock->set(now + max_hold + 2);
    EXPECT_TRUE(test::readable(bench.reader->fd()));
    EXPECT_THAT(read(), ElementsAre(2));
}

TEST_F(QueueMerge, a_time_in_the_future_is_of_another_clock_and_not_waited_for) {
    auto& one = bench.add(4096);
    bench.add(4096);
    ASSERT_TRUE(one.offer(1, 64, now + 3600'000'000'000));
    EXPECT_THAT(read(), ElementsAre(1));
}

TEST_F(QueueMerge, records_without_time_are_not_held_back) {
    auto& one = bench.add(4096);
    bench.add(4096);
    ASSERT_TRUE(one.offer(1, 64, 0));
    EXPECT_THAT(read(), ElementsAre(1));
}

TEST_F(QueueMerge, the_order_within_a_ring_stays_where_its_times_go_backwards) {
    auto &one = bench.add(4096), &other = bench.add(4096);
    ASSERT_TRUE(one.offer(1, 64, now - 100) && one.offer(2, 64, now - 900) && one.offer(3, 64, now - 50));
    ASSERT_TRUE(other.offer(4, 64, now - 500) && other.offer(5, 64, now - 50));
    EXPECT_THAT(read(), ElementsAre(4, 1, 2, 3, 5));
    ASSERT_TRUE(one.offer(6, 64, now - 700));
    EXPECT_THAT(read(), ElementsAre(6)); // the other has shown newer ones
}

TEST_F(QueueMerge, held_records_stay_in_the_ring) {
    auto& one = bench.add(4096);
    bench.add(4096);
    ASSERT_TRUE(one.offer(1, 64, now));
    EXPECT_THAT(read(), IsEmpty());
    EXPECT_EQ(bench.reader->still_queued(), 1U);
    EXPECT_EQ(one.memory.control().consumed, 0U);
}

TEST_F(QueueMerge, a_ring_behind_a_held_record_is_not_armed) {
    auto &one = bench.add(4096), &other = bench.add(4096);
    ASSERT_TRUE(one.offer(1, 64, now - 20));
    EXPECT_THAT(read(), IsEmpty());
    EXPECT_EQ(one.memory.control().armed, 0U);
    EXPECT_EQ(other.memory.control().armed, 1U);
    ASSERT_TRUE(one.offer(2, 64, now - 10));
    EXPECT_FALSE(test::readable(bench.reader->fd()));
    ASSERT_TRUE(other.offer(3, 64, now - 15));
    EXPECT_TRUE(test::readable(bench.reader->fd()));
    EXPECT_THAT(read(), ElementsAre(1, 3));
}

TEST_F(QueueMerge, half_of_each_ring_stays_with_its_producer) {
    auto &one = bench.add(1024), &other = bench.add(1024);
    for (unsigned i = 0; i < 8; ++i)
        ASSERT_TRUE(one.offer(i, 96, now - 100 + i));
    ASSERT_TRUE(other.offer(100, 96, now));
    EXPECT_THAT(read(), ElementsAre(0, 1, 2, 3));
    EXPECT_THAT(read(), ElementsAre(4, 5, 6, 7));
}

TEST(queue_merge, a_batch_is_bounded) {
    Bench bench({.order = Order::time, .batch = 3});
    auto &one = bench.add(4096), &other = bench.add(4096);
    for (std::uint64_t i = 0; i < 8; i += 2)
        ASSERT_TRUE(one.offer(i, 64, 100 + i) && other.offer(i + 1, 64, 101 + i));
    EXPECT_THAT(numbers_of(bench.reader->read()), ElementsAre(0, 1, 2));
    EXPECT_THAT(numbers_of(bench.reader->read()), ElementsAre(3, 4, 5));
    EXPECT_THAT(numbers_of(bench.reader->read()), ElementsAre(6, 7));
}

TEST(queue_merge, as_many_rings_as_there_may_be_processors) {
    Bench bench({.order = Order::time});
    constexpr unsigned rings = 256, rounds = 10;
    for (unsigned ring = 0; ring < rings; ++ring)
        bench.add(2048);
    for (unsigned i = 0; i < rings * rounds; ++i)
        ASSERT_TRUE(bench.queues[i * 101 % rings]->offer(i, 64, 1000 + i));
    std::uint32_t next = 0;
    while (next < rings * rounds) {
        const Batch batch = bench.reader->read();
        ASSERT_FALSE(batch.empty());
        for (const pfq_record* record : batch)
            ASSERT_EQ(test::number_of(*record), next++);
    }
}

/// The rule of the merge, word for word.
class Reference {
public:
    explicit Reference(std::size_t rings) : waiting_(rings), shown_(rings, 0) {}

    void add(std::size_t ring, std::uint64_t time, std::uint32_t number) { waiting_[ring].emplace_back(time, number); }

    std::vector<std::uint32_t> read(std::uint64_t now) {
        std::vector<std::uint32_t> numbers;
        while (true) {
            std::size_t first = waiting_.size();
            for (std::size_t ring = 0; ring < waiting_.size(); ++ring)
                if (!waiting_[ring].empty() &&
                    (first == waiting_.size() || waiting_[ring].front().first < waiting_[first].front().first))
                    first = ring;
            if (first == waiting_.size() || !may_go(first, now))
                return numbers;
            const auto [time, number] = waiting_[first].front();
            numbers.push_back(number);
            shown_[first] = std::max(shown_[first], time);
            waiting_[first].pop_front();
        }
    }

private:
    bool may_go(std::size_t first, std::uint64_t now) const {
        const std::uint64_t time = waiting_[first].front().first;
        if (now > time + max_hold)
            return true;
        for (std::size_t ring = 0; ring < waiting_.size(); ++ring)
            if (ring != first && waiting_[ring].empty() && shown_[ring] < time)
                return false;
        return true;
    }

    std::vector<std::deque<std::pair<std::uint64_t, std::uint32_t>>> waiting_;
    std::vector<std::uint64_t> shown_;
};

TEST(queue_merge, does_what_the_rule_says_whatever_comes) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        pfq::test::Random random(seed);
        Bench bench({.order = Order::time});
        const std::size_t rings = 1 + random.below(5);
        Reference reference(rings);
        for (std::size_t ring = 0; ring < rings; ++ring)
            bench.add(64 << 10); // half of it is more than is ever waiting
        for (std::uint32_t step = 0; step < 300; ++step) {
            const std::size_t ring = random.below(rings);
            const std::uint64_t now = bench.clock->now();
            // Mostly as clocks are, now and then backwards.
            const std::uint64_t time = now - random.below(random.chance(10) ? 2 * max_hold : 300);
            if (!random.chance(20)) {
                ASSERT_TRUE(bench.queues[ring]->offer(step, random.below(200), time));
                reference.add(ring, time, step);
            }
            bench.clock->advance(random.below(random.chance(5) ? 2 * max_hold : 300));
            if (random.chance(25)) {
                ASSERT_EQ(numbers_of(bench.reader->read()), reference.read(bench.clock->now()))
                    << "seed " << seed << " step " << step;
            }
        }
    }
}

} // namespace
} // namespace pfq::queue
