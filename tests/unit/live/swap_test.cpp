// Programs, groups and sockets that change under traffic: nobody who stays loses or doubles a packet.
#include "engine/live/counters.hpp"
#include "engine/live/socket.hpp"
#include "tests/unit/live/traffic.hpp"

namespace pfq::engine::live {
namespace {

using test::Consumer;
using test::must;
using test::pipeline;

#ifdef __SANITIZE_ADDRESS__ // a sample, for memory errors
constexpr unsigned swaps = 50, guests = 10;
#else
constexpr unsigned swaps = 1000, guests = 50;
#endif

class swap_live : public test::TrafficTest {
protected:
    /// Group 0 with one socket at in0; returns the socket's slot.
    static unsigned listen(Engine& engine, const std::string& program) {
        auto transaction = must(engine.begin());
        const unsigned slot = must(transaction->add_socket({.name = "stays"}));
        must(transaction->add_group({.number = 0, .pipeline = pipeline(program), .text = program}));
        must(transaction->join(0, slot));
        must(transaction->bind(0, {.device = "in0"}));
        must(transaction->commit());
        return slot;
    }
    static std::uint64_t queue_full(const Engine& engine, unsigned slot) {
        const Snapshot counters = read_counters(must(engine.state()), engine.maps());
        const auto socket = std::ranges::find(counters.sockets, slot, &Snapshot::Socket::id);
        EXPECT_EQ(dropped(Scope::socket, socket->counters), socket->counters.queue_full);
        return socket->counters.queue_full;
    }
    /// All packets that were sent were processed by the group, and arrived once, but for those that had no room.
    static void check(Engine& engine, std::uint64_t sent, std::uint64_t lost, std::vector<std::uint32_t> numbers) {
        const Snapshot counters = read_counters(must(engine.state()), engine.maps());
        EXPECT_EQ(counters.devices[0].counters.received, sent);
        EXPECT_EQ(counters.groups[0].counters.received, sent);
        EXPECT_EQ(counters.groups[0].counters.accepted, sent);
        EXPECT_EQ(counters.groups[0].counters.offered, sent);
        EXPECT_EQ(numbers.size() + lost, sent);
        std::ranges::sort(numbers);
        EXPECT_TRUE(std::ranges::adjacent_find(numbers) == numbers.end()) << "a packet arrived twice";
    }
    /// What a group has beside its socket that stays.
    void check_one(Engine& engine, unsigned slot, std::uint64_t sent, Consumer& consumer) {
        must(wait_for_programs(engine.socket(slot).description(), engine.maps()));
        consumer.finish();
        check(engine, sent, queue_full(engine, slot), consumer.numbers());
        EXPECT_EQ(consumer.out_of_order(), 0U);
        EXPECT_EQ(consumer.damaged(), 0U);
    }
};

TEST_F(swap_live, computations_are_replaced) {
    auto engine = must(Engine::open());
    const unsigned slot = listen(*engine, "udp");
    Consumer consumer(engine->socket(slot).reader());
    std::uint32_t before = must(engine->state()).devices[0].program;
    const std::uint64_t sent = under_traffic([&] {
        for (unsigned i = 0; i < swaps; ++i) {
            const std::string program = i % 2 == 0 ? "steer_flow" : "ip >-> udp >-> broadcast";
            auto change = must(engine->begin());
            must(change->set_program(0, pipeline(program), program));
            must(change->commit());
            ASSERT_NE(std::exchange(before, change->state().devices[0].program), change->state().devices[0].program);
        }
    });
    check_one(*engine, slot, sent, consumer);
}

TEST_F(swap_live, others_join_and_leave) {
    auto engine = must(Engine::open()), other = must(Engine::open());
    const unsigned slot = listen(*engine, "udp");
    Consumer consumer(engine->socket(slot).reader());
    const std::uint64_t sent = under_traffic([&] {
        for (unsigned i = 0; i < guests; ++i) {
            auto change = must(other->begin());
            const unsigned theirs = must(change->add_socket({.name = "comes", .budget = 1U << 20}));
            must(change->add_group({.number = 1, .pipeline = pipeline("steer_flow"), .text = ""}));
            must(change->join(1, theirs));
            must(change->bind(1, {.device = "in0"}));
            must(change->commit());
            change.reset();
            change = must(other->begin());
            change->remove_group(1);
            change->remove_socket(theirs);
            must(change->commit());
        }
    });
    check_one(*engine, slot, sent, consumer);
}

/// In the same group: flows move to a socket that comes, and back. Each socket gets those of a flow in order.
TEST_F(swap_live, sockets_join_and_leave_a_group) {
    auto engine = must(Engine::open());
    const unsigned slot = listen(*engine, "steer_flow");
    Consumer stays(engine->socket(slot).reader());
    std::vector<std::uint32_t> numbers;
    std::uint64_t lost = 0;
    const std::uint64_t sent = under_traffic([&] {
        for (unsigned i = 0; i < 2 * guests; ++i) {
            auto change = must(engine->begin());
            const unsigned guest = must(change->add_socket({.name = "guest", .weight = 1 + i % 3, .budget = 1U << 23}));
            must(change->join(0, guest));
            must(change->commit());
            change.reset();
            Consumer consumer(engine->socket(guest).reader());
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
            change = must(engine->begin());
            change->leave(0, guest);
            must(change->commit());
            change.reset();
            must(wait_for_programs(engine->socket(guest).description(), engine->maps()));
            consumer.finish();
            EXPECT_FALSE(consumer.numbers().empty());
            EXPECT_EQ(consumer.out_of_order(), 0U);
            EXPECT_EQ(consumer.damaged(), 0U);
            numbers.insert(numbers.end(), consumer.numbers().begin(), consumer.numbers().end());
            lost += queue_full(*engine, guest);
            change = must(engine->begin());
            change->remove_socket(guest);
            must(change->commit());
        }
    });
    must(wait_for_programs(engine->socket(slot).description(), engine->maps()));
    stays.finish();
    EXPECT_EQ(stays.out_of_order(), 0U);
    EXPECT_GT(numbers.size(), 0U);
    numbers.insert(numbers.end(), stays.numbers().begin(), stays.numbers().end());
    check(*engine, sent, lost + queue_full(*engine, slot), numbers);
}

} // namespace
} // namespace pfq::engine::live
