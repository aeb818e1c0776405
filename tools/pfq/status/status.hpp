// pfq status: what PFQ does in this network namespace.
#pragma once
#include <span>

#include "tools/common/options.hpp"

namespace pfq::tools {

[[nodiscard]] const Command& status_table();
int status_command(std::span<const char* const> args);

} // namespace pfq::tools
