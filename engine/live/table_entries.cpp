#include "engine/live/table_entries.hpp"

#include <bpf/bpf.h>
#include <cerrno>
#include <fmt/format.h>
#include <time.h>

#include "datapath/bpf_abi.h"
#include "engine/table/text.hpp"

namespace pfq::engine::live {
namespace {

using lang::TableKind;

constexpr double second = 1e9; ///< in nanoseconds

std::uint64_t now() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_nsec);
}

pfq_bpf_prefix key_of(const TablePrefix& prefix) {
    pfq_bpf_prefix key{
        .prefixlen = PFQ_PREFIX_FIXED + std::uint32_t{prefix.length}, .family = prefix.ipv6 ? 6U : 4U, .address = {}};
    const std::uint64_t words[] = {prefix.ipv6 ? prefix.address.high : prefix.address.low << 32,
                                   prefix.ipv6 ? prefix.address.low : 0};
    for (unsigned i = 0; i < sizeof key.address; ++i)
        key.address[i] = static_cast<pfq_u8>(words[i / 8] >> (56 - 8 * (i % 8)));
    return key;
}

TablePrefix prefix_of(const pfq_bpf_prefix& key) {
    std::uint64_t words[2] = {};
    for (unsigned i = 0; i < sizeof key.address; ++i)
        words[i / 8] |= std::uint64_t{key.address[i]} << (56 - 8 * (i % 8));
    const auto length = static_cast<std::uint8_t>(key.prefixlen - PFQ_PREFIX_FIXED);
    if (key.family == 6)
        return {true, length, {words[0], words[1]}};
    return {false, length, {0, words[0] >> 32}};
}

/// Adds all keys with few system calls.
template <class Key, class Value>
Result<void> add_all(int map, const std::vector<Key>& keys, const std::vector<Value>& values) {
    for (std::size_t done = 0; done < keys.size();) {
        auto count = static_cast<__u32>(keys.size() - done);
        if (bpf_map_update_batch(map, &keys[done], &values[done], &count, nullptr) != 0 && count == 0)
            return errno == ENOSPC
                       ? std::unexpected(Error{fmt::format("the table is full after {} of {} entries; load them at "
                                                           "once instead, with: pfq table load",
                                                           done, keys.size())})
                       : system_failure(fmt::format("add entry {} of {} to a table", done, keys.size()), errno);
        done += count;
    }
    return {};
}

Result<void> remove_one(int map, const void* key, const std::string& text) {
    if (bpf_map_delete_elem(map, key) == 0)
        return {};
    if (errno == ENOENT)
        return std::unexpected(Error{fmt::format("there is no entry {}", text)});
    return system_failure("delete the entry " + text, errno);
}

/// Calls take(key, value) for every entry.
template <class Key, class Value, class Take> Result<void> for_each(int map, Take take) {
    Key key{}, next{};
    Value value{};
    for (const Key* last = nullptr; bpf_map_get_next_key(map, last, &next) == 0; last = &key) {
        key = next;
        if (bpf_map_lookup_elem(map, &key, &value) == 0) // else it went meanwhile
            take(key, value);
    }
    return errno == ENOENT ? Result<void>{} : system_failure("list the entries of a table", errno);
}

} // namespace

Result<void> TableEntries::add(const NamedTable& entries, std::optional<double> seconds) {
    const std::uint64_t ends = seconds ? now() + static_cast<std::uint64_t>(*seconds * second) : PFQ_ENTRY_STAYS;
    if (kind_ == TableKind::address) {
        std::vector<pfq_bpf_prefix> keys;
        std::vector<pfq_bpf_prefix_entry> values;
        for (const TablePrefix& prefix : entries.prefixes()) {
            keys.push_back(key_of(prefix));
            values.push_back({.ends = ends, .prefixlen = keys.back().prefixlen, .reserved = 0});
        }
        return add_all(map_.get(), keys, values);
    }
    if (kind_ == TableKind::port) {
        const auto keys = entries.ports();
        return add_all(map_.get(), keys, std::vector<std::uint64_t>(keys.size(), ends));
    }
    const auto keys = entries.flows();
    return add_all(map_.get(), keys, std::vector<std::uint64_t>(keys.size(), ends));
}

Result<void> TableEntries::remove(const NamedTable& entries) {
    for (const TablePrefix& prefix : entries.prefixes()) {
        const pfq_bpf_prefix key = key_of(prefix);
        if (auto done = remove_one(map_.get(), &key, to_text(prefix)); !done)
            return done;
    }
    for (const std::uint32_t port : entries.ports()) { // cells of an array cannot be deleted
        std::uint64_t ends = PFQ_ENTRY_NONE;
        if (!read_map(map_.get(), port, &ends) || ends == PFQ_ENTRY_NONE)
            return std::unexpected(Error{fmt::format("there is no entry {}", port)});
        ends = PFQ_ENTRY_NONE;
        if (auto done = write_map(map_.get(), port, &ends); !done)
            return done;
    }
    for (const pfq_table_key& flow : entries.flows())
        if (auto done = remove_one(map_.get(), &flow, to_text(flow)); !done)
            return done;
    return {};
}

Result<std::vector<TableEntry>> TableEntries::list() const {
    std::vector<TableEntry> all;
    const std::uint64_t time = now();
    const auto take = [&](std::string text, std::uint64_t ends) {
        if (ends == PFQ_ENTRY_STAYS)
            all.push_back({std::move(text), {}});
        else if (ends > time)
            all.push_back({std::move(text), static_cast<double>(ends - time) / second});
    };
    Result<void> done;
    if (kind_ == TableKind::address)
        done = for_each<pfq_bpf_prefix, pfq_bpf_prefix_entry>(
            map_.get(), [&](const auto& key, const auto& entry) { take(to_text(prefix_of(key)), entry.ends); });
    else if (kind_ == TableKind::port)
        done = for_each<std::uint32_t, std::uint64_t>(
            map_.get(), [&](std::uint32_t port, std::uint64_t ends) { take(std::to_string(port), ends); });
    else
        done = for_each<pfq_table_key, std::uint64_t>(
            map_.get(), [&](const auto& flow, std::uint64_t ends) { take(to_text(flow), ends); });
    if (!done)
        return std::unexpected(done.error());
    return all;
}

} // namespace pfq::engine::live
