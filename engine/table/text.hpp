// Entries of tables as texts, in the form that tables are read in.
#pragma once
#include <string>

#include "engine/table/table.hpp"

namespace pfq::engine {

/// "10.0.0.0/8", "2001:db8::1"
[[nodiscard]] std::string to_text(const TablePrefix& prefix);
/// "tcp 10.0.0.1:80 10.0.0.2:1234"
[[nodiscard]] std::string to_text(const pfq_table_key& flow);

} // namespace pfq::engine
