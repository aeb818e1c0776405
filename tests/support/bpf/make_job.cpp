#include "tests/support/bpf/make_job.hpp"
#include "codegen/compiler.hpp"
#include "lang/reference/evaluate.hpp"
#include <set>

namespace pfq::test {

std::vector<BpfTableEntry> entries_asked_for(const BpfGroup& group, const std::vector<TestPacket>& packets) {
    std::set<std::pair<std::size_t, lang::TableKey>> asked;
    lang::reference::Environment world;
    world.devices = group.devices;
    world.lookup = [&](std::size_t table, const lang::TableKey& key) {
        const bool held = group.holds(table, key);
        if (held)
            asked.emplace(table, key);
        return held;
    };
    for (const TestPacket& packet : packets)
        (void)evaluate(group.pipeline, to_input(packet), world);
    std::vector<BpfTableEntry> entries;
    for (const auto& [table, key] : asked)
        entries.push_back({.table = static_cast<std::uint32_t>(table),
                           .kind = group.pipeline.tables[table].kind,
                           .prefix_length = static_cast<std::uint8_t>(key.ipv6 ? 128 : 32),
                           .key = key});
    return entries;
}

BpfOutcome expect(const BpfGroup& group, const TestPacket& packet) {
    BpfOutcome outcome;
    lang::reference::Environment world;
    world.devices = group.devices;
    world.lookup = group.holds;
    world.counters = &outcome.counters;
    world.log = [&](lang::LogKind kind, std::size_t message, const lang::Verdict& so_far) {
        outcome.events.push_back({.kind = static_cast<std::uint32_t>(kind),
                                  .message = static_cast<std::uint32_t>(message),
                                  .mark = so_far.mark,
                                  .state = so_far.state,
                                  .fanout = static_cast<std::uint32_t>(so_far.fanout),
                                  .class_mask = so_far.class_mask});
    };
    outcome.verdict = evaluate(group.pipeline, to_input(packet), world);
    return outcome;
}

BpfJob make_job(std::string name, Hook hook, codegen::Shape shape, const std::vector<BpfGroup>& groups) {
    codegen::Request request;
    request.target = hook == Hook::xdp ? codegen::Target::bpf_xdp : codegen::Target::bpf_tc;
    request.shape = shape;
    for (const BpfGroup& group : groups)
        request.groups.push_back(group.pipeline);
    auto compiled = codegen::compile(request, {.cache = false, .limit = std::chrono::minutes(5), .helper = {}});
    if (!compiled)
        throw NotCompiled(compiled.error().text);

    BpfJob job;
    job.name = std::move(name);
    job.hook = hook;
    job.object = std::move(compiled->output);
    std::uint32_t first_table = 0; // they count through all groups
    for (std::uint32_t number = 0; number < groups.size(); ++number) {
        const BpfGroup& group = groups[number];
        job.groups.push_back(group.program);
        for (std::uint32_t i = 0; i < group.devices.size(); ++i)
            job.devices.push_back({.group = number, .number = i, .index = group.devices[i]});
        for (BpfTableEntry entry : group.tables) {
            entry.table += first_table;
            job.tables.push_back(entry);
        }
        first_table += static_cast<std::uint32_t>(group.pipeline.tables.size());
    }
    return job;
}

void add_packets(BpfJob& job, const std::vector<BpfGroup>& groups, const std::vector<TestPacket>& packets) {
    for (const TestPacket& packet : packets) {
        if (!runnable(packet))
            continue;
        auto& added = job.packets.emplace_back();
        added.packet = packet;
        for (const BpfGroup& group : groups)
            added.expected.push_back(expect(group, packet));
    }
}

} // namespace pfq::test
