#include "tools/common/help.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "tools/common/exit_code.hpp"

namespace pfq::tools {
namespace {

constexpr unsigned help_column = 28;

std::string positional_name(const Positional& positional) {
    const std::string dots = positional.repeatable ? "..." : "";
    return positional.optional ? fmt::format("[{}{}]", positional.value.name, dots)
                               : fmt::format("{}{}", positional.value.name, dots);
}

/// One entry: the heading on the left, the help wrapped on the right (below it when the heading is long).
void entry(std::string& out, const std::string& heading, std::string_view help, unsigned width) {
    out += fmt::format("  {}", heading);
    if (heading.size() + 4 > help_column)
        out += fmt::format("\n{:{}}", "", help_column);
    else
        out += fmt::format("{:{}}", "", help_column - 2 - heading.size());
    out += wrap(help, help_column, width);
    out += '\n';
}

void sections(std::string& out, const Command& command, unsigned width) {
    std::vector<std::string_view> done;
    const auto options = options_of(command);
    for (const Option* first : options) {
        if (std::ranges::find(done, first->section) != done.end())
            continue;
        done.push_back(first->section);
        out += fmt::format("\n{}:\n", first->section);
        for (const Option* option : options)
            if (option->section == first->section)
                entry(out, option_heading(*option), option->help, width);
    }
}

} // namespace

std::string wrap(std::string_view text, unsigned indent, unsigned width) {
    const unsigned room = std::max(width, indent + 20) - indent;
    std::string out;
    std::size_t used = 0;
    while (!text.empty()) {
        const std::size_t end = text.find(' ');
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (word.empty())
            continue;
        if (used != 0 && used + 1 + word.size() > room) {
            out += fmt::format("\n{:{}}", "", indent);
            used = 0;
        }
        if (used != 0) {
            out += ' ';
            ++used;
        }
        out += word;
        used += word.size();
    }
    return out;
}

std::string usage_line(const Command& command) {
    std::string line = fmt::format("pfq {} [OPTIONS]", command.name);
    for (const Positional& positional : command.positionals)
        line += ' ' + positional_name(positional);
    return line;
}

std::string option_heading(const Option& option) {
    const std::string letter = option.letter ? fmt::format("-{}, ", option.letter) : std::string("    ");
    const bool flag = option.value.kind == Value::Kind::flag;
    return fmt::format("{}--{}{}{}", letter, option.name, flag ? "" : "=", option.value.name);
}

const std::vector<ExitMeaning>& exit_meanings() {
    static const std::vector<ExitMeaning> meanings = {
        {exit_done, "done"},
        {exit_runtime_error, "error at run time: a file, a device or the system"},
        {exit_usage, "wrong command line"},
        {exit_program_rejected, "the compiler rejects the program"},
        {exit_kernel_rejected, "the kernel rejects the compiled program"},
    };
    return meanings;
}

std::string render_help(const Command& command, unsigned width) {
    std::string out = fmt::format("usage: {}\n\n{}\n", usage_line(command), wrap(command.summary, 0, width));
    std::string_view rest = command.description;
    while (!rest.empty()) {
        const std::size_t end = rest.find("\n\n");
        out += fmt::format("\n{}\n", wrap(rest.substr(0, end), 0, width));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
    }
    if (!command.positionals.empty())
        out += "\nArguments:\n";
    for (const Positional& positional : command.positionals)
        entry(out, std::string(positional.value.name), positional.help, width);
    sections(out, command, width);
    if (!command.examples.empty())
        out += "\nExamples:\n";
    for (const Example& example : command.examples)
        out += fmt::format("  {}\n      {}\n", example.command, wrap(example.help, 6, width));
    out += "\nExit status:\n";
    for (const ExitMeaning& exit : exit_meanings())
        out += fmt::format("  {}  {}\n", exit.code, wrap(exit.meaning, 5, width));
    return out;
}

} // namespace pfq::tools
