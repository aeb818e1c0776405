#include "tests/unit/engine/queue_support.hpp"

#include <gtest/gtest.h>

namespace pfq::queue {
namespace {

struct QueueProducer : testing::Test {
    std::unique_ptr<EventBell> bell = EventBell::create().value();
    test::Queue queue{1024, *bell};
    pfq_ring_state& state = queue.state;
    pfq_ring_control& control = queue.memory.control();

    bool rung() {
        const bool result = test::readable(bell->fd());
        bell->drain();
        return result;
    }
    ~QueueProducer() override {
        EXPECT_TRUE(test::lawful(state));
        EXPECT_TRUE(queue.memory.unharmed());
    }
};

TEST_F(QueueProducer, publishes_whole_records) {
    ASSERT_TRUE(queue.offer(7, 65, 123));
    EXPECT_EQ(control.produced, 32U + 80U);
    EXPECT_EQ(queue.view.record(0)->time, 123U);
    EXPECT_EQ(queue.view.record(0)->captured, 65U);
    EXPECT_TRUE(test::is_packet(*queue.view.record(0)));
}

TEST_F(QueueProducer, fills_the_ring_exactly) {
    for (unsigned i = 0; i < 8; ++i)
        EXPECT_TRUE(queue.offer(i, 96));
    EXPECT_EQ(state.produced, 1024U);
    EXPECT_FALSE(queue.offer(8, 0)); // a bare header is too much
    EXPECT_EQ(state.queue_full, 1U);
    control.consumed = 16; // half of what a header needs
    EXPECT_FALSE(queue.offer(9, 0));
    control.consumed = 32;
    EXPECT_TRUE(queue.offer(10, 0));
    EXPECT_EQ(state.queue_full, 2U);
    EXPECT_EQ(state.queued, 9U);
}

TEST_F(QueueProducer, a_record_that_is_longer_than_the_ring_never_fits) {
    EXPECT_FALSE(queue.offer(1, 1024));
    EXPECT_FALSE(queue.offer(2, 65535));
    EXPECT_EQ(state.queue_full, 2U);
}

TEST_F(QueueProducer, without_a_ring_everything_is_dropped_under_that_name) {
    Producer producer(state, nullptr, *bell);
    EXPECT_FALSE(producer.offer({}, {}));
    EXPECT_EQ(state.no_ring, 1U);
    EXPECT_EQ(state.offered, 1U);
}

TEST_F(QueueProducer, cuts_what_a_record_cannot_hold) {
    test::Queue large(128 << 10, *bell);
    ASSERT_TRUE(large.offer(3, 70000));
    const pfq_record& record = *large.view.record(0);
    EXPECT_EQ(record.captured, 65535U);
    EXPECT_EQ(record.length, 70000U);
    EXPECT_EQ(record.flags, PFQ_RECORD_TRUNCATED);
    EXPECT_TRUE(test::is_packet(record));
}

TEST_F(QueueProducer, truncation_is_told_by_the_lengths) {
    const std::uint8_t bytes[4] = {};
    pfq_record header{};
    header.length = 4;
    header.flags = PFQ_RECORD_TRUNCATED | PFQ_RECORD_OUT;
    ASSERT_TRUE(queue.producer.offer(header, bytes));
    EXPECT_EQ(queue.view.record(0)->flags, PFQ_RECORD_OUT);
}

TEST_F(QueueProducer, rings_once_for_each_arming) {
    EXPECT_TRUE(queue.offer(1, 64));
    EXPECT_FALSE(rung());
    control.armed = 1;
    EXPECT_TRUE(queue.offer(2, 64));
    EXPECT_EQ(control.armed, 0U);
    EXPECT_TRUE(rung());
    EXPECT_TRUE(queue.offer(3, 64));
    EXPECT_FALSE(rung());
}

TEST_F(QueueProducer, a_drop_does_not_ring) {
    control.armed = 1;
    EXPECT_FALSE(queue.offer(1, 2000));
    EXPECT_FALSE(rung());
    EXPECT_EQ(control.armed, 1U);
}

TEST_F(QueueProducer, a_claim_beyond_what_was_produced_stops_the_queue_until_it_is_taken_back) {
    for (unsigned i = 0; i < 8; ++i)
        ASSERT_TRUE(queue.offer(i, 96));
    for (const std::uint64_t claim : {std::uint64_t{1025}, std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
        control.consumed = claim;
        EXPECT_FALSE(queue.offer(8, 14)) << claim;
    }
    EXPECT_EQ(state.bad_claim, 3U);
    EXPECT_EQ(state.consumed, 0U);
    control.consumed = 1024;
    EXPECT_TRUE(queue.offer(9, 14));
}

TEST_F(QueueProducer, a_claim_that_goes_backwards_is_bad) {
    for (unsigned i = 0; i < 8; ++i)
        ASSERT_TRUE(queue.offer(i, 96));
    control.consumed = 256;
    ASSERT_TRUE(queue.offer(8, 96)); // looks at the claim, and has room for one more without a look
    ASSERT_TRUE(queue.offer(9, 96));
    control.consumed = 255;
    EXPECT_FALSE(queue.offer(10, 96));
    EXPECT_EQ(state.bad_claim, 1U);
}

TEST_F(QueueProducer, what_a_reader_writes_elsewhere_does_not_matter) {
    ASSERT_TRUE(queue.offer(1, 96));
    control.produced = 12345;
    ASSERT_TRUE(queue.offer(2, 96));
    EXPECT_EQ(control.produced, 256U);
    EXPECT_TRUE(test::is_packet(*queue.view.record(128)));
}

} // namespace
} // namespace pfq::queue
