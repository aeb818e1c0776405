// What the optimiser must find. That it changes no meaning is the business of the property tests.
#include <algorithm>

#include "tests/unit/lang/compiled.hpp"

namespace pfq::test {

namespace {

std::size_t count(const lang::Pipeline& pipeline, lang::Op op) {
    return static_cast<std::size_t>(
        std::ranges::count_if(pipeline.nodes, [op](const lang::Node& node) { return node.op == op; }));
}

lang::Pipeline pipeline(const std::string& program) {
    Compiled compiled(program);
    EXPECT_EQ(compiled.errors(), "");
    return compiled.result ? compiled.result->pipeline : lang::Pipeline{};
}

} // namespace

TEST(Optimise, PortListsBecomeSets) {
    const auto p = pipeline("filter (any has_port [80, 443, 8000..8010])");
    EXPECT_EQ(count(p, lang::Op::in_set), 2u);
    EXPECT_EQ(count(p, lang::Op::eq), 0u);
    ASSERT_EQ(p.sets.size(), 1u);
    EXPECT_EQ(p.sets[0].ranges.size(), 3u);
}

TEST(Optimise, NegatedListsToo) {
    EXPECT_EQ(count(pipeline("filter (all (not . has_port) [1, 5, 9])"), lang::Op::in_set), 2u);
}

TEST(Optimise, PrefixListsBecomeOneTest) {
    EXPECT_EQ(
        count(pipeline("filter (has_addr \"10.0.0.0/8\" .||. has_addr \"192.168.0.0/16\")"), lang::Op::in_prefixes),
        1u);
}

TEST(Optimise, ImpliedTestsGo) {
    EXPECT_EQ(pipeline("tcp >-> when is_udp drop >-> tcp"), pipeline("tcp"));
    EXPECT_EQ(pipeline("tcp >-> if is_tcp then classify 1 else classify 2"), pipeline("tcp >-> classify 1"));
    EXPECT_EQ(pipeline("unless is_tcp drop"), pipeline("tcp"));
}

TEST(Optimise, DeadCodeGoes) {
    EXPECT_EQ(pipeline("drop >-> steer_flow >-> log_msg \"never\""), pipeline("drop"));
    EXPECT_TRUE(pipeline("when never steer_flow").body.empty());
}

TEST(Optimise, FiltersInParAreOneTest) {
    const auto p = pipeline("par (tcp >-> port 80) (udp >-> port 53)");
    for (const auto& stmt : p.body)
        EXPECT_NE(stmt.kind, lang::Stmt::Kind::attempt);
}

TEST(Optimise, ImpossibleComparisonsAreFalse) {
    EXPECT_EQ(pipeline("filter (ip_ttl .> 255)"), pipeline("drop"));
    EXPECT_EQ(pipeline("when (tcp_source .>= 65536) drop"), pipeline("unit"));
}

TEST(Optimise, UnusedMarksAreNotRead) {
    EXPECT_EQ(pipeline("when is_tcp (mark 1) >-> udp").slots, 0u);
}

TEST(Effects, AreSaid) {
    Compiled compiled("when is_tcp (classify 2 >-> forward \"eth1\") >-> kernel_if is_arp >-> sample 10 >-> shift tcp");
    ASSERT_EQ(compiled.errors(), "");
    const auto& e = compiled.result->effects;
    EXPECT_TRUE(e.may_drop && e.may_deliver && e.to_kernel && e.needs_sequence);
    EXPECT_FALSE(e.sets_mark || e.needs_time || e.counts);
    EXPECT_EQ(e.shift_depth, 1u);
    EXPECT_EQ(e.forwards, std::vector<std::string>{"eth1"});
    EXPECT_EQ(e.class_masks, (std::vector<std::uint64_t>{1, 4}));
}

} // namespace pfq::test
