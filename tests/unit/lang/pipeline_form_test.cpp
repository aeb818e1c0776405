// Names, the readable and the binary form of pipelines.
#include "lang/pipeline/pipeline.hpp"
#include "tests/support/make_pipeline.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>
#include <set>

namespace pfq::lang {
namespace {

using test::MakePipeline;
using test::statement;
using test::statement_of;
using testing::HasSubstr;
using Kind = Stmt::Kind;

/// At least one of nearly everything.
Pipeline rich() {
    MakePipeline make;
    const NodeId flags = make.field(Field::tcp_flags, 2);
    const NodeId two = make.word(2);
    const NodeId hash = make.op(Op::mix, flags, two);
    const NodeId load = make.add({.op = Op::load, .level = 1, .sub = 2, .a = two, .imm = 3});
    const NodeId slot = make.add({.op = Op::slot, .imm = 1});
    const NodeId time = make.add({.op = Op::input, .sub = static_cast<std::uint16_t>(Input::time)});
    const NodeId is_syn = make.op(Op::eq, flags, two);
    const NodeId in_set = make.add({.op = Op::in_set, .a = load});
    const NodeId near = make.add({.op = Op::in_prefixes, .sub = static_cast<std::uint16_t>(Side::both)});
    const NodeId known = make.add({.op = Op::in_table, .sub = static_cast<std::uint16_t>(Side::source)});
    const NodeId all = make.op(Op::both, make.op(Op::either, is_syn, in_set), make.op(Op::negate, near));
    const NodeId picked = make.op(Op::select, known, slot, make.word(absent));
    auto& p = make.pipeline;
    p.sets = {{{{1, 5}, {7, 7}}}};
    p.prefix_sets = {{{{false, 8, 0, 0x0a000000}, {true, 48, 0x20010db800010000, 0}}}};
    p.blooms = {{0xffffff00, {1, absent}}};
    p.tables = {{"bypass", TableKind::flow}};
    p.devices = {"eth0", "we\"ird\n"};
    p.messages = {"hello"};
    p.slots = 2;
    p.body = {statement_of(Kind::snap, 1, static_cast<unsigned>(Input::mark)),
              test::branch(all, {statement(Kind::drop)},
                           {statement(Kind::steer, static_cast<unsigned>(Fanout::double_steer), hash, time),
                            statement_of(Kind::forward, 1, 1)}),
              statement(Kind::attempt, {test::branch(known, {statement(Kind::set_mark, 0, picked)})},
                        {statement(Kind::reset), statement_of(Kind::log, 0)}),
              statement_of(Kind::set_class, class_any),
              statement_of(Kind::count, 3, 1),
              statement(Kind::slice, 0, two)};
    return p;
}

TEST(PipelineNames, AreDifferentAndTotal) {
    std::set<std::string> names;
    for (unsigned op = 0; op <= static_cast<unsigned>(Op::in_table); ++op)
        names.insert(name(static_cast<Op>(op)));
    EXPECT_EQ(names.size(), static_cast<std::size_t>(Op::in_table) + 1);
    EXPECT_STREQ(name(Op::constant), "constant");
    EXPECT_STREQ(name(Op::mix), "mix");
    EXPECT_STREQ(name(Op::boolean), "boolean");
    EXPECT_STREQ(name(Op::in_table), "in_table");
    EXPECT_STREQ(name(Kind::drop), "drop");
    EXPECT_STREQ(name(Kind::log), "log");
    EXPECT_STREQ(name(Field::payload_offset), "payload_offset");
    EXPECT_STREQ(name(Input::device_address6_low), "device_address6_low");
    EXPECT_STREQ(name(static_cast<Op>(250)), "invalid");
    EXPECT_STREQ(name(static_cast<Kind>(250)), "invalid");
    EXPECT_STREQ(name(static_cast<Field>(2500)), "invalid");
    EXPECT_STREQ(name(static_cast<Input>(250)), "invalid");
}

TEST(PipelineNames, FieldsKnowTheirLayer) {
    for (std::size_t i = 0; i < fields().size(); ++i)
        EXPECT_EQ(static_cast<std::size_t>(fields()[i].field), i);
    EXPECT_EQ(fields()[static_cast<std::size_t>(Field::frame_length)].layer, Layer::frame);
    EXPECT_EQ(fields()[static_cast<std::size_t>(Field::vlan_tci)].layer, Layer::link);
    EXPECT_EQ(fields()[static_cast<std::size_t>(Field::l4_offset)].layer, Layer::l3);
    EXPECT_EQ(fields()[static_cast<std::size_t>(Field::tcp_flags)].layer, Layer::l4);
}

TEST(PipelineNames, Normalise) {
    Verdict v{.fanout = Fanout::drop,
              .to_kernel = true,
              .class_mask = 5,
              .key1 = 1,
              .key2 = 2,
              .mark = 3,
              .slice = 4,
              .forward = 6};
    normalise(v);
    EXPECT_EQ(v, (Verdict{.fanout = Fanout::drop, .to_kernel = true, .class_mask = 0, .mark = 3, .forward = 6}));
    const auto keys = [](Fanout fanout) {
        Verdict verdict{.fanout = fanout, .class_mask = 5, .key1 = 1, .key2 = 2, .slice = 9};
        normalise(verdict);
        EXPECT_EQ(verdict.class_mask, 5U);
        EXPECT_EQ(verdict.slice, 9U);
        return std::pair(verdict.key1, verdict.key2);
    };
    EXPECT_EQ(keys(Fanout::copy), std::pair(0U, 0U));
    EXPECT_EQ(keys(Fanout::steer), std::pair(1U, 0U));
    EXPECT_EQ(keys(Fanout::double_steer), std::pair(1U, 2U));
    EXPECT_EQ(keys(Fanout::round_robin), std::pair(1U, 0U));
    EXPECT_EQ(keys(Fanout::to_socket), std::pair(1U, 0U));
}

TEST(PipelinePrint, ShowsEverything) {
    EXPECT_EQ(print(rich()), R"(set #0 = {1..5, 7}
prefixes #0 = {10.0.0.0/8, 2001:db8:1:0:0:0:0:0/48}
bloom #0 = mask 255.255.255.0, 65 of 128 bins
table #0 = "bypass" of flows
device #0 = "eth0"
device #1 = "we\"ird\x0a"
message #0 = "hello"
slots 2
%0 = field tcp_flags shift 2
%1 = constant 2
%2 = mix %0 %1
%3 = load 2 bytes at payload + %1 shift 1
%4 = slot $1
%5 = input time
%6 = eq %0 %1
%7 = in_set #0 %3
%8 = in_prefixes #0 both
%9 = in_table #0 source
%10 = negate %8
%11 = either %6 %7
%12 = both %11 %10
%13 = constant absent
%14 = select %9 %4 %13
body
    snap $1 = mark
    branch %12
        drop
    else
        steer double by %2 %5
        forward "we\"ird\x0a" unless from there
    attempt
        branch %9
            set_mark %14
    on drop
        reset
        log message "hello"
    set_class 0x7fffffffffffffff
    count #3 + 1
    slice %1
)");
}

TEST(PipelineSerialise, RoundTrips) {
    const Pipeline before = rich();
    ASSERT_EQ(check(before), "");
    Pipeline after;
    ASSERT_TRUE(deserialise(serialise(before), after));
    EXPECT_EQ(after, before);
    ASSERT_TRUE(deserialise(serialise(Pipeline{}), after));
    EXPECT_EQ(after, Pipeline{});
}

TEST(PipelineSerialise, DependsOnEveryPart) {
    const Pipeline original = rich();
    std::set<std::string> forms{serialise(original)};
    const auto changed = [&](auto change) {
        Pipeline other = original;
        change(other);
        return forms.insert(serialise(other)).second;
    };
    EXPECT_TRUE(changed([](Pipeline& p) { p.slots = 3; }));
    EXPECT_TRUE(changed([](Pipeline& p) { p.nodes[1].imm = 3; }));
    EXPECT_TRUE(changed([](Pipeline& p) { p.nodes[0].level = 1; }));
    EXPECT_TRUE(changed([](Pipeline& p) { p.body[5].a = 0; }));
    EXPECT_TRUE(changed([](Pipeline& p) { std::swap(p.body[1].body, p.body[1].other); }));
    EXPECT_TRUE(changed([](Pipeline& p) { p.sets[0].ranges[0].high = 4; }));
    EXPECT_TRUE(changed([](Pipeline& p) { p.prefix_sets[0].prefixes[0].length = 9; }));
    EXPECT_TRUE(changed([](Pipeline& p) { p.blooms[0].bits[0] = 2; }));
    EXPECT_TRUE(changed([](Pipeline& p) { p.tables[0].kind = TableKind::port; }));
    EXPECT_TRUE(changed([](Pipeline& p) { p.devices[0] = "eth1"; }));
    EXPECT_TRUE(changed([](Pipeline& p) { p.messages[0] = "hallo"; }));
}

TEST(PipelineSerialise, RefusesTruncatedAndLongerBytes) {
    const std::string bytes = serialise(rich());
    Pipeline untouched;
    untouched.slots = 9;
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(deserialise(bytes.substr(0, size), untouched)) << size;
    EXPECT_FALSE(deserialise(bytes + '\0', untouched));
    EXPECT_EQ(untouched.slots, 9U);
}

TEST(PipelineSerialise, SurvivesHostileBytes) {
    const std::string bytes = serialise(rich());
    std::mt19937_64 random(1);
    unsigned accepted = 0;
    for (unsigned round = 0; round < 20000; ++round) {
        std::string mutated = bytes;
        for (auto changes = 1 + random() % 3; changes > 0; --changes)
            mutated[random() % mutated.size()] = static_cast<char>(random());
        Pipeline result;
        if (deserialise(mutated, result)) {
            ++accepted;
            ASSERT_EQ(check(result), "");
            Pipeline again;
            ASSERT_TRUE(deserialise(serialise(result), again));
            ASSERT_EQ(again, result);
        }
    }
    EXPECT_GT(accepted, 0U); // some changes only change numbers
    EXPECT_LT(accepted, 20000U);
}

TEST(PipelineSerialise, RefusesDeepNesting) {
    Pipeline deep;
    deep.body.push_back(statement(Kind::copy));
    for (unsigned level = 0; level < 600; ++level) {
        Block outer;
        outer.push_back(statement(Kind::attempt, std::move(deep.body)));
        deep.body = std::move(outer);
    }
    Pipeline result;
    EXPECT_FALSE(deserialise(serialise(deep), result));
}

TEST(PipelineSerialise, RefusesHugeNumbers) {
    Pipeline result;
    const std::string head = serialise(Pipeline{}).substr(0, 6); // magic and version, then slots
    EXPECT_FALSE(deserialise(head.substr(0, 5) + std::string(20, '\xff'), result));
    EXPECT_FALSE(deserialise(head + "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", result)); // 2^64 - 1 nodes
    EXPECT_FALSE(deserialise(head + "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", result)); // beyond 64 bits
}

} // namespace
} // namespace pfq::lang
