// Native code against the reference evaluator: every field, operation, statement and set.
#include "tests/support/make_pipeline.hpp"
#include "tests/support/random_packet.hpp"
#include "tests/unit/codegen/random_pipeline.hpp"
#include "tests/unit/codegen/run.hpp"
#include <gtest/gtest.h>

namespace {

using namespace pfq;
using namespace pfq::lang;
using pfq::test::branch;
using pfq::test::statement;
using pfq::test::statement_of;
using Kind = Stmt::Kind;

std::vector<test::TestPacket> packets(std::uint64_t seed, std::size_t count) {
    test::RandomPackets random(seed);
    std::vector<test::TestPacket> all;
    while (all.size() < count)
        all.push_back(random.next());
    return all;
}

/// Both executions give the same for all packets.
void expect_agreement(const Pipeline& pipeline, const std::vector<test::TestPacket>& all,
                      codegen::Shape shape = codegen::Shape::automatic) {
    ASSERT_EQ(check(pipeline), "");
    const test::Native native(pipeline, shape);
    for (const auto& packet : all) {
        const auto expected = test::run_reference(pipeline, packet);
        const auto got = native.run(packet);
        ASSERT_TRUE(test::same(expected, got)) << "packet " << describe(packet) << "\nexpected " << test::show(expected)
                                               << "\ngot      " << test::show(got);
    }
}

/// Shows a word in the verdict: presence as the counter, the low half as mark, the high half as state.
void reveal(test::MakePipeline& make, NodeId word, std::uint64_t counter) {
    const NodeId high = make.op(Op::shr, word, make.word(32));
    make.pipeline.body.push_back(branch(make.op(Op::present, word), {statement_of(Kind::count, counter, 1)}));
    // Folded into the mark so that every word counts: mark = mix(mark, word).
    const auto slot = make.pipeline.slots++;
    make.pipeline.body.push_back(statement_of(Kind::snap, slot, static_cast<unsigned>(Input::mark)));
    const NodeId before = make.add({.op = Op::slot, .imm = slot});
    make.pipeline.body.push_back(statement(Kind::set_mark, 0, make.op(Op::mix, make.op(Op::mix, before, word), high)));
}

TEST(native, fields_at_every_level) {
    for (unsigned level = 0; level <= max_shift; ++level) {
        test::MakePipeline make;
        std::uint64_t counter = 0;
        for (const auto& info : fields())
            reveal(make, make.field(info.field, level), counter++);
        expect_agreement(make.pipeline, packets(level + 1, 3000));
    }
}

TEST(native, fields_alone) {
    for (const auto& info : fields()) {
        test::MakePipeline make;
        reveal(make, make.field(info.field, 0), 0);
        expect_agreement(make.pipeline, packets(77, 500));
    }
}

/// PFQ_ROUNDS in the environment makes random tests longer.
std::uint64_t rounds(std::uint64_t usual) {
    const char* factor = std::getenv("PFQ_ROUNDS");
    return factor ? usual * std::strtoull(factor, nullptr, 10) : usual;
}

TEST(native, random_pipelines) {
    for (std::uint64_t seed = 1; seed <= rounds(60); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const Pipeline pipeline = test::RandomPipelines(seed).next(20 + seed % 7 * 30);
        expect_agreement(pipeline, packets(seed, 300), seed % 2 ? codegen::Shape::inlined : codegen::Shape::outlined);
        if (HasFatalFailure())
            FAIL() << print(pipeline);
    }
}

} // namespace
