#include "engine/live/table.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <linux/bpf.h>

#include "datapath/bpf_abi.h"

namespace pfq::engine::live {
namespace {

using lang::TableKind;

std::string known_tables(const State& state) {
    std::string all;
    for (const Table& table : state.tables)
        all += fmt::format("{}{} ({})", all.empty() ? "" : ", ", table.name, name(table.kind));
    return all.empty() ? "programs look into none" : "there are " + all;
}

} // namespace

const char* tables_name(TableKind kind) {
    return kind == TableKind::address ? "pfq_prefixes" : kind == TableKind::port ? "pfq_ports" : "pfq_flows";
}

const char* name(TableKind kind) {
    static constexpr const char* names[] = {"address", "port", "flow"};
    return names[static_cast<unsigned>(kind)];
}

Result<Descriptor> create_table(TableKind kind, std::uint32_t entries) {
    constexpr std::uint32_t key = sizeof(std::uint32_t), value = sizeof(std::uint64_t);
    switch (kind) {
    case TableKind::address:
        return create_map({"pfq_table", BPF_MAP_TYPE_LPM_TRIE, sizeof(pfq_bpf_prefix), sizeof(pfq_bpf_prefix_entry),
                           entries, BPF_F_NO_PREALLOC});
    case TableKind::port:
        return create_map({"pfq_table", BPF_MAP_TYPE_ARRAY, key, value, PFQ_BPF_PORTS});
    case TableKind::flow:
        return create_map({"pfq_table", BPF_MAP_TYPE_HASH, sizeof(pfq_table_key), value, entries, BPF_F_NO_PREALLOC});
    }
    return std::unexpected(Error{"unknown kind of table"});
}

Result<Descriptor> create_table(const NamedTable& table) {
    const std::size_t entries = 2 * std::max(table.prefixes().size(), table.flows().size());
    auto map =
        create_table(table.kind(), static_cast<std::uint32_t>(std::max<std::size_t>(entries, default_table_entries)));
    if (!map)
        return map;
    TableEntries fresh(table.kind(), std::move(*map));
    if (auto done = fresh.add(table); !done)
        return std::unexpected(done.error());
    return std::move(fresh).release();
}

Result<Table> find_table(const State& state, const std::string& name, std::optional<TableKind> kind) {
    std::vector<Table> found;
    std::ranges::copy_if(state.tables, std::back_inserter(found),
                         [&](const Table& table) { return table.name == name && (!kind || table.kind == *kind); });
    if (found.size() == 1)
        return found.front();
    return std::unexpected(Error{found.empty()
                                     ? fmt::format("there is no table {}; {}", name, known_tables(state))
                                     : fmt::format("there are several tables {}, say which with --kind", name)});
}

Result<TableEntries> open_entries(const SharedMaps& maps, const Table& table) {
    std::uint32_t id = 0;
    if (!read_map(maps.get(tables_name(table.kind)), table.number, &id))
        return std::unexpected(Error{fmt::format("the table {} has gone", table.name)});
    auto map = open_map(id);
    if (!map)
        return std::unexpected(map.error());
    return TableEntries(table.kind, std::move(*map));
}

Result<void> replace_entries(const SharedMaps& maps, const Table& table, int map) {
    return write_map(maps.get(tables_name(table.kind)), table.number, &map);
}

} // namespace pfq::engine::live
