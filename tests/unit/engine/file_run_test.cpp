#include <algorithm>
#include <bit>
#include <gmock/gmock.h>
#include <map>
#include <set>

#include "support.hpp"

namespace pfq::engine::test {
namespace {

constexpr std::size_t many = 50'000; ///< enough batches for helpers to start

/// Three groups that share sockets and devices, and use every verb.
FilePlan scripted_plan(const TempDir& dir, const std::string& input, const std::string& prefix) {
    FilePlan plan;
    plan.inputs = {input};
    plan.forwards = {{"eth1", {dir.path(prefix + "eth1"), {}}}, {"eth2", {}}};
    const std::uint64_t classes[] = {1, 3, 4, 2, 7};
    for (std::size_t i = 0; i < 5; ++i)
        plan.sockets.push_back(
            {{.name = "s" + std::to_string(i), .weight = static_cast<unsigned>(1 + i % 3), .class_mask = classes[i]},
             {dir.path(prefix + std::to_string(i)), capture::FileFormat::pcapng}});
    const std::vector<std::size_t> members[] = {{0, 1, 2}, {1, 3, 4}, {0, 4}};
    for (unsigned id = 0; id < 3; ++id) {
        GroupPlan group;
        group.id = id * 2;
        group.program = program(scripted, id == 1 ? std::vector<std::string>{"eth2", "eth1"}
                                                  : std::vector<std::string>{"eth1", "eth2"});
        group.sockets = members[id];
        plan.groups.push_back(std::move(group));
    }
    return plan;
}

/// What the plan says, done slowly: verdict by verdict, with sets. Records by output path.
std::map<std::string, std::vector<Record>> expectation(const FilePlan& plan, const std::vector<Record>& traffic) {
    std::map<std::string, std::vector<Record>> outputs;
    std::array<std::uint64_t, 64> counters{};
    pfq_env env{};
    env.counters = counters.data();
    env.log = [](void*, pfq_u32, pfq_u32, const pfq_packet*, const pfq_verdict*) {};
    for (const Record& record : traffic) {
        pfq_packet packet{};
        packet.data = record.bytes.data();
        packet.captured = static_cast<std::uint32_t>(record.bytes.size());
        std::set<std::string> seen;
        const auto give = [&](const std::string& path, std::uint32_t slice) {
            if (path.empty() || !seen.insert(path).second)
                return;
            Record cut = record;
            cut.bytes.resize(std::min<std::size_t>(cut.bytes.size(), slice));
            outputs[path].push_back(cut);
        };
        for (const GroupPlan& group : plan.groups) {
            pfq_verdict v{};
            scripted(&packet, 1, &v, &env);
            packet.mark = v.mark;
            for (unsigned bit = 0; bit < 2; ++bit)
                if (v.forward & 1U << bit)
                    give(std::ranges::find(plan.forwards, group.program.devices[bit], &ForwardPlan::name)->output.path,
                         ~0U);
            std::vector<Member> members;
            for (const std::size_t s : group.sockets)
                members.push_back(
                    {static_cast<std::uint16_t>(s), plan.sockets[s].spec.weight, plan.sockets[s].spec.class_mask});
            const Eligible eligible(members, v.class_mask);
            std::vector<std::uint16_t> picks;
            if (v.fanout != 0 && !eligible.sockets().empty()) {
                if (v.fanout == 1)
                    picks.assign(eligible.sockets().begin(), eligible.sockets().end());
                else if (v.fanout == 2)
                    picks = {eligible.steer(v.key1)};
                else if (v.fanout == 3)
                    picks = {eligible.steer(v.key1), eligible.steer(v.key2)};
                else if (v.fanout == 4)
                    picks = {eligible.round_robin(v.key1)};
                else if (eligible.contains(v.key1))
                    picks = {static_cast<std::uint16_t>(v.key1)};
            }
            for (const std::uint16_t socket : picks)
                give(plan.sockets[socket].output.path, v.slice);
        }
    }
    return outputs;
}

TEST(file_run, delivers_what_an_independent_model_says) {
    const TempDir dir;
    const auto traffic = make_traffic(3000);
    write_capture(dir.path("in"), traffic);
    FilePlan plan = scripted_plan(dir, dir.path("in"), "out");
    plan.forwards[0].output.format = capture::FileFormat::pcapng;
    const auto expected = expectation(plan, traffic);
    ASSERT_EQ(expected.size(), 6U);
    const FileResult result = run(plan);
    EXPECT_EQ(result.error, "");
    for (const auto& [path, records] : expected) {
        EXPECT_GT(records.size(), 50U) << path;
        EXPECT_EQ(read_capture(path), records) << path;
    }
    for (std::size_t i = 0; i < plan.sockets.size(); ++i)
        EXPECT_EQ(result.counters.sockets[i].counters.written, expected.at(plan.sockets[i].output.path).size());
    EXPECT_GT(result.counters.groups[1].counters.duplicate, 0U);
    EXPECT_GT(result.counters.groups[0].counters.diverted, 0U);
    EXPECT_GT(result.counters.forwards[0].counters.duplicate_target, 0U);
}

TEST(file_run, is_the_same_for_any_number_of_threads) {
    const TempDir dir;
    write_capture(dir.path("in"), make_traffic(many, 5));
    std::vector<std::string> first_outputs, first_log;
    Snapshot first;
    for (const unsigned threads : {1U, 2U, 4U}) {
        const std::string prefix = "t" + std::to_string(threads) + "-";
        FilePlan plan = scripted_plan(dir, dir.path("in"), prefix);
        plan.threads = threads;
        std::vector<std::string> log;
        FileHooks hooks;
        hooks.log = [&](const LogEvent& event, const capture::Packet& packet, std::uint64_t sequence) {
            log.push_back(std::to_string(sequence) + " " + std::to_string(event.group) + " " +
                          std::to_string(packet.length));
        };
        const FileResult result = run(plan, hooks);
        std::vector<std::string> outputs;
        for (const char* name : {"eth1", "0", "1", "2", "3", "4"})
            outputs.push_back(read_bytes(dir.path(prefix + name)));
        if (threads == 1) {
            first_outputs = outputs;
            first_log = log;
            first = result.counters;
            EXPECT_GT(log.size(), 1000U);
        }
        EXPECT_TRUE(outputs == first_outputs) << threads;
        EXPECT_TRUE(log == first_log) << threads;
        for (std::size_t i = 0; i < first.groups.size(); ++i) {
            EXPECT_EQ(result.counters.groups[i].counters, first.groups[i].counters) << threads;
            EXPECT_EQ(result.counters.groups[i].user, first.groups[i].user) << threads;
        }
    }
}

TEST(file_run, the_plain_filter_gives_what_verdicts_give) {
    const TempDir dir;
    write_capture(dir.path("in"), make_traffic(many, 9));
    const FileResult slow = run(simple_plan(dir.path("in"), program(accept_even), dir.path("slow")));
    GroupProgram fast_program = program(accept_even);
    fast_program.filter = filter_even;
    FilePlan plan = simple_plan(dir.path("in"), fast_program, dir.path("fast"));
    plan.threads = 2;
    ASSERT_TRUE(SharedPlan(plan).single_plain_filter);
    const FileResult fast = run(plan);
    EXPECT_TRUE(read_bytes(dir.path("fast")) == read_bytes(dir.path("slow")));
    EXPECT_EQ(fast.counters.groups[0].counters, slow.counters.groups[0].counters);
    EXPECT_EQ(fast.reached, slow.reached);
    EXPECT_GT(fast.reached, many / 3);
}

TEST(file_run, count_stops_exactly) {
    const TempDir dir;
    const auto traffic = make_traffic(many, 3);
    write_capture(dir.path("in"), traffic);
    std::vector<Record> even;
    std::ranges::copy_if(traffic, std::back_inserter(even), [](const Record& r) { return r.bytes[0] % 2 == 0; });
    for (const unsigned threads : {1U, 3U})
        for (const std::size_t count : {std::size_t{1}, std::size_t{2049}, std::size_t{20'000}}) {
            GroupProgram code = program(accept_even);
            code.filter = filter_even;
            FilePlan plan = simple_plan(dir.path("in"), code, dir.path("out"));
            plan.count = count;
            plan.threads = threads;
            const FileResult result = run(plan);
            EXPECT_EQ(result.reached, count);
            const auto written = read_capture(dir.path("out"));
            EXPECT_TRUE(std::ranges::equal(written, std::span(even).first(count))) << count;
            const auto last = std::ranges::find(traffic, even[count - 1]) - traffic.begin();
            EXPECT_EQ(result.counters.devices[0].counters.received, static_cast<std::uint64_t>(last) + 1);
        }
}

TEST(file_run, count_beyond_the_end_does_nothing) {
    const TempDir dir;
    write_capture(dir.path("in"), make_traffic(10));
    FilePlan plan = simple_plan(dir.path("in"), program(accept_all), dir.path("out"));
    plan.count = 11;
    EXPECT_EQ(run(plan).reached, 10U);
}

TEST(file_run, filters_come_before_the_computation_and_are_counted) {
    const TempDir dir;
    auto traffic = make_traffic(100);
    for (std::size_t i = 0; i < traffic.size(); ++i) {
        traffic[i].bytes[12] = i % 2 ? 0x81 : 8; // every other one is tagged,
        traffic[i].bytes[14] = 0;
        traffic[i].bytes[15] = i % 4 == 1 ? 5 : 6; // half of these with VLAN 5
    }
    write_capture(dir.path("in"), traffic);
    FilePlan plan = simple_plan(dir.path("in"), program(accept_all), dir.path("out"));
    plan.groups[0].filter = "ether proto 0x8100";
    plan.groups[0].vlan = VlanFilter::parse("5").value();
    const FileResult result = run(plan);
    const GroupCounters& group = result.counters.groups[0].counters;
    EXPECT_EQ(group.received, 100U);
    EXPECT_EQ(group.berkeley_filter, 50U);
    EXPECT_EQ(group.vlan_filter, 25U);
    EXPECT_EQ(group.accepted, 25U);
    const auto written = read_capture(dir.path("out"));
    ASSERT_EQ(written.size(), 25U);
    for (std::size_t i = 0; i < written.size(); ++i)
        EXPECT_EQ(written[i], traffic[4 * i + 1]);
}

TEST(file_run, sequence_counts_packets_before_the_filters) {
    const TempDir dir;
    write_capture(dir.path("in"), make_traffic(10));
    static std::vector<std::uint64_t> sequences;
    sequences.clear();
    const auto note = [](const pfq_packet* packets, pfq_u64 count, pfq_verdict* verdicts, const pfq_env* env) {
        for (pfq_u64 i = 0; i < count; ++i)
            sequences.push_back(packets[i].sequence);
        accept_all(packets, count, verdicts, env);
    };
    FilePlan plan = simple_plan(dir.path("in"), program(note));
    plan.groups[0].filter = "ether[0] & 1 = 1";
    const FileResult result = run(plan);
    std::vector<std::uint64_t> expected;
    const auto traffic = make_traffic(10);
    for (std::size_t i = 0; i < traffic.size(); ++i)
        if (traffic[i].bytes[0] & 1)
            expected.push_back(i);
    EXPECT_EQ(sequences, expected);
    EXPECT_EQ(result.counters.sockets[0].counters.counted, expected.size());
}

TEST(file_run, too_many_targets_drop_the_packet_of_that_group) {
    const TempDir dir;
    write_capture(dir.path("in"), make_traffic(4));
    std::vector<std::string> devices;
    for (int i = 0; i < 17; ++i)
        devices.push_back("d" + std::to_string(i));
    const auto forward_all = [](const pfq_packet* packets, pfq_u64 count, pfq_verdict* verdicts, const pfq_env* env) {
        accept_all(packets, count, verdicts, env);
        for (pfq_u64 i = 0; i < count; ++i)
            verdicts[i].forward = packets[i].sequence == 2 ? 0x1ffff : 0xffff;
    };
    const FileResult result = run(simple_plan(dir.path("in"), program(forward_all, devices)));
    EXPECT_EQ(result.counters.groups[0].counters.too_many_targets, 1U);
    EXPECT_EQ(result.counters.groups[0].counters.accepted, 3U);
    EXPECT_EQ(result.counters.forwards[0].counters.counted, 3U);
    EXPECT_EQ(result.counters.forwards[16].counters.asked, 0U);
}

TEST(file_run, several_inputs_merge_by_time) {
    const TempDir dir;
    auto traffic = make_traffic(9000, 2);
    std::vector<Record> parts[3];
    for (std::size_t i = 0; i < traffic.size(); ++i)
        parts[traffic[i].bytes[3] % 3].push_back(traffic[i]);
    FilePlan plan = simple_plan("", program(accept_all), dir.path("out"));
    plan.inputs.clear();
    for (std::size_t i = 0; i < 3; ++i) {
        plan.inputs.push_back(dir.path("in" + std::to_string(i)));
        write_capture(plan.inputs.back(), parts[i], i == 1 ? capture::FileFormat::pcap : capture::FileFormat::pcapng);
    }
    const FileResult result = run(plan);
    EXPECT_TRUE(read_capture(dir.path("out")) == traffic);
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_EQ(result.counters.devices[i].counters.received, parts[i].size());
}

TEST(file_run, devices_have_the_numbers_and_addresses_of_their_names) {
    const TempDir dir;
    write_capture(dir.path("in"), make_traffic(1));
    static pfq_device_address seen;
    static std::uint32_t target, device;
    const auto note = [](const pfq_packet* packets, pfq_u64 count, pfq_verdict* verdicts, const pfq_env* env) {
        accept_all(packets, count, verdicts, env);
        device = packets[0].device;
        seen = env->addresses[device];
        target = env->devices[0];
    };
    FilePlan plan = simple_plan(dir.path("in"), program(note, {dir.path("in")}));
    plan.addresses[dir.path("in")] = {.ipv4 = 0x0a000001, .ipv6 = Address{1, 2}};
    run(plan);
    EXPECT_EQ(device, target) << "the program forwards to the device that the packets come from";
    EXPECT_EQ(seen.ipv4, 0x0a000001U);
    EXPECT_EQ(seen.ipv6_high, 1U);
    EXPECT_EQ(seen.ipv6_low, 2U);
    plan.addresses.clear();
    run(plan);
    EXPECT_EQ(seen.ipv4, PFQ_ABSENT);
}

TEST(file_run, a_stop_request_ends_the_run_with_its_books_in_order) {
    const TempDir dir;
    write_capture(dir.path("in"), make_traffic(many));
    std::atomic<bool> stop{false};
    FileHooks hooks;
    hooks.stop = &stop;
    hooks.progress = [&](const Progress& progress) { stop = progress.received > 10'000; };
    const FileResult result = run(simple_plan(dir.path("in"), program(accept_all), dir.path("out")), hooks);
    EXPECT_TRUE(result.interrupted);
    EXPECT_LT(result.reached, many);
    EXPECT_EQ(read_capture(dir.path("out")).size(), result.reached);
}

} // namespace
} // namespace pfq::engine::test
