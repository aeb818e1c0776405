#include "engine/live/table.hpp"

#include <algorithm>
#include <bpf/bpf.h>
#include <cerrno>
#include <fmt/format.h>
#include <linux/bpf.h>

#include "datapath/bpf_abi.h"

namespace pfq::engine::live {
namespace {

using lang::TableKind;

pfq_bpf_prefix key_of(const TablePrefix& prefix) {
    pfq_bpf_prefix key{
        .prefixlen = PFQ_PREFIX_FIXED + std::uint32_t{prefix.length}, .family = prefix.ipv6 ? 6U : 4U, .address = {}};
    const std::uint64_t words[] = {prefix.ipv6 ? prefix.address.high : prefix.address.low << 32,
                                   prefix.ipv6 ? prefix.address.low : 0};
    for (unsigned i = 0; i < sizeof key.address; ++i)
        key.address[i] = static_cast<pfq_u8>(words[i / 8] >> (56 - 8 * (i % 8)));
    return key;
}

/// Adds all keys with one system call, or as many as the kernel wants.
template <class Key> Result<void> add(int map, const std::vector<Key>& keys) {
    const std::vector<std::uint64_t> values(keys.size(), PFQ_ENTRY_STAYS);
    for (std::size_t done = 0; done < keys.size();) {
        auto count = static_cast<__u32>(keys.size() - done);
        const int code = bpf_map_update_batch(map, &keys[done], &values[done], &count, nullptr);
        if (code != 0 && count == 0)
            return system_failure(fmt::format("add entry {} of {} to a table", done, keys.size()), errno);
        done += count;
    }
    return {};
}

std::uint32_t room_for(std::size_t entries) {
    return static_cast<std::uint32_t>(std::max<std::size_t>(2 * entries, default_table_entries));
}

} // namespace

const char* tables_name(TableKind kind) {
    return kind == TableKind::address ? "pfq_prefixes" : kind == TableKind::port ? "pfq_ports" : "pfq_flows";
}

Result<Descriptor> create_table(TableKind kind, std::uint32_t entries) {
    constexpr std::uint32_t value = sizeof(std::uint64_t);
    switch (kind) {
    case TableKind::address:
        return create_map(
            {"pfq_table", BPF_MAP_TYPE_LPM_TRIE, sizeof(pfq_bpf_prefix), value, entries, BPF_F_NO_PREALLOC});
    case TableKind::port:
        return create_map({"pfq_table", BPF_MAP_TYPE_ARRAY, sizeof(std::uint32_t), value, PFQ_BPF_PORTS});
    case TableKind::flow:
        return create_map({"pfq_table", BPF_MAP_TYPE_HASH, sizeof(pfq_table_key), value, entries, BPF_F_NO_PREALLOC});
    }
    return std::unexpected(Error{"unknown kind of table"});
}

Result<Descriptor> create_table(const NamedTable& table) {
    std::vector<pfq_bpf_prefix> prefixes;
    for (const TablePrefix& prefix : table.prefixes())
        prefixes.push_back(key_of(prefix));
    const std::vector<pfq_table_key> flows = table.flows();
    auto map = create_table(table.kind(), room_for(std::max(prefixes.size(), flows.size())));
    if (!map)
        return map;
    for (const auto& done : {add(map->get(), prefixes), add(map->get(), flows), add(map->get(), table.ports())})
        if (!done)
            return std::unexpected(done.error());
    return map;
}

} // namespace pfq::engine::live
