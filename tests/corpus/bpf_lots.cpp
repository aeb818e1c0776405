#include "tests/corpus/bpf_lots.hpp"
#include "datapath/bpf_abi.h"
#include <algorithm>
#include <iterator>

namespace pfq::test {

namespace {

/// Programs that are loaded together. More of them take the verifier longer than they save.
constexpr std::size_t together = 16;
static_assert(together <= PFQ_BPF_GROUPS);

void add_entries(BpfGroup& group, std::uint32_t number, const TableContents& contents) {
    const lang::TableKind kind = group.pipeline.tables[number].kind;
    for (const lang::Prefix& prefix : contents.prefixes.prefixes)
        group.tables.push_back({.table = number,
                                .kind = kind,
                                .prefix_length = prefix.length,
                                .key = {.high = prefix.high, .low = prefix.low, .ipv6 = prefix.ipv6}});
    for (const lang::WordSet::Range& range : contents.ports.ranges)
        for (std::uint64_t port = range.low; port <= range.high; ++port)
            group.tables.push_back({.table = number, .kind = kind, .key = {.low = port}});
    for (const lang::TableKey& flow : contents.flows)
        group.tables.push_back({.table = number, .kind = kind, .key = flow});
}

BpfGroup make_group(const ProgramCase& program, lang::Pipeline pipeline) {
    BpfGroup group;
    group.program = place(program, program.line) + "\n" + program.program;
    for (const std::string& device : pipeline.devices)
        group.devices.push_back(device_index(device));
    const std::vector<lang::Table> tables = pipeline.tables;
    group.holds = [tables, &program](std::size_t table, const lang::TableKey& key) {
        const auto found = program.tables.find(tables.at(table).name);
        return found != program.tables.end() && found->second.holds(tables[table].kind, key);
    };
    group.pipeline = std::move(pipeline);
    for (std::uint32_t number = 0; number < tables.size(); ++number)
        if (const auto found = program.tables.find(tables[number].name); found != program.tables.end())
            add_entries(group, number, found->second);
    return group;
}

} // namespace

std::vector<BpfLot> make_lots(const std::vector<ProgramCase>& cases) {
    std::vector<BpfLot> lots(1), alone;
    for (const ProgramCase& program : cases) {
        auto pipeline = compile_program(program.program, true);
        if (!pipeline)
            continue; // the test of the other executions reports it
        if (lots.back().size() == together)
            lots.emplace_back();
        auto& lot = program.bpf_alone ? alone.emplace_back() : lots.back();
        lot.push_back({&program, make_group(program, std::move(*pipeline))});
    }
    std::ranges::move(alone, std::back_inserter(lots));
    return lots;
}

BpfJob make_job(std::string name, Hook hook, const BpfLot& lot) {
    std::vector<BpfGroup> groups;
    for (const BpfCase& item : lot)
        groups.push_back(item.group);
    return make_job(std::move(name), hook, codegen::Shape::automatic, groups);
}

void add_packets(BpfJob& job, const BpfLot& lot) {
    std::vector<BpfGroup> groups;
    std::vector<TestPacket> packets;
    for (const BpfCase& item : lot) {
        groups.push_back(item.group);
        for (const PacketCase& packet : item.program->packets)
            packets.push_back(packet.packet);
    }
    add_packets(job, groups, packets);
}

Outcome to_outcome(const BpfOutcome& outcome, const lang::Pipeline& pipeline) {
    Outcome named = name_devices(outcome.verdict, pipeline);
    named.counters = outcome.counters;
    for (const BpfEvent& event : outcome.events)
        named.events.push_back(event_text(pipeline, static_cast<lang::LogKind>(event.kind), event.message));
    return named;
}

} // namespace pfq::test
