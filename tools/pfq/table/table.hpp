// pfq table: run-time tables of programs, changed under traffic.
#pragma once
#include <span>

#include "tools/common/options.hpp"

namespace pfq::tools {

[[nodiscard]] const Command& table_table();
int table_command(std::span<const char* const> args);

} // namespace pfq::tools
