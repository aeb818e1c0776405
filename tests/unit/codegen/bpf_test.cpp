// eBPF objects: the kernel accepts them, and its verdicts are those of the reference evaluator.
#include "tests/support/bpf/make_job.hpp"
#include "tests/support/random_packet.hpp"
#include "tests/unit/codegen/random_pipeline.hpp"
#include "tests/unit/codegen/run.hpp"
#include <gtest/gtest.h>
#include <unistd.h>

namespace {

using namespace pfq;
using namespace pfq::lang;
using test::Hook;

class bpf : public testing::Test {
protected:
    void SetUp() override {
        if (geteuid() != 0)
            GTEST_SKIP() << "loading eBPF programs needs root";
    }

private:
    const test::OnCpu keep_{0};
};

std::vector<test::TestPacket> runnable_packets(std::uint64_t seed, std::size_t count) {
    test::RandomPackets random(seed);
    std::vector<test::TestPacket> all;
    while (all.size() < count) {
        auto packet = random.next();
        packet.length = static_cast<std::uint32_t>(packet.bytes.size());
        if (test::runnable(packet))
            all.push_back(std::move(packet));
    }
    return all;
}

std::uint64_t rounds(std::uint64_t usual) {
    const char* factor = std::getenv("PFQ_ROUNDS");
    return factor ? usual * std::strtoull(factor, nullptr, 10) : usual;
}

/// The packets are known beforehand, and so are the entries of tables that they ask for.
test::BpfGroup make_group(Pipeline pipeline, const std::vector<test::TestPacket>& packets) {
    test::BpfGroup group;
    group.program = print(pipeline);
    for (unsigned i = 0; i < pipeline.devices.size(); ++i)
        group.devices.push_back(i + 1);
    group.pipeline = std::move(pipeline);
    group.holds = test::table_holds;
    group.tables = entries_asked_for(group, packets);
    return group;
}

/// What is counted when all packets of a job have run.
test::BpfCounts expected_counts(const test::BpfJob& job, std::size_t group) {
    test::BpfCounts counts{.received = job.packets.size()};
    for (const auto& packet : job.packets)
        ++(packet.expected[group].verdict.fanout == Fanout::drop ? counts.dropped : counts.accepted);
    return counts;
}

void expect_agreement(const std::vector<Pipeline>& pipelines, Hook hook, codegen::Shape shape,
                      const std::vector<test::TestPacket>& packets) {
    std::vector<test::BpfGroup> groups;
    for (const Pipeline& pipeline : pipelines)
        groups.push_back(make_group(pipeline, packets));
    test::BpfJob job = make_job("", hook, shape, groups);
    add_packets(job, groups, packets);
    const auto object = load(job);
    const auto result = run(job, *object);
    for (const std::string& fault : result.faults)
        ADD_FAILURE() << fault;
    EXPECT_GT(result.ran, packets.size() * 8 / 10) << result.refused << " packets refused";
    for (std::size_t group = 0; group < groups.size() && result.refused == 0; ++group)
        EXPECT_EQ(object->counts(group), expected_counts(job, group)) << group;
    EXPECT_EQ(object->result(), hook == Hook::xdp ? 2 : -1); // XDP_PASS; TCX_NEXT
}

TEST_F(bpf, random_pipelines) {
    for (std::uint64_t seed = 1; seed <= rounds(40); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const Pipeline pipeline = test::RandomPipelines(seed).next(20 + seed % 5 * 10);
        expect_agreement({pipeline}, seed % 2 ? Hook::xdp : Hook::tc, codegen::Shape::inlined,
                         runnable_packets(seed, 60));
    }
}

TEST_F(bpf, groups_together) {
    for (const auto shape : {codegen::Shape::inlined, codegen::Shape::outlined}) {
        std::vector<Pipeline> groups;
        for (std::uint64_t seed = 100; seed < 108; ++seed)
            groups.push_back(test::RandomPipelines(seed).next(30));
        expect_agreement(groups, Hook::xdp, shape, runnable_packets(5, 200));
        expect_agreement(groups, Hook::tc, shape, runnable_packets(6, 200));
    }
}

/// Drops what is in none of the three tables; marks by table.
Pipeline table_pipeline() {
    Pipeline pipeline;
    pipeline.tables = {{"addresses", TableKind::address}, {"ports", TableKind::port}, {"flows", TableKind::flow}};
    for (const auto side : {Side::source, Side::destination, Side::both})
        for (std::uint64_t table = 0; table < 3; ++table) {
            const auto node = static_cast<NodeId>(pipeline.nodes.size());
            pipeline.nodes.push_back({.op = Op::in_table, .sub = static_cast<std::uint16_t>(side), .imm = table});
            const Stmt count{.kind = Stmt::Kind::count, .sub = 1, .imm = node, .body = {}, .other = {}};
            const Stmt kernel{.kind = Stmt::Kind::kernel, .body = {}, .other = {}};
            const Stmt drop{.kind = Stmt::Kind::drop, .body = {}, .other = {}};
            const bool last = node == 8;
            pipeline.body.push_back({.kind = Stmt::Kind::branch,
                                     .a = node,
                                     .body = {count, kernel},
                                     .other = last ? Block{drop} : Block{}});
        }
    return pipeline;
}

TEST_F(bpf, tables) {
    const auto packets = runnable_packets(11, 600);
    const Pipeline pipeline = table_pipeline();
    ASSERT_EQ(check(pipeline), "");
    const auto group = make_group(pipeline, packets);
    ASSERT_GT(group.tables.size(), 20U);
    for (const auto hook : {Hook::xdp, Hook::tc}) // behind another group's tables
        expect_agreement({pipeline, pipeline}, hook, codegen::Shape::inlined, packets);
}

TEST_F(bpf, large_pipelines) {
    for (std::uint64_t seed = 1; seed <= rounds(6); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        expect_agreement({test::RandomPipelines(seed).next(200)}, seed % 2 ? Hook::xdp : Hook::tc,
                         codegen::Shape::automatic, runnable_packets(seed, 60));
    }
}

} // namespace
