// Every operation of the reference evaluator.
#include "lang/reference/evaluate.hpp"
#include "tests/support/make_pipeline.hpp"
#include "tests/support/test_packet.hpp"
#include <gtest/gtest.h>
#include <set>

namespace pfq::lang::reference {
namespace {

using test::MakePipeline;
using test::statement;
using Kind = Stmt::Kind;

class ReferenceNodes : public testing::Test {
protected:
    /// Whether a boolean node is true of the packet: dropped if not.
    bool truth(NodeId id) {
        make.pipeline.body = {test::branch(id, {}, {statement(Kind::drop)})};
        EXPECT_EQ(check(make.pipeline), "");
        return evaluate(make.pipeline, to_input(packet), environment).fanout == Fanout::copy;
    }

    /// Whether a word node has that value, or is absent.
    bool is(NodeId id, std::uint64_t value) {
        if (value == absent)
            return !truth(make.op(Op::present, id));
        return truth(make.op(Op::eq, id, make.word(value)));
    }

    NodeId input(Input which) { return make.add({.op = Op::input, .sub = static_cast<std::uint16_t>(which)}); }
    NodeId load(Base base, unsigned width, std::uint64_t offset, unsigned level = 0) {
        return make.add({.op = Op::load,
                         .level = static_cast<std::uint8_t>(level),
                         .sub = static_cast<std::uint16_t>(width),
                         .a = make.word(offset),
                         .imm = static_cast<std::uint64_t>(base)});
    }
    NodeId sided(Op op, Side side, unsigned level = 0, std::uint64_t imm = 0) {
        return make.add(
            {.op = op, .level = static_cast<std::uint8_t>(level), .sub = static_cast<std::uint16_t>(side), .imm = imm});
    }

    MakePipeline make;
    test::TestPacket packet = test::parse_packet("eth / ip / tcp");
    Environment environment;
};

TEST_F(ReferenceNodes, Constants) {
    EXPECT_TRUE(is(make.word(5), 5));
    EXPECT_FALSE(is(make.word(5), 6));
    EXPECT_TRUE(is(make.word(absent), absent));
    EXPECT_TRUE(truth(make.boolean(true)));
    EXPECT_FALSE(truth(make.boolean(false)));
}

TEST_F(ReferenceNodes, Fields) {
    packet = test::parse_packet("eth / ip ttl=3 / ip ttl=4 / udp");
    EXPECT_TRUE(is(make.field(Field::ip_ttl), 3));
    EXPECT_TRUE(is(make.field(Field::ip_ttl, 1), 4));
    EXPECT_TRUE(is(make.field(Field::ip_ttl, 2), absent));
    EXPECT_TRUE(is(make.field(Field::frame_length, 3), packet.length));
    EXPECT_TRUE(is(make.field(Field::tcp_flags, 1), absent));
}

TEST_F(ReferenceNodes, Inputs) {
    packet = test::parse_packet("eth | device=3 queue=4 seq=5 time=6 host=10.0.0.7 host6=fe80::8");
    EXPECT_TRUE(is(input(Input::device), 3));
    EXPECT_TRUE(is(input(Input::queue), 4));
    EXPECT_TRUE(is(input(Input::sequence), 5));
    EXPECT_TRUE(is(input(Input::time), 6));
    EXPECT_TRUE(is(input(Input::device_address), 0x0a000007));
    EXPECT_TRUE(is(input(Input::device_address6_high), 0xfe80000000000000));
    EXPECT_TRUE(is(input(Input::device_address6_low), 8));
    packet = test::parse_packet("eth");
    for (const Input which : {Input::device_address, Input::device_address6_high, Input::device_address6_low})
        EXPECT_TRUE(is(input(which), absent));
}

TEST_F(ReferenceNodes, Loads) {
    packet = test::parse_packet("eth / ip / udp / data 0102030405");
    EXPECT_TRUE(is(load(Base::frame, 2, 12), 0x0800));
    EXPECT_TRUE(is(load(Base::l3, 1, 9), 17));
    EXPECT_TRUE(is(load(Base::l4, 2, 2), 9));
    EXPECT_TRUE(is(load(Base::payload, 4, 1), 0x02030405));
    EXPECT_TRUE(is(load(Base::payload, 4, 2), absent));
    EXPECT_TRUE(is(load(Base::payload, 1, 4), 5));
    EXPECT_TRUE(is(load(Base::payload, 1, 5), absent));
    EXPECT_TRUE(is(load(Base::l3, 2, ~std::uint64_t{0} - 1), 0x0800)); // offset -2
    EXPECT_TRUE(is(load(Base::frame, 4, ~std::uint64_t{0} - 1), absent));
    EXPECT_TRUE(is(load(Base::frame, 1, absent), absent));
    EXPECT_TRUE(is(load(Base::l3, 1, 0, 1), absent)); // no such level
    EXPECT_TRUE(is(load(Base::frame, 2, 12, 3), 0x0800));
    packet = test::parse_packet("eth / ip / ip6 / tcp / data ab");
    EXPECT_TRUE(is(load(Base::l3, 1, 0, 1), 0x60));
    EXPECT_TRUE(is(load(Base::payload, 1, 0, 1), 0xab));
    EXPECT_TRUE(is(load(Base::payload, 1, 0), absent));
}

TEST_F(ReferenceNodes, ArithmeticAndSelection) {
    const NodeId six = make.word(6), four = make.word(4), none = make.word(absent);
    const std::pair<Op, std::uint64_t> results[] = {
        {Op::add, 10},   {Op::sub, 2},     {Op::mul, 24}, {Op::div, 1}, {Op::mod, 2},        {Op::bit_and, 4},
        {Op::bit_or, 6}, {Op::bit_xor, 2}, {Op::shl, 96}, {Op::shr, 0}, {Op::mix, mix(6, 4)}};
    for (const auto& [op, result] : results) {
        EXPECT_TRUE(is(make.op(op, six, four), result)) << name(op);
        EXPECT_TRUE(is(make.op(op, six, none), absent)) << name(op);
    }
    EXPECT_TRUE(is(make.op(Op::sub, make.word(0), make.word(1)), absent));
    const NodeId yes = make.boolean(true), no = make.boolean(false);
    EXPECT_TRUE(is(make.op(Op::select, yes, six, none), 6)); // only the branch taken counts
    EXPECT_TRUE(is(make.op(Op::select, no, six, none), absent));
}

TEST_F(ReferenceNodes, Comparisons) {
    const NodeId six = make.word(6), four = make.word(4), none = make.word(absent);
    EXPECT_FALSE(truth(make.op(Op::eq, six, four)));
    EXPECT_TRUE(truth(make.op(Op::ne, six, four)));
    EXPECT_FALSE(truth(make.op(Op::lt, six, four)));
    EXPECT_TRUE(truth(make.op(Op::lt, four, six)));
    EXPECT_TRUE(truth(make.op(Op::le, six, six)));
    for (const Op op : {Op::eq, Op::ne, Op::lt, Op::le})
        EXPECT_FALSE(truth(make.op(op, none, none))) << name(op);
}

TEST_F(ReferenceNodes, Connectives) {
    const NodeId yes = make.boolean(true), no = make.boolean(false);
    EXPECT_TRUE(truth(make.op(Op::negate, no)));
    EXPECT_FALSE(truth(make.op(Op::negate, yes)));
    EXPECT_FALSE(truth(make.op(Op::both, yes, no)));
    EXPECT_TRUE(truth(make.op(Op::both, yes, yes)));
    EXPECT_TRUE(truth(make.op(Op::either, no, yes)));
    EXPECT_FALSE(truth(make.op(Op::either, no, no)));
    EXPECT_TRUE(truth(make.op(Op::differ, no, yes)));
    EXPECT_FALSE(truth(make.op(Op::differ, yes, yes)));
}

TEST_F(ReferenceNodes, Sets) {
    make.pipeline.sets = {{{{80, 90}}}};
    const NodeId port = make.field(Field::destination_port);
    const NodeId in = make.add({.op = Op::in_set, .a = port});
    EXPECT_TRUE(truth(in));
    packet = test::parse_packet("eth / ip / tcp dport=91");
    EXPECT_FALSE(truth(in));
    packet = test::parse_packet("eth / arp");
    EXPECT_FALSE(truth(in));
}

TEST_F(ReferenceNodes, PrefixesLookAtTheSideAndLevel) {
    make.pipeline.prefix_sets = {{{{false, 8, 0, 0x0a000000}, {true, 32, 0x20010db800000000, 0}}}};
    const NodeId source = sided(Op::in_prefixes, Side::source);
    const NodeId destination = sided(Op::in_prefixes, Side::destination);
    const NodeId both = sided(Op::in_prefixes, Side::both);
    const NodeId deeper = sided(Op::in_prefixes, Side::both, 1);
    packet = test::parse_packet("eth / ip src=10.9.9.9 dst=11.0.0.1 / ip6 dst=fe80::1 / udp");
    EXPECT_TRUE(truth(source));
    EXPECT_FALSE(truth(destination));
    EXPECT_TRUE(truth(both));
    EXPECT_TRUE(truth(deeper));
    packet = test::parse_packet("eth / ip6 src=fe80::1 dst=2001:db8:ffff:ffff:ffff:ffff:ffff:ffff / udp");
    EXPECT_FALSE(truth(source));
    EXPECT_TRUE(truth(destination)); // although the lower half is all ones
    EXPECT_FALSE(truth(deeper));
    packet = test::parse_packet("eth / arp");
    EXPECT_FALSE(truth(both));
}

TEST_F(ReferenceNodes, BloomFilters) {
    Bloom bloom{.mask = 0xffffff00, .bits = {0, 0, 0, 0}};
    for (unsigned i = 0; i < 4; ++i)
        bloom.bits[bloom_bin(0x0a000000, i, 256) / 64] |= std::uint64_t{1} << (bloom_bin(0x0a000000, i, 256) % 64);
    make.pipeline.blooms = {bloom};
    const NodeId in = make.add({.op = Op::in_bloom, .a = make.field(Field::ip_source)});
    EXPECT_TRUE(truth(in));
    packet = test::parse_packet("eth / ip src=10.0.1.0");
    EXPECT_FALSE(truth(in));
    packet = test::parse_packet("eth / ip6");
    EXPECT_FALSE(truth(in));
}

TEST_F(ReferenceNodes, Tables) {
    make.pipeline.tables = {{"a", TableKind::address}, {"p", TableKind::port}, {"f", TableKind::flow}};
    std::set<std::pair<std::size_t, TableKey>> known;
    environment.lookup = [&](std::size_t table, const TableKey& key) { return known.contains({table, key}); };
    const auto in = [&](unsigned table, Side side) { return truth(sided(Op::in_table, side, 0, table)); };
    packet = test::parse_packet("eth / ip src=10.0.0.1 dst=10.0.0.2 / tcp sport=7 dport=8");
    known = {{0, address_key({false, 0, 0x0a000001})}, {1, port_key(8)}};
    EXPECT_TRUE(in(0, Side::source));
    EXPECT_FALSE(in(0, Side::destination));
    EXPECT_TRUE(in(0, Side::both));
    EXPECT_FALSE(in(1, Side::source));
    EXPECT_TRUE(in(1, Side::destination));
    EXPECT_TRUE(in(1, Side::both));
    EXPECT_FALSE(in(2, Side::both));
    known = {{2, flow_key({{false, 0, 0x0a000002}, 8}, {{false, 0, 0x0a000001}, 7}, 6)}};
    for (const Side side : {Side::source, Side::destination, Side::both})
        EXPECT_TRUE(in(2, side));
    packet = test::parse_packet("eth / ip src=10.0.0.1 dst=10.0.0.2 / udp sport=7 dport=8");
    EXPECT_FALSE(in(2, Side::both));                                                 // another protocol
    packet = test::parse_packet("eth / ip6 src=2001:db8::1 / udp dport=4 | cut=57"); // the second port is cut off
    known = {{0, address_key({true, 0x20010db800000000, 1})}, {1, port_key(1024)}};
    EXPECT_TRUE(in(0, Side::source));
    EXPECT_TRUE(in(1, Side::source));
    EXPECT_FALSE(in(1, Side::destination));
    EXPECT_FALSE(in(2, Side::both));
    environment.lookup = nullptr;
    EXPECT_FALSE(in(0, Side::both));
}

TEST_F(ReferenceNodes, SharedNodesAreEvaluatedOnce) {
    NodeId id = make.word(1); // 2^200 paths
    for (int i = 0; i < 200; ++i)
        id = make.op(Op::add, id, id);
    EXPECT_TRUE(is(id, 0));
}

TEST_F(ReferenceNodes, LongChainsDoNotNeedTheStack) {
    const NodeId one = make.word(1);
    NodeId id = one;
    for (int i = 1; i < 300000; ++i)
        id = make.op(Op::add, id, one);
    EXPECT_TRUE(is(id, 300000));
}

} // namespace
} // namespace pfq::lang::reference
