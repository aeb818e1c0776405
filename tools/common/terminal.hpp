// What the terminal can show: color and width.
#pragma once
#include <optional>
#include <string_view>

namespace pfq::tools {

/// Decides by, in this order: `when` (--color), NO_COLOR, FORCE_COLOR or CLICOLOR_FORCE, PFQ_COLOR (auto, always,
/// never), whether `fd` is a terminal and TERM is not "dumb". Diagnostics ask for standard error, tables for standard
/// output.
[[nodiscard]] bool use_color(std::optional<std::string_view> when, int fd);

/// Columns: COLUMNS when it is a number, else those of the terminal at `fd`, else 80.
[[nodiscard]] unsigned terminal_width(int fd);

[[nodiscard]] bool is_terminal(int fd);

} // namespace pfq::tools
