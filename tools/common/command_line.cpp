#include "tools/common/command_line.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <unistd.h>

#include "tools/common/errors.hpp"
#include "tools/common/help.hpp"
#include "tools/common/terminal.hpp"

namespace pfq::tools {

std::expected<Arguments, int> begin(const Command& command, std::span<const char* const> args) {
    auto arguments = parse(command, args);
    if (!arguments) {
        const bool json = std::ranges::find(args, std::string_view("--json")) != args.end();
        return std::unexpected(Reporter(command.name, json).usage(arguments.error()));
    }
    if (arguments->wants_help()) {
        fmt::print("{}", render_help(command, terminal_width(STDOUT_FILENO)));
        return std::unexpected(int{exit_done});
    }
    return *std::move(arguments);
}

} // namespace pfq::tools
