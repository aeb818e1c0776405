// pfq: one binary, one folder per subcommand.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <span>
#include <string_view>
#include <unistd.h>
#include <vector>

#include "lang/diagnostics/suggest.hpp"
#include "tools/common/completion.hpp"
#include "tools/common/errors.hpp"
#include "tools/common/help.hpp"
#include "tools/common/man.hpp"
#include "tools/common/terminal.hpp"
#include "tools/pfq/capture/capture.hpp"
#include "tools/pfq/compile/compile.hpp"
#include "tools/pfq/explain/explain.hpp"
#include "tools/pfq/run/run.hpp"
#include "tools/pfq/status/status.hpp"
#include "tools/pfq/table/table.hpp"

namespace {

using namespace pfq::tools;
using Args = std::span<const char* const>;

struct Subcommand {
    const Command& (*table)();
    int (*run)(Args args);
};

constexpr std::array subcommands = {
    Subcommand{run_table, run_command},         Subcommand{capture_table, capture_command},
    Subcommand{status_table, status_command},   Subcommand{table_table, table_command},
    Subcommand{compile_table, compile_command}, Subcommand{explain_table, explain_command},
};

const Subcommand* find(std::string_view name) {
    const auto* found = std::ranges::find(subcommands, name, [](const Subcommand& s) { return s.table().name; });
    return found == subcommands.end() ? nullptr : found;
}

int unknown_command(std::string_view name) {
    std::vector<std::string> names = {"help"};
    for (const Subcommand& subcommand : subcommands)
        names.emplace_back(subcommand.table().name);
    if (const auto near = pfq::lang::suggest(name, names))
        return Reporter("").usage(fmt::format("unknown command '{}', did you mean '{}'?", name, *near));
    return Reporter("").usage(fmt::format("unknown command '{}', see 'pfq help'", name));
}

void print_overview(FILE* out) {
    fmt::print(out, "usage: pfq COMMAND [OPTIONS] [ARGUMENTS]\n\nfunctional packet processing\n\nCommands:\n");
    for (const Subcommand& subcommand : subcommands)
        fmt::print(out, "  {:<10} {}\n", subcommand.table().name, subcommand.table().summary);
    fmt::print(out, "\n'pfq help COMMAND' or 'pfq COMMAND --help' tells more, 'pfq --version' the version.\n");
}

/// pfq help [COMMAND]
int help(Args args) {
    if (args.empty()) {
        print_overview(stdout);
        return exit_done;
    }
    const Subcommand* subcommand = find(args.front());
    if (!subcommand)
        return unknown_command(args.front());
    fmt::print("{}", render_help(subcommand->table(), terminal_width(STDOUT_FILENO)));
    return exit_done;
}

/// pfq --emit-man COMMAND: its manual page, for the installation.
int emit_man(Args args) {
    if (args.size() != 1)
        return Reporter("").usage("--emit-man needs the name of a command");
    const Subcommand* subcommand = find(args.front());
    if (!subcommand)
        return unknown_command(args.front());
    fmt::print("{}", render_man(subcommand->table()));
    return exit_done;
}

/// pfq --emit-completion bash: for the installation.
int emit_completion(Args args) {
    if (args.size() != 1 || std::string_view(args.front()) != "bash")
        return Reporter("").usage("--emit-completion needs the name of a shell: bash");
    std::array<const Command*, subcommands.size()> tables{};
    std::ranges::transform(subcommands, tables.begin(), [](const Subcommand& s) { return &s.table(); });
    fmt::print("{}", render_completion_bash(tables));
    return exit_done;
}

int dispatch(Args args) {
    if (args.empty()) {
        print_overview(stderr);
        return exit_usage;
    }
    const std::string_view first = args.front();
    const Args rest = args.subspan(1);
    if (first == "--version") {
        fmt::print("pfq {}\n", PFQ_VERSION);
        return exit_done;
    }
    if (first == "help" || first == "--help" || first == "-h")
        return help(rest);
    if (first == "--emit-man")
        return emit_man(rest);
    if (first == "--emit-completion")
        return emit_completion(rest);
    if (const Subcommand* subcommand = find(first))
        return subcommand->run(rest);
    if (first.starts_with('-'))
        return Reporter("").usage(fmt::format("unknown option '{}', see 'pfq help'", first));
    return unknown_command(first);
}

} // namespace

int main(int argc, char** argv) {
    try {
        const int code = dispatch(Args(argv, static_cast<std::size_t>(argc)).subspan(argc > 0 ? 1 : 0));
        if (std::fflush(stdout) != 0 && code == exit_done)
            return Reporter("").failure(system_error("write", "standard output", errno));
        return code;
    } catch (const std::exception& error) {
        return Reporter("").failure(error.what());
    }
}
