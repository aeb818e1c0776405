// Run-time tables: which there are, and the maps of their entries.
#pragma once
#include <optional>
#include <string>

#include "engine/live/maps.hpp"
#include "engine/live/state.hpp"
#include "engine/live/table_entries.hpp"

namespace pfq::engine::live {

inline constexpr std::uint32_t default_table_entries = 1U << 18U; ///< that a table has room for, at least

/// Name of the map of maps that has the tables of a kind.
[[nodiscard]] const char* tables_name(lang::TableKind kind);
/// "address", "port", "flow"
[[nodiscard]] const char* name(lang::TableKind kind);

/// A map without entries, for at most so many of them (of ports: all).
[[nodiscard]] Result<Descriptor> create_table(lang::TableKind kind, std::uint32_t entries = default_table_entries);
/// A map with the entries of a table, and room for as many more.
[[nodiscard]] Result<Descriptor> create_table(const NamedTable& table);

/// The table of this name, and of this kind if there are several. The error says which tables there are.
[[nodiscard]] Result<Table> find_table(const State& state, const std::string& name,
                                       std::optional<lang::TableKind> kind);
/// The entries that it has now. They are others after replace_entries(): hold the lock of the registry meanwhile.
[[nodiscard]] Result<TableEntries> open_entries(const SharedMaps& maps, const Table& table);
/// Replaces all at once: every packet meets either the old ones or the new ones.
[[nodiscard]] Result<void> replace_entries(const SharedMaps& maps, const Table& table, int map);

} // namespace pfq::engine::live
