// Shell completion from the option tables.
#pragma once
#include <span>
#include <string>

#include "tools/common/options.hpp"

namespace pfq::tools {

/// A script for bash that completes commands, options, choices, devices and files of `pfq`.
[[nodiscard]] std::string render_completion_bash(std::span<const Command* const> commands);

} // namespace pfq::tools
