// The first step of every command: its arguments, or the end of the command.
#pragma once
#include <expected>
#include <span>

#include "tools/common/options.hpp"

namespace pfq::tools {

/// Parses `args` (without the command's name). When they are wrong, prints the error (as JSON if --json is among them),
/// and when they ask for help, prints it; both end the command with the exit code that is returned as the error.
[[nodiscard]] std::expected<Arguments, int> begin(const Command& command, std::span<const char* const> args);

} // namespace pfq::tools
