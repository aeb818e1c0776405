// --help from the option table.
#pragma once
#include <string>
#include <string_view>

#include "tools/common/options.hpp"

namespace pfq::tools {

/// Usage line, description, options by section, examples, exit codes; lines of at most `width` columns where words
/// allow it.
[[nodiscard]] std::string render_help(const Command& command, unsigned width);

/// "usage: " line without the heading: "pfq compile [OPTIONS] [FILE]".
[[nodiscard]] std::string usage_line(const Command& command);

/// "-o, --output=FILE", "    --json".
[[nodiscard]] std::string option_heading(const Option& option);

/// The exit codes of all commands: number and meaning.
struct ExitMeaning {
    int code;
    std::string_view meaning;
};
[[nodiscard]] const std::vector<ExitMeaning>& exit_meanings();

/// Breaks `text` into lines of at most `width` columns, each but the first preceded by `indent` blanks.
[[nodiscard]] std::string wrap(std::string_view text, unsigned indent, unsigned width);

} // namespace pfq::tools
