#include "tools/pfq/explain/explain.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>
#include <vector>

#include "lang/diagnostics/diagnostic.hpp"
#include "lang/diagnostics/suggest.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/errors.hpp"
#include "tools/common/terminal.hpp"
#include "tools/pfq/explain/markdown.hpp"

namespace pfq::tools {
namespace {

using nlohmann::ordered_json;

int list_codes(bool json) {
    ordered_json list = ordered_json::array();
    for (const lang::CodeInfo& info : lang::all_codes()) {
        if (json)
            list.push_back({{"code", info.name}, {"title", info.title}});
        else
            fmt::print("{}  {}\n", info.name, info.title);
    }
    if (json)
        fmt::print("{}\n", list.dump(2));
    return exit_done;
}

int unknown_code(const Reporter& report, std::string_view text) {
    std::vector<std::string> names;
    for (const lang::CodeInfo& info : lang::all_codes())
        names.emplace_back(info.name);
    if (const auto near = lang::suggest(text, names))
        return report.usage(fmt::format("unknown code '{}', did you mean '{}'?", text, *near));
    return report.usage(fmt::format("unknown code '{}', 'pfq explain' lists them", text));
}

int show(lang::Code code, const Arguments& arguments) {
    const lang::CodeInfo& info = lang::info(code);
    const std::string_view page = lang::explanation(code);
    if (arguments.has("json")) {
        fmt::print("{}\n", ordered_json{{"code", info.name}, {"title", info.title}, {"text", page}}.dump(2));
        return exit_done;
    }
    const bool color = use_color(arguments.value("color"), STDOUT_FILENO);
    fmt::print("{}", markdown_to_text(page, terminal_width(STDOUT_FILENO), color));
    return exit_done;
}

} // namespace

const Command& explain_table() {
    static const Command table = {
        .name = "explain",
        .summary = "explain a diagnostic of the compiler",
        .positionals = {{.value = text("CODE"),
                         .optional = true,
                         .help = "as the compiler prints it (E0201, e201 or 201); without it, all codes are listed"}},
        .options = {{.name = "json", .help = "print JSON"}},
        .description = "Prints what a diagnostic means, a program that shows it, and how to mend it.",
        .examples = {{"pfq explain", "list every code and its title"}, {"pfq explain E0201", "explain one of them"}},
    };
    return table;
}

int explain_command(std::span<const char* const> args) {
    const auto arguments = begin(explain_table(), args);
    if (!arguments)
        return arguments.error();
    const auto codes = arguments->positionals();
    if (codes.empty())
        return list_codes(arguments->has("json"));
    if (const auto code = lang::find_code(codes.front()))
        return show(*code, *arguments);
    return unknown_code(Reporter("explain", arguments->has("json")), codes.front());
}

} // namespace pfq::tools
