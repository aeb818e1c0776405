// pfq run: a program on capture files.
#pragma once
#include <span>

#include "tools/common/options.hpp"

namespace pfq::tools {

[[nodiscard]] const Command& run_table();
int run_command(std::span<const char* const> args);

} // namespace pfq::tools
