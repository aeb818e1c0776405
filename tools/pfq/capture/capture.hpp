// pfq capture: what users of tcpdump expect.
#pragma once
#include <span>

#include "tools/common/options.hpp"

namespace pfq::tools {

[[nodiscard]] const Command& capture_table();
/// `args` starts after "capture". Returns the exit code.
[[nodiscard]] int capture_command(std::span<const char* const> args);

} // namespace pfq::tools
