// pfq compile: checks, shows and formats programs.
#pragma once
#include <span>

#include "tools/common/options.hpp"

namespace pfq::tools {

[[nodiscard]] const Command& compile_table();
int compile_command(std::span<const char* const> args);

} // namespace pfq::tools
