// Filters in front of computations, and how few nodes they are.
#include "lang/optimise/optimise.hpp"
#include "lang/pipeline/effects.hpp"
#include "tests/support/make_pipeline.hpp"
#include "tests/unit/lang/berkeley.hpp"
#include <algorithm>

namespace pfq::test {
namespace {

using lang::Op;
using Kind = lang::Stmt::Kind;
using testing::HasSubstr;

const auto by_filter = statement(Kind::drop, static_cast<unsigned>(lang::DropBy::filter), lang::no_node);

/// tcpdump -dd 'tcp port 80'
const Program tcp_port_80{{0x28, 0, 0, 12},     {0x15, 0, 6, 0x86dd}, {0x30, 0, 0, 20},    {0x15, 0, 15, 6},
                          {0x28, 0, 0, 54},     {0x15, 12, 0, 80},    {0x28, 0, 0, 56},    {0x15, 10, 11, 80},
                          {0x15, 0, 10, 0x800}, {0x30, 0, 0, 23},     {0x15, 0, 8, 6},     {0x28, 0, 0, 20},
                          {0x45, 6, 0, 0x1fff}, {0xb1, 0, 0, 14},     {0x48, 0, 0, 14},    {0x15, 2, 0, 80},
                          {0x48, 0, 0, 16},     {0x15, 0, 1, 80},     {0x6, 0, 0, 262144}, {0x6, 0, 0, 0}};

std::size_t count(const lang::Pipeline& pipeline, Op op) {
    return static_cast<std::size_t>(std::ranges::count(pipeline.nodes, op, &lang::Node::op));
}

/// Nodes of `both`, `either` and `negate` that have several users: executions repeat them, or compute them needlessly.
std::size_t shared_connectives(const lang::Pipeline& pipeline) {
    std::vector<unsigned> users(pipeline.nodes.size());
    for (const lang::Node& node : pipeline.nodes)
        for (const lang::NodeId operand : {node.a, node.b, node.c})
            if (operand != lang::no_node)
                ++users[operand];
    std::size_t shared = 0;
    for (std::size_t i = 0; i < users.size(); ++i) {
        const Op op = pipeline.nodes[i].op;
        shared += users[i] > 1 && (op == Op::both || op == Op::either);
    }
    return shared;
}

lang::Verdict run(const lang::Pipeline& pipeline, const char* packet) {
    lang::reference::Environment nothing;
    return evaluate(pipeline, to_input(parse_packet(packet)), nothing);
}

TEST(BerkeleyFilter, TellsItsDropsFromThoseOfTheComputation) {
    MakePipeline make;
    const auto first = make.op(Op::eq, make.field(lang::Field::ip_ttl), make.word(1));
    make.pipeline.body = {branch(first, {statement(Kind::drop)}), statement(Kind::kernel)};
    ASSERT_TRUE(lang::berkeley::add_filter(make.pipeline, tcp_port_80));
    for (const auto& pipeline : {make.pipeline, optimise(make.pipeline)}) {
        ASSERT_EQ(check(pipeline), "");
        const auto passed = run(pipeline, "eth / ip / tcp sport=80"),
                   expired = run(pipeline, "eth / ip ttl=1 / tcp sport=80"),
                   other = run(pipeline, "eth / ip ttl=1 / tcp sport=81 dport=8080");
        EXPECT_EQ(passed, (lang::Verdict{.to_kernel = true}));
        EXPECT_EQ(expired, (lang::Verdict{.fanout = lang::Fanout::drop, .class_mask = 0}));
        EXPECT_EQ(other,
                  (lang::Verdict{.fanout = lang::Fanout::drop, .dropped_by = lang::DropBy::filter, .class_mask = 0}));
    }
}

TEST(BerkeleyFilter, KeepsAsManyBytesAsItSays) {
    EXPECT_EQ(run(filtering({ret(96)}), "eth / ip").slice, 96U);
    EXPECT_EQ(run(filtering({ret(262144)}), "eth / ip").slice, ~0U);
    EXPECT_THAT(print(filtering({ret(262144)})), testing::Not(HasSubstr("slice")));
    const Program by_type{load(code::h, 12), jump(code::jeq, 0x800, 0, 1), ret(60), ret(70000)};
    EXPECT_EQ(run(filtering(by_type), "eth / ip").slice, 60U);
    EXPECT_EQ(run(filtering(by_type), "eth / arp").slice, 70000U);
}

TEST(BerkeleyFilter, FiltersOfFiltersHoldBoth) {
    lang::Pipeline pipeline = filtering(tcp_port_80);
    ASSERT_TRUE(
        lang::berkeley::add_filter(pipeline, Program{load(code::b, 22), jump(code::jgt, 9, 0, 1), ret(99), ret(0)}));
    EXPECT_FALSE(run(pipeline, "eth / ip ttl=10 / tcp dport=80").filtered());
    EXPECT_TRUE(run(pipeline, "eth / ip ttl=9 / tcp dport=80").filtered());
    EXPECT_TRUE(run(pipeline, "eth / ip ttl=10 / tcp sport=5 dport=8").filtered());
}

TEST(BerkeleyFilter, IsPartOfThePipeline) {
    const lang::Pipeline pipeline = optimise(filtering(tcp_port_80));
    EXPECT_THAT(print(pipeline), HasSubstr("    else\n        drop by filter\n"));
    lang::Pipeline again;
    ASSERT_TRUE(deserialise(serialise(pipeline), again));
    EXPECT_EQ(again, pipeline);
    EXPECT_FALSE(lang::effects_of(pipeline).may_drop) << "which is about the computation";
    EXPECT_TRUE(lang::effects_of(pipeline).may_deliver);
}

TEST(BerkeleyFilter, DropsOnlyOutsideOfAttempts) {
    lang::Pipeline pipeline;
    pipeline.body = {by_filter};
    EXPECT_EQ(check(pipeline), "");
    pipeline.body = {statement(Kind::attempt, {by_filter})};
    EXPECT_EQ(check(pipeline), "statement drop: a filter cannot drop in an attempt");
    MakePipeline make;
    make.pipeline.body = {statement(Kind::attempt, {}, {branch(make.boolean(true), {by_filter})})};
    EXPECT_THAT(check(make.pipeline), HasSubstr("in an attempt"));
    make.pipeline.body = {statement(Kind::drop, 3, lang::no_node)};
    EXPECT_THAT(check(make.pipeline), HasSubstr("invalid dropper 3"));
}

TEST(BerkeleyFilter, ConditionsAreWrittenOnce) {
    const lang::Pipeline pipeline = optimise(filtering(tcp_port_80));
    EXPECT_EQ(shared_connectives(pipeline), 0U);
    EXPECT_EQ(count(pipeline, Op::both) + count(pipeline, Op::either), 8U);
    EXPECT_EQ(count(pipeline, Op::negate) + count(pipeline, Op::select), 0U);
    EXPECT_EQ(count(pipeline, Op::le), 0U)
        << "a port that was not captured is not 80, so nothing else has to be tested";
}

TEST(BerkeleyFilter, LengthsAreTestedWhereBytesMayBeMissing) {
    const Program not_tcp{load(code::b, 23), jump(code::jeq, 6, 0, 1), ret(0), ret(1)};
    EXPECT_EQ(count(optimise(filtering(not_tcp)), Op::le), 1U);
    EXPECT_EQ(kept(not_tcp, frame(std::vector<std::uint8_t>(24))), 1U);
    EXPECT_EQ(kept(not_tcp, frame(std::vector<std::uint8_t>(23))), 0U);
}

/// A port, then one comparison each: as libpcap writes `port 1 or port 4 or ...`.
TEST(BerkeleyFilter, ListsBecomeSets) {
    Program list{load(code::h, 36)}, ranges = list, networks{load(code::w, 26)};
    for (unsigned i = 0; i < 200; ++i) {
        list.insert(list.end(), {jump(code::jeq, 3 * i, 0, 1), ret(1)});
        ranges.insert(ranges.end(), {jump(code::jge, 30 * i, 0, 2), jump(code::jgt, 30 * i + 9, 1, 0), ret(1)});
        networks.insert(networks.end(), {load(code::w, 26), op(code::alu + code::bit_and, 0xffffff00),
                                         jump(code::jeq, i << 16, 0, 1), ret(1)});
    }
    for (Program* program : {&list, &ranges, &networks}) {
        program->push_back(ret(0));
        const lang::Pipeline pipeline = optimise(filtering(*program));
        EXPECT_LE(pipeline.nodes.size(), 5U) << print(pipeline);
        ASSERT_EQ(pipeline.sets.size(), 1U);
        EXPECT_EQ(pipeline.sets[0].ranges.size(), 200U);
    }
}

/// Where ways meet, what a register is depends on the conditions between there and where they parted, and on no others.
TEST(BerkeleyFilter, RegistersAreSelectedByFewConditions) {
    Program program{load(code::b, 0), jump(code::jeq, 7, 0, 120)};
    for (unsigned i = 1; i <= 30; ++i)
        program.insert(program.end(), {load(code::b, i), jump(code::jeq, i, 1, 0), ret(0)});
    program.insert(program.end(), {load(code::h, 40), jump(code::jeq, 5, 0, 1), load(code::b, 50)});
    while (program.size() < 121)
        program.push_back(op(code::alu + code::add, 0));
    program.insert(program.end(), {ret(0), load(code::h, 60), ret_a});
    program[120] = jump(code::ja, 2, 0, 0);
    EXPECT_EQ(count(optimise(filtering(program)), Op::select), 2U);
}

TEST(BerkeleyFilter, NodesAreThoseOfTheComputation) {
    MakePipeline make;
    const auto type = make.add({.op = Op::load, .sub = 2, .a = make.word(12)});
    make.pipeline.body = {branch(make.op(Op::eq, type, make.word(0x800)), {statement(Kind::kernel)})};
    ASSERT_TRUE(lang::berkeley::add_filter(make.pipeline,
                                           Program{load(code::h, 12), jump(code::jeq, 0x800, 0, 1), ret(9), ret(0)}));
    const lang::Pipeline pipeline = optimise(make.pipeline);
    EXPECT_EQ(count(pipeline, Op::load), 1U);
    EXPECT_EQ(count(pipeline, Op::eq), 1U);
    EXPECT_EQ(pipeline.body.size(), 3U) << "filter, length, and the statement that is no longer in question";
}

/// Tests that jump into each other's continuations: which of them hold has no shorter form than all combinations.
TEST(BerkeleyFilter, EntangledProgramsGiveWayToPlainOnes) {
    Program entangled;
    for (unsigned i = 0; i < 40; ++i)
        entangled.insert(entangled.end(), {load(code::b, i), jump(code::jeq, i, 0, 3)});
    entangled.insert(entangled.end(), {ret(0), ret(1), ret(0), ret(1)});
    const auto nodes = [&](const Program& plain) {
        lang::Pipeline pipeline;
        EXPECT_TRUE(lang::berkeley::add_filter(pipeline, entangled, plain));
        return optimise(std::move(pipeline)).nodes.size();
    };
    EXPECT_GT(nodes({}), 100U);
    EXPECT_LT(nodes(tcp_port_80), 60U);
    EXPECT_GT(nodes({beside(4), ret_a}), 100U) << "one that is refused is no alternative";
    lang::Pipeline pipeline;
    ASSERT_TRUE(lang::berkeley::add_filter(pipeline, tcp_port_80, Program{ret(0)}));
    EXPECT_FALSE(run(pipeline, "eth / ip / tcp sport=80").filtered()) << "what is not entangled is taken";
}

TEST(BerkeleyFilter, ErrorsLeaveThePipelineAlone) {
    lang::Pipeline pipeline = filtering(tcp_port_80);
    const lang::Pipeline before = pipeline;
    EXPECT_FALSE(lang::berkeley::add_filter(pipeline, Program{load(code::b, 1), beside(20), beside(4), ret_a}));
    EXPECT_EQ(pipeline, before);
}

} // namespace
} // namespace pfq::test
