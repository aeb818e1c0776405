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
#include "tools/pfq/explain/vocabulary.hpp"

namespace pfq::tools {
namespace {

using nlohmann::ordered_json;

ordered_json json_of(const VocabularyEntry& entry) {
    return {{"name", entry.name},
            {"type", entry.type},
            {"documentation", entry.documentation},
            {"examples", entry.examples}};
}

int print_json(const ordered_json& document) {
    fmt::print("{}\n", document.dump(2));
    return exit_done;
}

int list_codes(const Arguments& arguments) {
    ordered_json list = ordered_json::array();
    std::string text;
    for (const lang::CodeInfo& info : lang::all_codes()) {
        list.push_back({{"code", info.name}, {"title", info.title}});
        text += fmt::format("{}  {}\n", info.name, info.title);
    }
    if (arguments.has("json"))
        return print_json(list);
    fmt::print("{}", text);
    return exit_done;
}

int list_names(const Arguments& arguments) {
    ordered_json list = ordered_json::array();
    std::string text;
    for (const VocabularyEntry& entry : vocabulary_entries()) {
        list.push_back(json_of(entry));
        text += fmt::format("{} :: {}\n", entry.name, entry.type);
    }
    if (arguments.has("json"))
        return print_json(list);
    fmt::print("{}", text);
    return exit_done;
}

int unknown(const Arguments& arguments, std::string_view word) {
    std::vector<std::string> words;
    for (const lang::CodeInfo& info : lang::all_codes())
        words.emplace_back(info.name);
    for (const VocabularyEntry& entry : vocabulary_entries())
        words.push_back(entry.name);
    const auto near = lang::suggest(word, words);
    const std::string hint = near ? fmt::format("did you mean '{}'?", *near)
                                  : "'pfq explain' lists the codes, 'pfq explain --names' the names";
    return Reporter("explain", arguments.has("json")).usage(fmt::format("unknown code or name '{}', {}", word, hint));
}

int show(const Arguments& arguments, const std::string& markdown) {
    const bool color = use_color(arguments.value("color"), STDOUT_FILENO);
    fmt::print("{}", markdown_to_text(markdown, terminal_width(STDOUT_FILENO), color));
    return exit_done;
}

int show_code(const Arguments& arguments, lang::Code code) {
    const lang::CodeInfo& info = lang::info(code);
    const std::string_view page = lang::explanation(code);
    if (arguments.has("json"))
        return print_json({{"code", info.name}, {"title", info.title}, {"text", page}});
    return show(arguments, std::string(page));
}

int show_name(const Arguments& arguments, const VocabularyEntry& entry) {
    if (arguments.has("json"))
        return print_json(json_of(entry));
    std::string page = fmt::format("# {} :: {}\n\n{}\n", entry.name, entry.type, entry.documentation);
    if (!entry.examples.empty())
        page += "\n```\n";
    for (const std::string& example : entry.examples)
        page += example + '\n';
    return show(arguments, page);
}

} // namespace

const Command& explain_table() {
    static const Command table = {
        .name = "explain",
        .summary = "explain a diagnostic of the compiler, or a name of the language",
        .positionals = {{.value = text("WHAT"),
                         .optional = true,
                         .help = "a code as the compiler prints it (E0201, e201 or 201), or a name that programs have "
                                 "without defining it (steer_flow); without it, all codes are listed"}},
        .options = {{.name = "names", .help = "list the names that programs have, with their types"},
                    {.name = "json", .help = "print JSON"}},
        .description = "Of a code: what it means, a program that shows it, and how to mend it. Of a name: its type, "
                       "its meaning, and an example.",
        .examples = {{"pfq explain", "list every code and its title"},
                     {"pfq explain E0201", "explain one of them"},
                     {"pfq explain steer_flow", "explain a name"}},
    };
    return table;
}

int explain_command(std::span<const char* const> args) {
    const auto arguments = begin(explain_table(), args);
    if (!arguments)
        return arguments.error();
    const auto words = arguments->positionals();
    if (arguments->has("names") && !words.empty())
        return Reporter("explain", arguments->has("json")).usage("--names takes no argument");
    if (arguments->has("names"))
        return list_names(*arguments);
    if (words.empty())
        return list_codes(*arguments);
    if (const auto code = lang::find_code(words.front()))
        return show_code(*arguments, *code);
    if (const auto entry = find_vocabulary(words.front()))
        return show_name(*arguments, *entry);
    return unknown(*arguments, words.front());
}

} // namespace pfq::tools
