// eBPF objects: the kernel accepts them, and its verdicts are those of the reference evaluator.
#include "codegen/compiler.hpp"
#include "datapath/bpf_abi.h"
#include "tests/support/random_packet.hpp"
#include "tests/unit/codegen/random_pipeline.hpp"
#include "tests/unit/codegen/run.hpp"
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cstdarg>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <sched.h>
#include <unistd.h>

namespace {

using namespace pfq;
using namespace pfq::lang;

std::string kernel_words; // what libbpf prints while it loads

int keep_words(libbpf_print_level level, const char* format, va_list arguments) {
    static constexpr std::size_t shown = 3000; // the verifier's verdict is at the end of its log
    char* text = nullptr;
    if (level == LIBBPF_DEBUG || vasprintf(&text, format, arguments) < 0)
        return 0;
    kernel_words += text;
    kernel_words.erase(0, kernel_words.size() - std::min(kernel_words.size(), shown));
    free(text);
    return 0;
}

struct CloseObject {
    void operator()(bpf_object* object) const { bpf_object__close(object); }
};

/// A loaded program with its maps. Groups are numbered as in the request.
class Loaded {
public:
    Loaded(const std::vector<Pipeline>& groups, codegen::Target target, codegen::Shape shape) {
        codegen::Request request;
        request.target = target;
        request.shape = shape;
        request.groups = groups;
        auto compiled = codegen::compile(request, {.cache = false, .helper = {}});
        if (!compiled) {
            error = compiled.error().text;
            return;
        }
        kernel_words.clear();
        libbpf_set_print(keep_words);
        object_.reset(bpf_object__open_mem(compiled->output.data(), compiled->output.size(), nullptr));
        if (!object_ || bpf_object__load(object_.get()) != 0) {
            error = "not loaded: " + kernel_words;
            return;
        }
        if (bpf_object__btf_fd(object_.get()) < 0)
            error = "the kernel refused the type information: " + kernel_words;
        program_ = bpf_program__fd(bpf_object__next_program(object_.get(), nullptr));
        for (std::uint32_t cell = 0; map("pfq_devices") >= 0 && cell < PFQ_BPF_GROUPS * PFQ_BPF_DEVICES; ++cell) {
            const std::uint32_t device = cell % PFQ_BPF_DEVICES + 1; // as in the reference's world
            bpf_map_update_elem(map("pfq_devices"), &cell, &device, BPF_ANY);
        }
    }

    /// The verdict of each group; empty when the kernel cannot run such a packet.
    std::vector<Verdict> run(const test::TestPacket& packet, std::size_t groups) {
        set_inputs(packet);
        LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = packet.bytes.data(),
                    .data_size_in = static_cast<__u32>(packet.bytes.size()), .repeat = 1);
        if (bpf_prog_test_run_opts(program_, &options) != 0)
            return {};
        result = static_cast<int>(options.retval);
        std::vector<Verdict> verdicts;
        for (std::size_t group = 0; group < groups; ++group)
            verdicts.push_back(verdict(static_cast<std::uint32_t>(group)));
        return verdicts;
    }

    std::uint64_t counter(const char* map_name, std::uint32_t cell) const {
        return per_cpu<std::uint64_t>(map_name, cell);
    }
    int map(const char* map_name) const { return bpf_object__find_map_fd_by_name(object_.get(), map_name); }

    std::string error;
    int result = 0;

private:
    void set_inputs(const test::TestPacket& packet) const {
        const pfq_bpf_inputs inputs{.clock_offset = 0,
                                    .time = packet.time,
                                    .sequence = packet.sequence,
                                    .ipv4 = packet.device_address,
                                    .ipv6_high = packet.device_address6_high,
                                    .ipv6_low = packet.device_address6_low,
                                    .device = packet.device,
                                    .mark = packet.mark,
                                    .queue = packet.queue,
                                    .given = 1};
        const std::uint32_t cell = 0;
        bpf_map_update_elem(map("pfq_inputs"), &cell, &inputs, BPF_ANY);
    }

    /// Of the CPU that this test keeps to.
    template <class T> T per_cpu(const char* map_name, std::uint32_t cell) const {
        std::vector<T> values(static_cast<std::size_t>(libbpf_num_possible_cpus()));
        EXPECT_EQ(bpf_map_lookup_elem(map(map_name), &cell, values.data()), 0);
        return values[0];
    }

    Verdict verdict(std::uint32_t group) const {
        const auto v = per_cpu<pfq_verdict>("pfq_verdicts", group);
        return {.fanout = static_cast<Fanout>(v.fanout),
                .to_kernel = v.to_kernel != 0,
                .class_mask = v.class_mask,
                .key1 = v.key1,
                .key2 = v.key2,
                .mark = v.mark,
                .state = v.state,
                .slice = v.slice,
                .forward = v.forward};
    }

    std::unique_ptr<bpf_object, CloseObject> object_;
    int program_ = -1;
};

class bpf : public testing::Test {
protected:
    void SetUp() override {
        if (geteuid() != 0)
            GTEST_SKIP() << "loading eBPF programs needs root";
        cpu_set_t first;
        CPU_ZERO(&first);
        CPU_SET(0, &first);
        ASSERT_EQ(sched_setaffinity(0, sizeof first, &first), 0);
    }
};

/// Packets that the kernel's test run takes: Ethernet, complete, not large.
std::vector<test::TestPacket> runnable_packets(std::uint64_t seed, std::size_t count) {
    test::RandomPackets random(seed);
    std::vector<test::TestPacket> all;
    while (all.size() < count) {
        auto packet = random.next();
        packet.length = static_cast<std::uint32_t>(packet.bytes.size());
        if (packet.ethernet && packet.bytes.size() >= 14 && packet.bytes.size() < 3000)
            all.push_back(std::move(packet));
    }
    return all;
}

/// Tables are maps with contents of their own, so lookups cannot be those of the reference's world: left out here.
Pipeline random_pipeline(std::uint64_t seed, std::size_t size) {
    Pipeline pipeline = test::RandomPipelines(seed).next(size);
    for (auto& node : pipeline.nodes)
        if (node.op == Op::in_table)
            node = {.op = Op::boolean, .imm = node.imm & 1};
    return pipeline;
}

std::uint64_t rounds(std::uint64_t usual) {
    const char* factor = std::getenv("PFQ_ROUNDS");
    return factor ? usual * std::strtoull(factor, nullptr, 10) : usual;
}

void expect_agreement(const std::vector<Pipeline>& groups, codegen::Target target, codegen::Shape shape,
                      const std::vector<test::TestPacket>& packets) {
    Loaded loaded(groups, target, shape);
    ASSERT_EQ(loaded.error, "");
    for (const auto& packet : packets) {
        const auto got = loaded.run(packet, groups.size());
        for (std::size_t group = 0; group < got.size(); ++group) {
            auto expected = test::run_reference(groups[group], packet);
            test::Native::Result shown;
            shown.verdict = got[group];
            ASSERT_EQ(expected.verdict, got[group])
                << "group " << group << " packet " << describe(packet) << "\nexpected " << test::show(expected)
                << "\ngot      " << test::show(shown);
        }
    }
    EXPECT_EQ(loaded.result, target == codegen::Target::bpf_xdp ? 2 : -1);
}

TEST_F(bpf, random_pipelines) {
    for (std::uint64_t seed = 1; seed <= rounds(40); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const Pipeline pipeline = random_pipeline(seed, 20 + seed % 5 * 10);
        expect_agreement({pipeline}, seed % 2 ? codegen::Target::bpf_xdp : codegen::Target::bpf_tc,
                         codegen::Shape::inlined, runnable_packets(seed, 60));
    }
}

TEST_F(bpf, groups_together) {
    for (const auto shape : {codegen::Shape::inlined, codegen::Shape::outlined}) {
        std::vector<Pipeline> groups;
        for (std::uint64_t seed = 100; seed < 108; ++seed)
            groups.push_back(random_pipeline(seed, 30));
        expect_agreement(groups, codegen::Target::bpf_xdp, shape, runnable_packets(5, 200));
        expect_agreement(groups, codegen::Target::bpf_tc, shape, runnable_packets(6, 200));
    }
}

/// A set of keys, in the reference's world and in the maps.
class Tables {
public:
    /// Every other key that a lookup asks for becomes a member.
    bool holds(std::size_t table, const TableKey& key) {
        const auto [place, fresh] = known_.emplace(std::pair(table, key), ++asked_ % 2 == 0);
        return place->second;
    }
    void fill(const Loaded& loaded) const {
        const std::uint32_t value = 1;
        for (const auto& [where, member] : known_) {
            const auto& [table, key] = where;
            const auto number = static_cast<std::uint32_t>(table);
            if (!member)
                continue;
            if (table == 0) {
                const auto prefix = prefix_of(number, key);
                ASSERT_EQ(bpf_map_update_elem(loaded.map("pfq_prefixes"), &prefix, &value, BPF_ANY), 0);
            } else if (table == 1) {
                const pfq_bpf_port port{number, static_cast<std::uint32_t>(key.low)};
                ASSERT_EQ(bpf_map_update_elem(loaded.map("pfq_ports"), &port, &value, BPF_ANY), 0);
            } else {
                pfq_bpf_flow flow{};
                flow.table = number;
                flow.key = {key.high, key.low, key.high2, key.low2, key.port, key.port2, key.protocol, key.ipv6, 0};
                ASSERT_EQ(bpf_map_update_elem(loaded.map("pfq_flows"), &flow, &value, BPF_ANY), 0);
            }
        }
    }
    std::size_t size() const { return known_.size(); }

private:
    static pfq_bpf_prefix prefix_of(std::uint32_t table, const TableKey& key) {
        pfq_bpf_prefix prefix{PFQ_PREFIX_FIXED + (key.ipv6 ? 128U : 32U), table, key.ipv6 ? 6U : 4U, {}};
        for (unsigned i = 0; i < 8; ++i) {
            if (key.ipv6) {
                prefix.address[i] = static_cast<std::uint8_t>(key.high >> (56 - 8 * i));
                prefix.address[8 + i] = static_cast<std::uint8_t>(key.low >> (56 - 8 * i));
            } else if (i < 4) {
                prefix.address[i] = static_cast<std::uint8_t>(key.low >> (24 - 8 * i));
            }
        }
        return prefix;
    }

    std::map<std::pair<std::size_t, TableKey>, bool> known_;
    std::size_t asked_ = 0;
};

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

TEST_F(bpf, tables_and_counters) {
    for (const auto target : {codegen::Target::bpf_xdp, codegen::Target::bpf_tc}) {
        const Pipeline pipeline = table_pipeline();
        ASSERT_EQ(check(pipeline), "");
        const auto packets = runnable_packets(11, 600);
        Tables tables;
        std::array<std::uint64_t, max_counters> counters{};
        reference::Environment world;
        world.lookup = [&](std::size_t table, const TableKey& key) { return tables.holds(table, key); };
        for (const auto& packet : packets) // which keys are asked for
            (void)evaluate(pipeline, to_input(packet), world);
        ASSERT_GT(tables.size(), 50U);
        Loaded loaded({pipeline}, target, codegen::Shape::inlined);
        ASSERT_EQ(loaded.error, "");
        tables.fill(loaded);
        world.counters = &counters;
        std::uint64_t received = 0, dropped = 0;
        for (const auto& packet : packets) {
            const auto got = loaded.run(packet, 1);
            if (got.empty())
                continue;
            const auto expected = evaluate(pipeline, to_input(packet), world);
            ASSERT_EQ(expected, got[0]) << describe(packet);
            ++received;
            dropped += expected.fanout == Fanout::drop;
        }
        EXPECT_GT(dropped, 0U);
        EXPECT_GT(received, dropped);
        EXPECT_EQ(loaded.counter("pfq_counters", PFQ_RECEIVED), received);
        EXPECT_EQ(loaded.counter("pfq_counters", PFQ_DROPPED), dropped);
        EXPECT_EQ(loaded.counter("pfq_counters", PFQ_ACCEPTED), received - dropped);
        for (std::uint32_t i = 0; i < 9; ++i)
            EXPECT_EQ(loaded.counter("pfq_group_counters", i), counters[i]) << i;
    }
}

TEST_F(bpf, large_pipelines) {
    for (std::uint64_t seed = 1; seed <= rounds(6); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const Pipeline pipeline = random_pipeline(seed, 200);
        expect_agreement({pipeline}, codegen::Target::bpf_xdp, codegen::Shape::automatic, runnable_packets(seed, 60));
    }
}

} // namespace
