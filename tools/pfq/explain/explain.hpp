// pfq explain: the page of a diagnostic's code.
#pragma once
#include <span>

#include "tools/common/options.hpp"

namespace pfq::tools {

[[nodiscard]] const Command& explain_table();
int explain_command(std::span<const char* const> args);

} // namespace pfq::tools
