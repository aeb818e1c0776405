// Every statement of the reference evaluator.
#include "lang/reference/evaluate.hpp"
#include "tests/support/make_pipeline.hpp"
#include "tests/support/test_packet.hpp"
#include <gtest/gtest.h>

namespace pfq::lang::reference {
namespace {

using test::branch;
using test::MakePipeline;
using test::statement;
using test::statement_of;
using Kind = Stmt::Kind;

class ReferenceStatements : public testing::Test {
protected:
    Verdict run(Block body) {
        make.pipeline.body = std::move(body);
        EXPECT_EQ(check(make.pipeline), "");
        environment.counters = &counters;
        return evaluate(make.pipeline, to_input(packet), environment);
    }

    Stmt steer(NodeId key) { return statement(Kind::steer, static_cast<unsigned>(Fanout::steer), key); }
    Stmt drop() { return statement(Kind::drop); }
    Stmt count(unsigned counter) { return statement_of(Kind::count, counter, 1); }
    Stmt snap(unsigned slot, Input which) { return statement_of(Kind::snap, slot, static_cast<unsigned>(which)); }
    NodeId slot(unsigned number) { return make.add({.op = Op::slot, .imm = number}); }

    MakePipeline make;
    test::TestPacket packet = test::parse_packet("eth / ip / tcp | device=5 mark=9");
    Environment environment;
    std::array<std::uint64_t, max_counters> counters{};
};

TEST_F(ReferenceStatements, NothingCopiesToTheDefaultClass) {
    EXPECT_EQ(run({}), (Verdict{.fanout = Fanout::copy, .class_mask = class_default, .mark = 9}));
}

TEST_F(ReferenceStatements, DropEndsTheProgramAndKeepsSideEffects) {
    make.pipeline.devices = {"a"};
    const NodeId seven = make.word(7);
    const Verdict verdict = run({statement(Kind::kernel), statement(Kind::set_mark, 0, seven),
                                 statement(Kind::set_state, 0, seven), statement(Kind::slice, 0, seven),
                                 statement_of(Kind::forward, 0), steer(seven), count(0), drop(), count(1)});
    EXPECT_EQ(
        verdict,
        (Verdict{.fanout = Fanout::drop, .to_kernel = true, .class_mask = 0, .mark = 7, .state = 7, .forward = 1}));
    EXPECT_EQ(counters[0], 1U);
    EXPECT_EQ(counters[1], 0U);
}

TEST_F(ReferenceStatements, Branch) {
    const NodeId tcp = make.op(Op::eq, make.field(Field::l4_protocol), make.word(6));
    const Block both{branch(tcp, {count(0)}, {count(1)}), count(2)};
    run(both);
    packet = test::parse_packet("eth / ip / udp");
    run(both);
    run(both);
    EXPECT_EQ(counters[0], 1U);
    EXPECT_EQ(counters[1], 2U);
    EXPECT_EQ(counters[2], 3U);
    EXPECT_EQ(run({branch(make.boolean(true), {drop()}), count(3)}).fanout, Fanout::drop);
    EXPECT_EQ(counters[3], 0U);
}

TEST_F(ReferenceStatements, AttemptWithoutDropSkipsTheHandler) {
    EXPECT_EQ(run({statement(Kind::attempt, {count(0)}, {count(1)}), count(2)}).fanout, Fanout::copy);
    EXPECT_EQ(counters[0], 1U);
    EXPECT_EQ(counters[1], 0U);
    EXPECT_EQ(counters[2], 1U);
}

TEST_F(ReferenceStatements, DropInAnAttemptRunsTheHandlerAndGoesOn) {
    const Verdict verdict = run(
        {statement(Kind::attempt, {count(0), branch(make.boolean(true), {drop()}), count(1)}, {count(2)}), count(3)});
    EXPECT_EQ(verdict.fanout, Fanout::copy);
    EXPECT_EQ((std::array{counters[0], counters[1], counters[2], counters[3]}),
              (std::array<std::uint64_t, 4>{1, 0, 1, 1}));
}

TEST_F(ReferenceStatements, DropInAHandlerGoesToTheNextAttempt) {
    const Verdict caught =
        run({statement(Kind::attempt, {statement(Kind::attempt, {drop()}, {drop()}), count(0)}, {count(1)}), count(2)});
    EXPECT_EQ(caught.fanout, Fanout::copy);
    EXPECT_EQ(counters[0], 0U);
    EXPECT_EQ(counters[1], 1U);
    EXPECT_EQ(counters[2], 1U);
    EXPECT_EQ(run({statement(Kind::attempt, {drop()}, {drop()}), count(3)}).fanout, Fanout::drop);
    EXPECT_EQ(counters[3], 0U);
}

TEST_F(ReferenceStatements, HandlersSeeWhatWasSetBeforeTheDrop) {
    const NodeId seven = make.word(7);
    const Block body{statement_of(Kind::set_class, 6), steer(seven), statement(Kind::set_state, 0, seven), drop()};
    EXPECT_EQ(run({statement(Kind::attempt, body)}),
              (Verdict{.fanout = Fanout::steer, .class_mask = 6, .key1 = 7, .mark = 9, .state = 7}));
    EXPECT_EQ(run({statement(Kind::attempt, body, {statement(Kind::reset)})}), (Verdict{.mark = 9, .state = 7}));
}

TEST_F(ReferenceStatements, MarkAndState) {
    const NodeId wide = make.word(0x1234567890), none = make.word(absent);
    const Verdict verdict = run({statement(Kind::set_mark, 0, wide), statement(Kind::set_state, 0, wide),
                                 statement(Kind::set_mark, 0, none), statement(Kind::set_state, 0, none)});
    EXPECT_EQ(verdict.mark, 0x34567890U);
    EXPECT_EQ(verdict.state, 0x34567890U);
}

TEST_F(ReferenceStatements, SnapsFreezeValues) {
    make.pipeline.slots = 3;
    const NodeId first = slot(0), second = slot(1), unset = slot(2);
    const NodeId next = make.op(Op::add, first, make.word(1));
    Verdict verdict = run({snap(0, Input::mark), statement(Kind::set_mark, 0, next), snap(1, Input::mark),
                           statement(Kind::set_mark, 0, next), statement(Kind::set_state, 0, second)});
    EXPECT_EQ(verdict.mark, 10U); // 9 + 1 twice, not 9 + 2
    EXPECT_EQ(verdict.state, 10U);
    verdict =
        run({statement(Kind::set_state, 0, make.word(5)), snap(0, Input::state), statement(Kind::set_mark, 0, first)});
    EXPECT_EQ(verdict.mark, 5U);
    EXPECT_EQ(run({statement(Kind::set_mark, 0, unset)}).mark, 0U);
    // a slot that is set again has its new value
    verdict = run({snap(0, Input::mark), statement(Kind::set_mark, 0, next), snap(0, Input::mark),
                   statement(Kind::set_mark, 0, next)});
    EXPECT_EQ(verdict.mark, 11U);
}

TEST_F(ReferenceStatements, Steering) {
    const NodeId key = make.word(0x100000007), other = make.word(8);
    for (const Fanout fanout : {Fanout::steer, Fanout::round_robin, Fanout::to_socket})
        EXPECT_EQ(run({statement(Kind::steer, static_cast<unsigned>(fanout), key)}),
                  (Verdict{.fanout = fanout, .key1 = 7, .mark = 9}));
    const auto twice = static_cast<unsigned>(Fanout::double_steer);
    EXPECT_EQ(run({statement(Kind::steer, twice, key, other)}),
              (Verdict{.fanout = Fanout::double_steer, .key1 = 7, .key2 = 8, .mark = 9}));
    // the last one counts, and the class stays
    EXPECT_EQ(run({statement_of(Kind::set_class, 4), statement(Kind::steer, twice, key, other), steer(other)}),
              (Verdict{.fanout = Fanout::steer, .class_mask = 4, .key1 = 8, .mark = 9}));
}

TEST_F(ReferenceStatements, SteeringByAnAbsentKeyDrops) {
    const NodeId key = make.word(7), none = make.word(absent);
    const auto twice = static_cast<unsigned>(Fanout::double_steer);
    EXPECT_EQ(run({steer(none), count(0)}).fanout, Fanout::drop);
    EXPECT_EQ(run({statement(Kind::steer, twice, key, none), count(0)}).fanout, Fanout::drop);
    EXPECT_EQ(run({statement(Kind::steer, twice, none, key), count(0)}).fanout, Fanout::drop);
    EXPECT_EQ(counters[0], 0U);
    EXPECT_EQ(run({statement(Kind::attempt, {steer(none)}, {steer(key)})}).key1, 7U);
}

TEST_F(ReferenceStatements, ClassCopyReset) {
    const NodeId key = make.word(7);
    EXPECT_EQ(run({steer(key), statement_of(Kind::set_class, class_any)}),
              (Verdict{.class_mask = class_any, .mark = 9}));
    EXPECT_EQ(run({statement_of(Kind::set_class, 4), steer(key), statement(Kind::copy)}),
              (Verdict{.class_mask = 4, .mark = 9}));
    EXPECT_EQ(run({statement_of(Kind::set_class, 4), steer(key), statement(Kind::reset)}), (Verdict{.mark = 9}));
}

TEST_F(ReferenceStatements, KernelAndForward) {
    make.pipeline.devices = {"a", "b", "c", "d"};
    environment.devices = {4, 5, 5};
    EXPECT_TRUE(run({statement(Kind::kernel)}).to_kernel);
    EXPECT_EQ(
        run({statement_of(Kind::forward, 0), statement_of(Kind::forward, 1), statement_of(Kind::forward, 1)}).forward,
        3U);
    const Verdict verdict = run({statement_of(Kind::forward, 0, 1), statement_of(Kind::forward, 1, 1),
                                 statement_of(Kind::forward, 2, 1), statement_of(Kind::forward, 3, 1)});
    EXPECT_EQ(verdict.forward, 9U); // the packet came from 5; nothing is known of d
}

TEST_F(ReferenceStatements, CountersWrapAround) {
    run({count(1), count(1), statement_of(Kind::count, 63), statement_of(Kind::count, 1)});
    EXPECT_EQ(counters[1], 1U);
    EXPECT_EQ(counters[63], ~std::uint64_t{0});
    environment.counters = nullptr;
    EXPECT_EQ(evaluate(make.pipeline, to_input(packet), environment).fanout, Fanout::copy);
}

TEST_F(ReferenceStatements, SliceTakesTheSmallest) {
    const NodeId small = make.word(64), large = make.word(100), huge = make.word(0x100000001), none = make.word(absent);
    const auto slice = [](NodeId id) { return statement(Kind::slice, 0, id); };
    EXPECT_EQ(run({slice(large), slice(small), slice(large), slice(none)}).slice, 64U);
    EXPECT_EQ(run({slice(huge)}).slice, ~0U);
    EXPECT_EQ(run({slice(none)}).slice, ~0U);
    EXPECT_EQ(run({slice(make.word(0))}).slice, 0U);
}

TEST_F(ReferenceStatements, LogsTellTheVerdictSoFar) {
    struct Event {
        LogKind kind;
        std::size_t message;
        Verdict so_far;
        bool operator==(const Event&) const = default;
    };
    std::vector<Event> events;
    environment.log = [&](LogKind kind, std::size_t message, const Verdict& so_far) {
        events.push_back({kind, message, so_far});
    };
    make.pipeline.messages = {"a", "b"};
    const auto log = [](LogKind kind, unsigned message) {
        return statement_of(Kind::log, message, static_cast<unsigned>(kind));
    };
    const Block body{log(LogKind::message, 1), steer(make.word(3)), log(LogKind::packet, 0), drop(),
                     log(LogKind::dummy, 0)};
    run(body);
    EXPECT_EQ(events, (std::vector<Event>{{LogKind::message, 1, {.mark = 9}},
                                          {LogKind::packet, 0, {.fanout = Fanout::steer, .key1 = 3, .mark = 9}}}));
    environment.log = nullptr;
    EXPECT_EQ(run(body).fanout, Fanout::drop);
}

} // namespace
} // namespace pfq::lang::reference
