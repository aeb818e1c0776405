#include "tests/unit/engine/queue_support.hpp"

#include <array>
#include <gmock/gmock.h>
#include <numeric>

namespace pfq::queue {
namespace {

using test::Bench;
using test::numbers_of;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::uint32_t> range(std::uint32_t first, std::uint32_t count) {
    std::vector<std::uint32_t> numbers(count);
    std::iota(numbers.begin(), numbers.end(), first);
    return numbers;
}

TEST(queue_reader, without_rings_there_is_nothing) {
    Bench bench;
    EXPECT_THAT(bench.reader->read(), IsEmpty());
    EXPECT_EQ(bench.reader->still_queued(), 0U);
}

TEST(queue_reader, returns_whole_records_in_order_and_counts_them) {
    Bench bench;
    auto& queue = bench.add(64 << 10);
    const std::vector<std::size_t> sizes = {0, 1, 14, 15, 16, 17, 64, 1514, 9000};
    for (std::size_t i = 0; i < sizes.size(); ++i)
        ASSERT_TRUE(queue.offer(i, sizes[i]));
    const Batch batch = bench.reader->read();
    ASSERT_EQ(numbers_of(batch), range(0, 9));
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        EXPECT_TRUE(test::is_packet(*batch[i])) << i;
        EXPECT_EQ(bytes_of(*batch[i]).size(), sizes[i]);
    }
    EXPECT_EQ(bench.reader->packets(), 9U);
    EXPECT_THAT(bench.reader->read(), IsEmpty());
}

TEST(queue_reader, the_next_read_gives_a_batch_back_at_once) {
    Bench bench;
    auto& queue = bench.add(4096);
    for (unsigned i = 0; i < 4; ++i)
        ASSERT_TRUE(queue.offer(i, 64));
    ASSERT_EQ(bench.reader->read().size(), 4U);
    EXPECT_EQ(queue.memory.control().consumed, 0U);
    EXPECT_THAT(bench.reader->read(), IsEmpty());
    EXPECT_EQ(queue.memory.control().consumed, 4U * 96);
}

TEST(queue_reader, a_reader_that_goes_gives_its_batch_back) {
    Bench bench;
    auto& queue = bench.add(4096);
    ASSERT_TRUE(queue.offer(1, 64) && queue.offer(2, 64));
    ASSERT_EQ(bench.reader->read().size(), 2U);
    ASSERT_TRUE(queue.offer(3, 64));
    bench.reader.reset();
    EXPECT_EQ(queue.memory.control().consumed, 2U * 96);
}

TEST(queue_reader, goes_on_where_the_last_reader_of_a_ring_stopped) {
    Bench first;
    auto& queue = first.add(4096);
    ASSERT_TRUE(queue.offer(1, 64) && queue.offer(2, 200));
    ASSERT_EQ(first.reader->read().size(), 2U);
    ASSERT_TRUE(queue.offer(3, 64));
    first.reader.reset();
    Bench second;
    second.reader->add_ring(queue.memory.ring());
    EXPECT_THAT(numbers_of(second.reader->read()), ElementsAre(3));
}

TEST(queue_reader, wraps_around_with_records_of_all_sizes) {
    Bench bench;
    auto& queue = bench.add(4096);
    std::uint32_t next = 0;
    for (unsigned i = 0; i < 5000; ++i) {
        ASSERT_TRUE(queue.offer(i, i * 37 % 2000));
        for (const pfq_record* record : bench.reader->read()) {
            ASSERT_EQ(test::number_of(*record), next++);
            ASSERT_TRUE(test::is_packet(*record));
        }
    }
    EXPECT_EQ(next, 5000U);
    EXPECT_TRUE(queue.memory.unharmed());
}

TEST(queue_reader, empties_a_ring_that_is_exactly_full) {
    Bench bench;
    auto& queue = bench.add(1024);
    for (unsigned round = 0; round < 3; ++round) {
        for (unsigned i = 0; i < 8; ++i)
            ASSERT_TRUE(queue.offer(i, 96));
        ASSERT_FALSE(queue.offer(8, 0));
        EXPECT_EQ(numbers_of(bench.reader->read()), range(0, 4));
        EXPECT_EQ(numbers_of(bench.reader->read()), range(4, 4));
        EXPECT_THAT(bench.reader->read(), IsEmpty());
    }
}

TEST(queue_reader, half_of_a_ring_stays_with_the_producer) {
    Bench bench;
    auto& queue = bench.add(1024);
    for (unsigned i = 0; i < 8; ++i)
        ASSERT_TRUE(queue.offer(i, 96));
    ASSERT_EQ(bench.reader->read().size(), 4U);
    ASSERT_EQ(bench.reader->read().size(), 4U);
    for (unsigned i = 8; i < 12; ++i)
        EXPECT_TRUE(queue.offer(i, 96));
    EXPECT_EQ(numbers_of(bench.reader->read()), range(8, 4));
}

TEST(queue_reader, a_record_longer_than_half_the_ring_is_read) {
    Bench bench;
    auto& queue = bench.add(1024);
    ASSERT_TRUE(queue.offer(5, 1024 - 32));
    EXPECT_THAT(numbers_of(bench.reader->read()), ElementsAre(5));
}

TEST(queue_reader, a_batch_is_bounded) {
    Bench bench({.batch = 3});
    auto& queue = bench.add(64 << 10);
    for (unsigned i = 0; i < 7; ++i)
        ASSERT_TRUE(queue.offer(i, 64));
    EXPECT_EQ(numbers_of(bench.reader->read()), range(0, 3));
    EXPECT_EQ(bench.reader->still_queued(), 4U);
    EXPECT_EQ(numbers_of(bench.reader->read()), range(3, 3));
    EXPECT_EQ(numbers_of(bench.reader->read()), range(6, 1));
    EXPECT_THAT(bench.reader->read(), IsEmpty());
}

TEST(queue_reader, busy_rings_take_turns) {
    Bench bench({.batch = 2});
    for (unsigned ring = 0; ring < 3; ++ring) {
        auto& queue = bench.add(64 << 10);
        for (unsigned i = 0; i < 5; ++i)
            ASSERT_TRUE(queue.offer(ring * 10 + i, 64));
    }
    std::array<std::vector<std::uint32_t>, 8> reads;
    for (auto& numbers : reads)
        numbers = numbers_of(bench.reader->read());
    EXPECT_THAT(reads, ElementsAre(ElementsAre(0, 1), ElementsAre(10, 11), ElementsAre(20, 21), ElementsAre(2, 3),
                                   ElementsAre(12, 13), ElementsAre(22, 23), ElementsAre(4, 14), ElementsAre(24)));
}

TEST(queue_reader, rings_may_come_while_it_reads) {
    Bench bench;
    ASSERT_TRUE(bench.add(4096).offer(1, 64));
    EXPECT_THAT(numbers_of(bench.reader->read()), ElementsAre(1));
    ASSERT_TRUE(bench.add(4096).offer(2, 64));
    ASSERT_TRUE(bench.queues[0]->offer(3, 64));
    EXPECT_THAT(numbers_of(bench.reader->read()), testing::UnorderedElementsAre(2, 3));
}

// Of a header that lies: whatever is returned begins before what was produced, and the walk goes on behind it.
TEST(queue_reader, never_walks_beyond_what_was_produced) {
    Bench bench;
    auto& queue = bench.add(4096);
    ASSERT_TRUE(queue.offer(1, 64) && queue.offer(2, 64) && queue.offer(3, 64));
    reinterpret_cast<pfq_record*>(queue.view.at(96))->captured = 65535;
    EXPECT_THAT(numbers_of(bench.reader->read()), ElementsAre(1, 2));
    EXPECT_THAT(bench.reader->read(), IsEmpty());
    EXPECT_EQ(queue.memory.control().consumed, 3U * 96);
    ASSERT_TRUE(queue.offer(4, 64));
    EXPECT_THAT(numbers_of(bench.reader->read()), ElementsAre(4));
}

TEST(queue_reader, queued_is_read_and_still_queued) {
    Bench bench({.batch = 10});
    auto& one = bench.add(4096);
    auto& other = bench.add(4096);
    for (unsigned i = 0; i < 100; ++i) {
        (void)one.offer(i, i * 11 % 1000);
        (void)other.offer(i, i * 7 % 1000);
        if (i % 10 == 9)
            (void)bench.reader->read();
        ASSERT_EQ(one.state.queued + other.state.queued, bench.reader->packets() + bench.reader->still_queued());
        ASSERT_TRUE(test::lawful(one.state) && test::lawful(other.state));
    }
    EXPECT_GT(one.state.queue_full, 0U);
}

} // namespace
} // namespace pfq::queue
