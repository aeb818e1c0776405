// The entries of run-time tables, as maps that cells of pfq_prefixes, pfq_ports and pfq_flows hold.
#pragma once
#include <string>

#include "engine/kernel/map.hpp"
#include "engine/table/table.hpp"

namespace pfq::engine::live {

inline constexpr std::uint32_t default_table_entries = 1U << 18U; ///< of a table that starts without any

/// Name of the map of maps that has the tables of a kind.
[[nodiscard]] const char* tables_name(lang::TableKind kind);

/// A map without entries, for at most so many of them (of ports: any number).
[[nodiscard]] Result<Descriptor> create_table(lang::TableKind kind, std::uint32_t entries = default_table_entries);
/// A map with the entries of a table.
[[nodiscard]] Result<Descriptor> create_table(const NamedTable& table);

} // namespace pfq::engine::live
