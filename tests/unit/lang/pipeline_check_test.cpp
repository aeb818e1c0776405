// What check() finds wrong with a pipeline.
#include "lang/pipeline/limits.hpp"
#include "lang/pipeline/pipeline.hpp"
#include "tests/support/make_pipeline.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pfq::lang {
namespace {

using test::MakePipeline;
using test::statement;
using test::statement_of;
using testing::HasSubstr;
using Kind = Stmt::Kind;

/// One of everything that nodes and statements can refer to: word %0, boolean %1.
MakePipeline sound() {
    MakePipeline make;
    make.word(7);
    make.boolean(true);
    make.pipeline.sets = {{{{1, 5}, {7, 9}}}};
    make.pipeline.prefix_sets = {{{{false, 8, 0, 0x0a000000}, {true, 64, 0x20010db800000000, 0}}}};
    make.pipeline.blooms = {{0xffffffff, {0}}};
    make.pipeline.tables = {{"bypass", TableKind::address}};
    make.pipeline.devices = {"eth0"};
    make.pipeline.messages = {"hello"};
    make.pipeline.slots = 1;
    return make;
}

std::string with_node(Node node) {
    auto make = sound();
    make.add(node);
    return check(make.pipeline);
}

std::string with_statement(Stmt stmt) {
    auto make = sound();
    make.pipeline.body = {std::move(stmt)};
    return check(make.pipeline);
}

TEST(PipelineCheck, AcceptsEveryOperation) {
    const NodeId w = 0, b = 1;
    const Node nodes[] = {
        {.op = Op::constant, .imm = absent},
        {.op = Op::field, .level = 3, .sub = static_cast<std::uint16_t>(Field::payload_offset)},
        {.op = Op::input, .sub = static_cast<std::uint16_t>(Input::time)},
        {.op = Op::slot},
        {.op = Op::load, .level = 1, .sub = 4, .a = w, .imm = static_cast<std::uint64_t>(Base::payload)},
        {.op = Op::add, .a = w, .b = w},
        {.op = Op::select, .a = b, .b = w, .c = w},
        {.op = Op::mix, .a = w, .b = w},
        {.op = Op::boolean},
        {.op = Op::lt, .a = w, .b = w},
        {.op = Op::present, .a = w},
        {.op = Op::negate, .a = b},
        {.op = Op::differ, .a = b, .b = b},
        {.op = Op::in_set, .a = w},
        {.op = Op::in_prefixes, .level = 2, .sub = 3},
        {.op = Op::in_bloom, .a = w},
        {.op = Op::in_table, .sub = 1},
    };
    for (const Node& node : nodes)
        EXPECT_EQ(with_node(node), "") << name(node.op);
}

TEST(PipelineCheck, RefusesNodes) {
    const NodeId w = 0, b = 1;
    EXPECT_THAT(with_node({.op = Op::add, .a = w}), HasSubstr("an operand is missing"));
    EXPECT_THAT(with_node({.op = Op::add, .a = w, .b = 2}), HasSubstr("operand 2 does not precede its user"));
    EXPECT_THAT(with_node({.op = Op::add, .a = w, .b = 700}), HasSubstr("does not precede"));
    EXPECT_THAT(with_node({.op = Op::add, .a = w, .b = b}), HasSubstr("operand 1 is not a word"));
    EXPECT_THAT(with_node({.op = Op::both, .a = w, .b = b}), HasSubstr("operand 0 is not a boolean"));
    EXPECT_THAT(with_node({.op = Op::negate, .a = w}), HasSubstr("not a boolean"));
    EXPECT_THAT(with_node({.op = Op::present, .a = b}), HasSubstr("not a word"));
    EXPECT_THAT(with_node({.op = Op::select, .a = w, .b = w, .c = w}), HasSubstr("not a boolean"));
    EXPECT_THAT(with_node({.op = Op::select, .a = b, .b = w, .c = b}), HasSubstr("not a word"));
    EXPECT_THAT(with_node({.op = Op::constant, .a = w}), HasSubstr("more than 0 operands"));
    EXPECT_THAT(with_node({.op = Op::eq, .a = w, .b = w, .c = w}), HasSubstr("more than 2 operands"));
    EXPECT_THAT(with_node({.op = static_cast<Op>(200)}), HasSubstr("invalid operation"));
    EXPECT_THAT(with_node({.op = Op::field, .level = 4}), HasSubstr("level 4 is above 3"));
    EXPECT_THAT(with_node({.op = Op::field, .sub = 999}), HasSubstr("field 999 does not exist"));
    for (const Input input : {Input::mark, Input::state})
        EXPECT_THAT(with_node({.op = Op::input, .sub = static_cast<std::uint16_t>(input)}),
                    HasSubstr("cannot be read"));
    EXPECT_THAT(with_node({.op = Op::slot, .imm = 1}), HasSubstr("slot 1 does not exist"));
    EXPECT_THAT(with_node({.op = Op::load, .sub = 3, .a = w}), HasSubstr("width 3"));
    EXPECT_THAT(with_node({.op = Op::load, .sub = 2, .a = w, .imm = 4}), HasSubstr("invalid base 4"));
    EXPECT_THAT(with_node({.op = Op::boolean, .imm = 2}), HasSubstr("value 2 is not 0 or 1"));
    EXPECT_THAT(with_node({.op = Op::in_set, .a = w, .imm = 1}), HasSubstr("set 1 does not exist"));
    EXPECT_THAT(with_node({.op = Op::in_bloom, .a = w, .imm = 1}), HasSubstr("bloom filter 1 does not exist"));
    for (const Op op : {Op::in_prefixes, Op::in_table}) {
        EXPECT_THAT(with_node({.op = op, .sub = 0}), HasSubstr("invalid side 0"));
        EXPECT_THAT(with_node({.op = op, .sub = 4}), HasSubstr("invalid side 4"));
        EXPECT_THAT(with_node({.op = op, .sub = 1, .imm = 1}), HasSubstr("does not exist"));
    }
}

TEST(PipelineCheck, AcceptsEveryStatement) {
    const Stmt statements[] = {
        statement(Kind::drop),
        test::branch(1, {statement(Kind::drop)}, {statement(Kind::copy)}),
        statement(Kind::attempt, {statement(Kind::drop)}, {statement(Kind::reset)}),
        statement_of(Kind::snap, 0, static_cast<unsigned>(Input::state)),
        statement(Kind::set_mark, 0, 0),
        statement(Kind::set_state, 0, 0),
        statement_of(Kind::set_class, class_any),
        statement(Kind::steer, static_cast<unsigned>(Fanout::steer), 0),
        statement(Kind::steer, static_cast<unsigned>(Fanout::double_steer), 0, 0),
        statement(Kind::kernel),
        statement_of(Kind::forward, 0, 1),
        statement_of(Kind::count, 63),
        statement(Kind::slice, 0, 0),
        statement_of(Kind::log, 0, static_cast<unsigned>(LogKind::message)),
        statement_of(Kind::log, 0, static_cast<unsigned>(LogKind::packet)),
    };
    for (const Stmt& stmt : statements)
        EXPECT_EQ(with_statement(stmt), "") << name(stmt.kind);
}

TEST(PipelineCheck, RefusesStatements) {
    const auto steer = static_cast<unsigned>(Fanout::steer);
    const auto double_steer = static_cast<unsigned>(Fanout::double_steer);
    EXPECT_THAT(with_statement(statement(static_cast<Kind>(99))), HasSubstr("invalid kind"));
    EXPECT_THAT(with_statement(statement(Kind::copy, {statement(Kind::drop)})), HasSubstr("cannot have blocks"));
    EXPECT_THAT(with_statement(test::branch(0, {})), HasSubstr("not a boolean"));
    EXPECT_THAT(with_statement(test::branch(no_node, {})), HasSubstr("missing"));
    EXPECT_THAT(with_statement(statement(Kind::set_mark, 0, 1)), HasSubstr("not a word"));
    EXPECT_THAT(with_statement(statement(Kind::set_mark, 0, 2)), HasSubstr("does not precede"));
    EXPECT_THAT(with_statement(statement(Kind::drop, 0, 0)), HasSubstr("too many operands"));
    EXPECT_THAT(with_statement(statement(Kind::steer, steer, 0, 0)), HasSubstr("too many operands"));
    EXPECT_THAT(with_statement(statement(Kind::steer, double_steer, 0)), HasSubstr("missing"));
    EXPECT_THAT(with_statement(statement(Kind::steer, 1, 0)), HasSubstr("invalid way to steer 1"));
    EXPECT_THAT(with_statement(statement(Kind::steer, 6, 0)), HasSubstr("invalid way to steer 6"));
    EXPECT_THAT(with_statement(statement_of(Kind::snap, 0)), HasSubstr("neither mark nor state"));
    EXPECT_THAT(with_statement(statement_of(Kind::snap, 1, static_cast<unsigned>(Input::mark))), HasSubstr("slot 1"));
    EXPECT_THAT(with_statement(statement_of(Kind::forward, 1)), HasSubstr("device 1 does not exist"));
    EXPECT_THAT(with_statement(statement_of(Kind::forward, 0, 2)), HasSubstr("invalid variant 2"));
    EXPECT_THAT(with_statement(statement_of(Kind::count, 64)), HasSubstr("counter 64"));
    EXPECT_THAT(with_statement(statement_of(Kind::count, 0, 2)), HasSubstr("invalid variant"));
    EXPECT_THAT(with_statement(statement_of(Kind::log, 0, 5)), HasSubstr("invalid kind of log 5"));
    for (const LogKind kind : {LogKind::message, LogKind::dummy})
        EXPECT_THAT(with_statement(statement_of(Kind::log, 1, static_cast<unsigned>(kind))), HasSubstr("message 1"));
    EXPECT_THAT(with_statement(statement(Kind::attempt, {}, {statement_of(Kind::count, 64)})), HasSubstr("counter 64"));
}

TEST(PipelineCheck, RefusesTheSixtyFifthDevice) {
    auto make = sound();
    make.pipeline.devices.resize(65, "eth0");
    make.pipeline.body = {statement_of(Kind::forward, 63)};
    EXPECT_EQ(check(make.pipeline), "");
    make.pipeline.body = {statement_of(Kind::forward, 64)};
    EXPECT_THAT(check(make.pipeline), HasSubstr("device 64 is above 63"));
}

TEST(PipelineCheck, LimitsNesting) {
    const auto nested = [](unsigned depth) {
        Stmt stmt = statement(Kind::copy);
        for (unsigned level = 1; level < depth; ++level) {
            Block body;
            body.push_back(std::move(stmt));
            stmt = statement(Kind::attempt, std::move(body));
        }
        return stmt;
    };
    EXPECT_THAT(with_statement(nested(max_depth)), HasSubstr("nested deeper than 512"));
    EXPECT_EQ(with_statement(nested(max_depth - 1)), "");
}

TEST(PipelineCheck, RefusesPools) {
    const auto fault = [](auto change) {
        auto make = sound();
        change(make.pipeline);
        return check(make.pipeline);
    };
    using P = Pipeline;
    EXPECT_THAT(fault([](P& p) { p.slots = max_slots + 1; }), HasSubstr("slots"));
    EXPECT_THAT(fault([](P& p) { p.sets[0].ranges = {{5, 4}}; }), HasSubstr("low end"));
    EXPECT_THAT(fault([](P& p) { p.sets[0].ranges = {{1, 4}, {5, 6}}; }), HasSubstr("apart"));
    EXPECT_THAT(fault([](P& p) { p.sets[0].ranges = {{5, 6}, {1, 2}}; }), HasSubstr("sorted"));
    EXPECT_THAT(fault([](P& p) { p.sets[0].ranges = {{5, absent}, {7, 8}}; }), HasSubstr("disjoint"));
    EXPECT_THAT(fault([](P& p) { p.blooms[0].bits.resize(3); }), HasSubstr("power of two"));
    EXPECT_THAT(fault([](P& p) { p.blooms[0].bits.clear(); }), HasSubstr("power of two"));
    EXPECT_THAT(fault([](P& p) { p.tables[0].kind = static_cast<TableKind>(3); }), HasSubstr("invalid kind"));
    EXPECT_THAT(fault([](P& p) { p.prefix_sets[0].prefixes = {{false, 33, 0, 0}}; }), HasSubstr("invalid length"));
    EXPECT_THAT(fault([](P& p) { p.prefix_sets[0].prefixes = {{true, 129, 0, 0}}; }), HasSubstr("invalid length"));
    EXPECT_THAT(fault([](P& p) { p.prefix_sets[0].prefixes = {{false, 8, 0, 0x0a000001}}; }), HasSubstr("beyond"));
    EXPECT_THAT(fault([](P& p) { p.prefix_sets[0].prefixes = {{false, 8, 1, 0x0a000000}}; }), HasSubstr("beyond"));
    EXPECT_THAT(fault([](P& p) { p.prefix_sets[0].prefixes = {{true, 48, 0x20010db800000001, 0}}; }),
                HasSubstr("beyond"));
    EXPECT_THAT(fault([](P& p) { p.prefix_sets[0].prefixes = {{true, 64, 0, 1}}; }), HasSubstr("beyond"));
    EXPECT_THAT(fault([](P& p) { std::swap(p.prefix_sets[0].prefixes[0], p.prefix_sets[0].prefixes[1]); }),
                HasSubstr("sorted"));
    EXPECT_EQ(fault([](P& p) { p.prefix_sets[0].prefixes = {{false, 0, 0, 0}, {true, 0, 0, 0}, {true, 128, 0, 1}}; }),
              "");
}

} // namespace
} // namespace pfq::lang
