// The entries of one run-time table in the kernel: added, deleted, listed, under traffic.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "engine/kernel/map.hpp"
#include "engine/table/table.hpp"

namespace pfq::engine::live {

struct TableEntry {
    std::string text;              ///< as tables are read
    std::optional<double> seconds; ///< until it ends; empty: it stays
};

/// The map with the entries of a table; see create_table().
class TableEntries {
public:
    TableEntries(lang::TableKind kind, Descriptor map) : kind_(kind), map_(std::move(map)) {}

    /// Adds them all, or renews those that are there. `seconds`: they end by themselves. Each is there at once, not all
    /// together.
    [[nodiscard]] Result<void> add(const NamedTable& entries, std::optional<double> seconds = {});
    /// The error names an entry that is not there; those before it are deleted.
    [[nodiscard]] Result<void> remove(const NamedTable& entries);
    /// Those that have not ended, in the order of the kernel.
    [[nodiscard]] Result<std::vector<TableEntry>> list() const;

    /// Gives the map away.
    [[nodiscard]] Descriptor release() && { return std::move(map_); }

private:
    lang::TableKind kind_;
    Descriptor map_;
};

} // namespace pfq::engine::live
