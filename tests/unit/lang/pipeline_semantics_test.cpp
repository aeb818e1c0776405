// The pure operations shared by folding and evaluation.
#include "lang/pipeline/semantics.hpp"
#include <gtest/gtest.h>

namespace pfq::lang {
namespace {

constexpr std::uint64_t top = std::uint64_t{1} << 63U;

TEST(PipelineSemantics, Arithmetic) {
    EXPECT_EQ(arithmetic(Op::add, 5, 7), 12U);
    EXPECT_EQ(arithmetic(Op::add, top, top), 0U);
    EXPECT_EQ(arithmetic(Op::sub, 0, 2), absent - 1);
    EXPECT_EQ(arithmetic(Op::sub, 0, 1), absent); // all ones is absent by definition
    EXPECT_EQ(arithmetic(Op::mul, top, 2), 0U);
    EXPECT_EQ(arithmetic(Op::div, 17, 5), 3U);
    EXPECT_EQ(arithmetic(Op::div, 17, 0), absent);
    EXPECT_EQ(arithmetic(Op::mod, 17, 5), 2U);
    EXPECT_EQ(arithmetic(Op::mod, 17, 0), absent);
    EXPECT_EQ(arithmetic(Op::bit_and, 12, 10), 8U);
    EXPECT_EQ(arithmetic(Op::bit_or, 12, 10), 14U);
    EXPECT_EQ(arithmetic(Op::bit_xor, 12, 10), 6U);
    EXPECT_EQ(arithmetic(Op::shl, 1, 63), top);
    EXPECT_EQ(arithmetic(Op::shl, 1, 64), 0U);
    EXPECT_EQ(arithmetic(Op::shr, top, 63), 1U);
    EXPECT_EQ(arithmetic(Op::shr, top, 64), 0U);
    EXPECT_EQ(arithmetic(Op::shr, 5, absent - 1), 0U);
}

TEST(PipelineSemantics, AbsentOperandsMakeAbsentResults) {
    for (const Op op : {Op::add, Op::sub, Op::mul, Op::div, Op::mod, Op::bit_and, Op::bit_or, Op::bit_xor, Op::shl,
                        Op::shr, Op::mix}) {
        EXPECT_EQ(arithmetic(op, absent, 0), absent) << name(op);
        EXPECT_EQ(arithmetic(op, 0, absent), absent) << name(op);
    }
    for (const Op op : {Op::eq, Op::ne, Op::lt, Op::le}) {
        EXPECT_FALSE(compare(op, absent, absent)) << name(op);
        EXPECT_FALSE(compare(op, absent, 0)) << name(op);
        EXPECT_FALSE(compare(op, 0, absent)) << name(op);
    }
}

TEST(PipelineSemantics, Comparisons) {
    EXPECT_TRUE(compare(Op::eq, 3, 3));
    EXPECT_FALSE(compare(Op::eq, 3, 4));
    EXPECT_TRUE(compare(Op::ne, 3, 4));
    EXPECT_FALSE(compare(Op::ne, 3, 3));
    EXPECT_TRUE(compare(Op::lt, 3, top)); // unsigned
    EXPECT_FALSE(compare(Op::lt, 3, 3));
    EXPECT_TRUE(compare(Op::le, 3, 3));
    EXPECT_FALSE(compare(Op::le, top, 3));
}

TEST(PipelineSemantics, Connectives) {
    for (const bool a : {false, true})
        for (const bool b : {false, true}) {
            EXPECT_EQ(connect(Op::both, a, b), a && b);
            EXPECT_EQ(connect(Op::either, a, b), a || b);
            EXPECT_EQ(connect(Op::differ, a, b), a != b);
        }
}

// Computed with an independent implementation in Python, with integers of any size.
TEST(PipelineSemantics, Mix) {
    EXPECT_EQ(mix(0, 0), 0U);
    EXPECT_EQ(mix(1, 2), 0x9ff9001aU);
    EXPECT_EQ(mix(0x0a000001, 4), 0xedd2e6ddU);
    EXPECT_EQ(mix(0x20010db800000000, 1), 0x681fd727U);
    EXPECT_EQ(mix(absent, absent), 0x4d517fb6U);
}

TEST(PipelineSemantics, WordSets) {
    const WordSet set{{{1, 1}, {5, 9}, {100, absent}}};
    for (const std::uint64_t in : {1, 5, 7, 9, 100, 4000})
        EXPECT_TRUE(contains(set, in)) << in;
    for (const std::uint64_t out : {0, 2, 4, 10, 99})
        EXPECT_FALSE(contains(set, out)) << out;
    EXPECT_FALSE(contains(set, absent));
    EXPECT_FALSE(contains(WordSet{}, 0));
}

TEST(PipelineSemantics, PrefixSetsOfIpv4) {
    const PrefixSet set{{{false, 8, 0, 0x0a000000}, {false, 32, 0, 0xc0a80101}}};
    EXPECT_TRUE(contains(set, {false, 0, 0x0affffff}));
    EXPECT_TRUE(contains(set, {false, 0, 0x0a000000}));
    EXPECT_FALSE(contains(set, {false, 0, 0x0b000000}));
    EXPECT_TRUE(contains(set, {false, 0, 0xc0a80101}));
    EXPECT_FALSE(contains(set, {false, 0, 0xc0a80100}));
    EXPECT_FALSE(contains(set, {true, 0, 0x0a000000})); // the other family
}

TEST(PipelineSemantics, PrefixSetsOfIpv6) {
    const std::uint64_t high = 0x20010db800010000;
    const auto only = [](unsigned length, std::uint64_t upper, std::uint64_t lower) {
        return PrefixSet{{{true, static_cast<std::uint8_t>(length), upper, lower}}};
    };
    EXPECT_TRUE(contains(only(48, high, 0), {true, high | 0xffff, 7}));
    EXPECT_FALSE(contains(only(48, high, 0), {true, high + 0x10000, 7}));
    EXPECT_TRUE(contains(only(64, high, 0), {true, high, absent}));
    EXPECT_FALSE(contains(only(64, high, 0), {true, high | 1, 0}));
    EXPECT_TRUE(contains(only(65, high, top), {true, high, top | 1}));
    EXPECT_FALSE(contains(only(65, high, top), {true, high, 1}));
    EXPECT_TRUE(contains(only(128, high, 5), {true, high, 5}));
    EXPECT_FALSE(contains(only(128, high, 5), {true, high, 4}));
}

TEST(PipelineSemantics, PrefixesOfLengthZeroHoldTheirFamily) {
    EXPECT_TRUE(contains(PrefixSet{{{false, 0, 0, 0}}}, {false, 0, 0xffffffff}));
    EXPECT_FALSE(contains(PrefixSet{{{false, 0, 0, 0}}}, {true, 0, 0}));
    EXPECT_TRUE(contains(PrefixSet{{{true, 0, 0, 0}}}, {true, absent, absent}));
    EXPECT_FALSE(contains(PrefixSet{{{true, 0, 0, 0}}}, {false, 0, 0}));
}

TEST(PipelineSemantics, BloomFilters) {
    Bloom bloom{.mask = 0xffffff00, .bits = std::vector<std::uint64_t>(4)};
    for (unsigned i = 0; i < 4; ++i) {
        const std::uint64_t bin = mix(0x0a000000, i + 1) % 256;
        bloom.bits[bin / 64] |= std::uint64_t{1} << (bin % 64);
    }
    EXPECT_TRUE(contains(bloom, 0x0a000000));
    EXPECT_TRUE(contains(bloom, 0x0a0000ff)); // masked
    EXPECT_FALSE(contains(bloom, absent));
    unsigned hits = 0;
    for (std::uint64_t net = 1; net <= 1000; ++net)
        hits += contains(bloom, 0x0a000000 + (net << 8U)) ? 1 : 0;
    EXPECT_LE(hits, 5U); // four bits of 256: nearly nothing else
}

TEST(PipelineSemantics, FlowKeysHaveNoDirection) {
    const End a{{false, 0, 0x0a000001}, 1234};
    const End b{{false, 0, 0x0a000002}, 80};
    EXPECT_EQ(flow_key(a, b, 6), flow_key(b, a, 6));
    EXPECT_EQ(flow_key(a, b, 6).low, 0x0a000001U);
    EXPECT_EQ(flow_key(b, a, 6).port, 1234U);
    EXPECT_EQ(flow_key(b, a, 6).port2, 80U);
    EXPECT_NE(flow_key(a, b, 6), flow_key(a, b, 17));
    const End c{a.address, 80}; // the same address: ports decide
    EXPECT_EQ(flow_key(a, c, 6), flow_key(c, a, 6));
    EXPECT_EQ(flow_key(a, c, 6).port, 80U);
    const End high{{true, 1, 0}, 1};
    const End low{{true, 0, 5}, 2};
    EXPECT_EQ(flow_key(high, low, 6).high, 0U);
    EXPECT_TRUE(flow_key(high, low, 6).ipv6);
}

} // namespace
} // namespace pfq::lang
