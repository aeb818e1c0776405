// Programs, groups and sockets that change under traffic: nobody who stays loses or doubles a packet.
#include <atomic>
#include <thread>

#include "engine/live/counters.hpp"
#include "engine/live/socket.hpp"
#include "tests/unit/live/namespace.hpp"

namespace pfq::engine::live {
namespace {

using test::must;
using test::pipeline;

constexpr unsigned changes = 100;

class swap_live : public test::LiveTest {
protected:
    /// A socket that counts what it reads, until there has been nothing for a while after the end of traffic.
    struct Reader {
        std::uint64_t count = 0;
        std::jthread thread;
    };
    void read_all(Engine& engine, unsigned slot, Reader& reader) {
        reader.thread = std::jthread([this, &reader, &queue = engine.socket(slot).reader()] {
            while (true) {
                const bool last = sent_;
                const auto batch = queue.wait(std::chrono::milliseconds(last ? 1 : 20));
                reader.count += batch.size();
                if (batch.empty() && last && queue.still_queued() == 0)
                    return;
            }
        });
    }
    /// Sends as long as `change` is called; returns how many packets.
    std::uint64_t under_traffic(const std::function<void(unsigned)>& change) {
        std::atomic<bool> over = false;
        std::uint64_t packets = 0;
        const auto before = received();
        std::jthread sender([&] {
            while (!over) {
                send(64);
                packets += 64;
            }
        });
        for (unsigned i = 0; i < changes; ++i)
            change(i);
        over = true;
        sender.join();
        await_received(before + packets);
        return packets;
    }
    std::atomic<bool> sent_ = false;
};

TEST_F(swap_live, computations_are_replaced) {
    auto engine = must(Engine::open());
    auto transaction = must(engine->begin());
    const unsigned slot = must(transaction->add_socket({.name = "all"}));
    must(transaction->add_group({.number = 0, .pipeline = pipeline("udp"), .text = "udp"}));
    must(transaction->join(0, slot));
    must(transaction->bind(0, {.device = "in0"}));
    must(transaction->commit());
    transaction.reset();
    Reader reader;
    read_all(*engine, slot, reader);
    const std::uint64_t sent = under_traffic([&](unsigned i) {
        auto change = must(engine->begin());
        const std::string program = i % 2 == 0 ? "steer_flow" : "ip >-> udp >-> broadcast";
        must(change->set_program(0, pipeline(program), program));
        must(change->commit());
    });
    must(wait_for_programs(engine->socket(slot).description(), engine->maps()));
    sent_ = true;
    reader.thread.join();
    const State state = must(engine->state());
    const Snapshot counters = read_counters(state, engine->maps());
    EXPECT_EQ(counters.devices[0].counters.received, sent);
    EXPECT_EQ(counters.groups[0].counters.received, sent);
    EXPECT_EQ(counters.groups[0].counters.accepted, sent);
    EXPECT_EQ(counters.sockets[0].counters.offered, sent);
    EXPECT_EQ(reader.count + counters.sockets[0].counters.queue_full, sent);
}

TEST_F(swap_live, others_join_and_leave) {
    auto engine = must(Engine::open()), other = must(Engine::open());
    auto transaction = must(engine->begin());
    const unsigned slot = must(transaction->add_socket({.name = "stays"}));
    must(transaction->add_group({.number = 0, .pipeline = pipeline("udp"), .text = "udp"}));
    must(transaction->join(0, slot));
    must(transaction->bind(0, {.device = "in0"}));
    must(transaction->commit());
    transaction.reset();
    Reader reader;
    read_all(*engine, slot, reader);
    std::optional<unsigned> theirs;
    const std::uint64_t sent = under_traffic([&](unsigned) {
        auto change = must(other->begin());
        if (theirs) {
            change->remove_group(1);
            change->remove_socket(*theirs);
            theirs.reset();
        } else {
            theirs = must(change->add_socket({.name = "comes", .budget = 1U << 20}));
            must(change->add_group({.number = 1, .pipeline = pipeline("steer_flow"), .text = ""}));
            must(change->join(1, *theirs));
            must(change->bind(1, {.device = "in0"}));
        }
        must(change->commit());
    });
    must(wait_for_programs(engine->socket(slot).description(), engine->maps()));
    sent_ = true;
    reader.thread.join();
    const Snapshot counters = read_counters(must(engine->state()), engine->maps());
    EXPECT_EQ(counters.groups[0].counters.received, sent);
    EXPECT_EQ(counters.sockets[0].counters.offered, sent);
    EXPECT_EQ(reader.count + counters.sockets[0].counters.queue_full, sent);
}

} // namespace
} // namespace pfq::engine::live
