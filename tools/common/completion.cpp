#include "tools/common/completion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace pfq::tools {
namespace {

/// The bash statement that completes one value.
std::string completes(const Value& value) {
    switch (value.kind) {
    case Value::Kind::choice:
        return fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$cur\"))", fmt::join(value.choices, " "));
    case Value::Kind::device:
        return "COMPREPLY=($(compgen -W \"$(ls /sys/class/net)\" -- \"$cur\"))";
    case Value::Kind::file:
        return "COMPREPLY=($(compgen -f -- \"$cur\"))";
    default:
        return "COMPREPLY=()";
    }
}

/// The cases of one command: values after an option, else option names or the positional argument.
std::string command_case(const Command& command) {
    std::string words, values;
    for (const Option* option : options_of(command)) {
        words += fmt::format("{}--{}", words.empty() ? "" : " ", option->name);
        if (option->value.kind == Value::Kind::flag)
            continue;
        const std::string letter = option->letter ? fmt::format("|-{}", option->letter) : "";
        values +=
            fmt::format("                --{}{}) {}; return ;;\n", option->name, letter, completes(option->value));
    }
    const std::string rest =
        command.positionals.empty() ? "COMPREPLY=()" : completes(command.positionals.front().value);
    return fmt::format(
        "        {}) case $prev in\n{}            esac\n"
        "            if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W '{}' -- \"$cur\")); else {}; fi ;;\n",
        command.name, values, words, rest);
}

} // namespace

std::string render_completion_bash(std::span<const Command* const> commands) {
    std::string names, cases;
    for (const Command* command : commands) {
        names += fmt::format("{} ", command->name);
        cases += command_case(*command);
    }
    // bash splits words at "=": the option is then the word before it.
    return fmt::format(
        "# bash completion for pfq; made from its option tables\n"
        "_pfq() {{\n"
        "    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}}\n"
        "    if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=${{COMP_WORDS[COMP_CWORD-2]}}; fi\n"
        "    if ((COMP_CWORD == 1)); then\n"
        "        COMPREPLY=($(compgen -W '{}help --help --version' -- \"$cur\"))\n        return\n    fi\n"
        "    case ${{COMP_WORDS[1]}} in\n{}    esac\n}}\ncomplete -o filenames -F _pfq pfq\n",
        names, cases);
}

} // namespace pfq::tools
