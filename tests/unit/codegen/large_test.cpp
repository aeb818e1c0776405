// Size: long chains, wide sharing and deep nesting compile and mean the same.
#include "tests/support/make_pipeline.hpp"
#include "tests/support/random_packet.hpp"
#include "tests/unit/codegen/random_pipeline.hpp"
#include "tests/unit/codegen/run.hpp"
#include <gtest/gtest.h>

namespace {

using namespace pfq;
using namespace pfq::lang;
using Kind = Stmt::Kind;

/// The compile helper's own time limit is the only clock here.
void expect_same(const Pipeline& pipeline) {
    ASSERT_EQ(check(pipeline), "");
    const test::Native native(pipeline);
    testing::Test::RecordProperty("milliseconds", static_cast<int>(native.compiled().total.count() / 1000));
    test::RandomPackets random(9);
    for (int i = 0; i < 100; ++i) {
        const auto packet = random.next();
        const auto expected = test::run_reference(pipeline, packet), got = native.run(packet);
        ASSERT_TRUE(test::same(expected, got))
            << describe(packet) << "\nexpected " << test::show(expected) << "\ngot      " << test::show(got);
    }
}

TEST(large, chain_of_arithmetic) {
    test::MakePipeline make;
    NodeId sum = make.field(Field::frame_length);
    for (int i = 0; i < 20'000; ++i)
        sum = make.op(i % 2 ? Op::add : Op::mix, sum, make.word(static_cast<std::uint64_t>(i) * 77));
    make.pipeline.body = {test::statement(Kind::set_mark, 0, sum)};
    expect_same(make.pipeline);
}

TEST(large, chain_of_alternatives) {
    test::MakePipeline make;
    const NodeId port = make.field(Field::destination_port);
    NodeId any = make.boolean(false);
    for (int i = 0; i < 5'000; ++i)
        any = make.op(Op::either, any, make.op(Op::eq, port, make.word(static_cast<std::uint64_t>(i) * 13 % 65536)));
    make.pipeline.body = {test::branch(any, {test::statement(Kind::kernel)}, {test::statement(Kind::drop)})};
    expect_same(make.pipeline);
}

/// Written where it is needed, this would be written 2^40 times.
TEST(large, shared_conditions) {
    test::MakePipeline make;
    NodeId truth = make.op(Op::eq, make.field(Field::ip_ttl), make.word(64));
    for (unsigned i = 0; i < 40; ++i) {
        const NodeId a = make.op(Op::lt, make.field(Field::ip_id), make.word(i * 1000));
        const NodeId b = make.op(Op::lt, make.field(Field::ip_total_length), make.word(i * 30));
        truth = make.op(Op::either, make.op(Op::both, a, truth), make.op(Op::both, b, make.op(Op::negate, truth)));
    }
    make.pipeline.body = {test::branch(truth, {test::statement(Kind::kernel)})};
    expect_same(make.pipeline);
}

TEST(large, nested_statements) {
    test::MakePipeline make;
    Block inner{test::statement(Kind::kernel)};
    for (unsigned i = 0; i < 500; ++i) {
        const NodeId test = make.op(Op::ne, make.field(i % 2 ? Field::ip_ttl : Field::source_port), make.word(i));
        inner = {test::branch(test, std::move(inner), {test::statement_of(Kind::count, i % 64, 1)})};
    }
    make.pipeline.body = std::move(inner);
    expect_same(make.pipeline);
}

TEST(large, many_filters) {
    test::MakePipeline make;
    for (unsigned i = 0; i < 3'000; ++i) {
        const NodeId port = make.op(Op::eq, make.field(Field::source_port), make.word(i));
        const NodeId address = make.op(Op::eq, make.field(Field::ip_source), make.word(0x0a000000 + i));
        make.pipeline.body.push_back(test::branch(make.op(Op::both, port, address), {test::statement(Kind::drop)}));
    }
    expect_same(make.pipeline);
}

TEST(large, random) {
    expect_same(test::RandomPipelines(4).next(5'000));
}

} // namespace
