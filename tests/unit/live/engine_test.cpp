#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/live/counters.hpp"
#include "tests/unit/live/namespace.hpp"

namespace pfq::engine::live {
namespace {

using test::must;
using test::pipeline;
using testing::HasSubstr;

class engine_live : public test::LiveTest {
protected:
    /// A group with one socket at in0; returns the socket's slot.
    static unsigned listen(Engine& engine, unsigned number, const std::string& program, BindOptions options = {}) {
        options.device = "in0";
        auto transaction = must(engine.begin());
        const unsigned slot = must(transaction->add_socket({.name = "s", .budget = 1U << 20}));
        must(transaction->add_group({.number = number, .pipeline = pipeline(program), .text = program}));
        must(transaction->join(number, slot));
        must(transaction->bind(number, options));
        must(transaction->commit());
        return slot;
    }
    /// Reads until so many packets are there.
    static std::uint64_t read(Engine& engine, unsigned slot, std::uint64_t packets) {
        std::uint64_t count = 0;
        while (count < packets)
            count += engine.socket(slot).reader().wait(std::chrono::milliseconds(50)).size();
        return count;
    }
};

TEST_F(engine_live, delivers_to_a_socket) {
    auto engine = must(Engine::open());
    const unsigned slot = listen(*engine, 0, "udp");
    send(1000);
    EXPECT_EQ(read(*engine, slot, 1000), 1000U);
    const State state = must(engine->state());
    ASSERT_EQ(state.devices.size(), 1U);
    EXPECT_EQ(state.devices[0].mode, Mode::native) << state.devices[0].reason;
    const Snapshot counters = read_counters(state, engine->maps());
    EXPECT_EQ(counters.devices[0].counters.received, 1000U);
    EXPECT_EQ(counters.groups[0].counters.accepted, 1000U);
    EXPECT_EQ(counters.sockets[0].counters.queued, 1000U);
}

TEST_F(engine_live, two_members_share_a_device) {
    auto first = must(Engine::open()), second = must(Engine::open());
    const unsigned a = listen(*first, 0, "udp"), b = listen(*second, 1, "udp");
    EXPECT_NE(a, b);
    send(500);
    EXPECT_EQ(read(*first, a, 500), 500U);
    EXPECT_EQ(read(*second, b, 500), 500U);
    second.reset();
    send(500);
    EXPECT_EQ(read(*first, a, 500), 500U);
    EXPECT_EQ(must(first->state()).groups.size(), 1U);
}

TEST_F(engine_live, leaves_nothing_behind) {
    {
        auto engine = must(Engine::open());
        listen(*engine, 0, "udp");
    }
    auto engine = must(Engine::open());
    const State state = must(engine->state());
    EXPECT_TRUE(state.groups.empty());
    EXPECT_TRUE(state.sockets.empty());
    EXPECT_TRUE(state.devices.empty());
    EXPECT_EQ(state.members.size(), 1U);
}

TEST_F(engine_live, nothing_happens_without_commit) {
    auto engine = must(Engine::open());
    const unsigned slot = listen(*engine, 0, "udp");
    {
        auto transaction = must(engine->begin());
        must(transaction->add_socket({.name = "lost", .budget = 1U << 20}));
        must(transaction->add_group({.number = 1, .pipeline = pipeline("udp"), .text = "udp"}));
        transaction->remove_group(0);
    }
    EXPECT_EQ(must(engine->state()).sockets.size(), 1U);
    send(100);
    EXPECT_EQ(read(*engine, slot, 100), 100U);
}

TEST_F(engine_live, refuses_what_others_have) {
    auto first = must(Engine::open()), second = must(Engine::open());
    listen(*first, 0, "udp");
    auto transaction = must(second->begin());
    EXPECT_THAT(transaction->add_group({.number = 0, .pipeline = pipeline("udp"), .text = ""}).error().text,
                HasSubstr("group 0 is in use by process"));
    EXPECT_THAT(transaction->join(0, 0, Policy::shared).error().text, HasSubstr("group 0 is private"));
    must(transaction->add_group({.number = 1, .pipeline = pipeline("udp"), .text = ""}));
    BindOptions options{.device = "in0", .ownership = Ownership::own};
    EXPECT_THAT(transaction->bind(1, options).error().text, HasSubstr("ownership observe, own was asked for"));
    options = {.device = "in0", .mode = Mode::tc};
    EXPECT_THAT(transaction->bind(1, options).error().text, HasSubstr("in mode native, tc was asked for"));
    options = {.device = "in0", .queue = 2};
    EXPECT_THAT(transaction->bind(1, options).error().text, HasSubstr("no queue 2"));
    options = {.device = "nothing0"};
    EXPECT_THAT(transaction->bind(1, options).error().text, HasSubstr("no device nothing0"));
}

TEST_F(engine_live, a_failed_change_leaves_all_as_it_was) {
    auto engine = must(Engine::open());
    const unsigned slot = listen(*engine, 0, "udp");
    {
        auto transaction = must(engine->begin());
        must(transaction->add_group({.number = 1, .pipeline = pipeline("forward \"nothing0\""), .text = ""}));
        must(transaction->bind(1, {.device = "in0"}));
        EXPECT_THAT(transaction->commit().error().text, HasSubstr("nothing0"));
    }
    EXPECT_EQ(must(engine->state()).groups.size(), 1U);
    send(100);
    EXPECT_EQ(read(*engine, slot, 100), 100U);
}

/// The share of a process that died goes to the others when one of them looks.
TEST_F(engine_live, repairs_what_the_dead_leave) {
    auto engine = must(Engine::open());
    const unsigned slot = listen(*engine, 0, "steer_flow");
    {
        auto transaction = must(engine->begin());
        transaction->state().group(0)->policy = Policy::shared;
        must(transaction->commit());
    }
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        auto other = must(Engine::open());
        auto transaction = must(other->begin());
        const unsigned theirs = must(transaction->add_socket({.name = "t", .budget = 1U << 20}));
        must(transaction->join(0, theirs, Policy::shared));
        must(transaction->commit());
        (void)!::write(ready[1], "x", 1);
        ::pause();
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    EXPECT_EQ(must(engine->state()).group(0)->sockets.size(), 2U);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ready[0]);
    ::close(ready[1]);
    must(engine->tend());
    EXPECT_EQ(must(engine->state()).group(0)->sockets, std::vector<unsigned>{slot});
    send(200);
    EXPECT_EQ(read(*engine, slot, 200), 200U);
}

} // namespace
} // namespace pfq::engine::live
