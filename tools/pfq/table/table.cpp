#include "tools/pfq/table/table.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "tools/common/command_line.hpp"
#include "tools/common/errors.hpp"
#include "tools/pfq/table/verbs.hpp"

namespace pfq::tools {
namespace {

struct Verb {
    std::string_view name;
    std::size_t fewest, most; ///< words behind it
    std::string_view usage;
};

constexpr std::size_t any = 1U << 20U;
constexpr std::array verbs = {
    Verb{"list", 0, 1, "list [NAME]"},
    Verb{"add", 2, any, "add NAME ENTRY..."},
    Verb{"delete", 2, any, "delete NAME ENTRY..."},
    Verb{"load", 2, 2, "load NAME FILE"},
    Verb{"flush", 1, 1, "flush NAME"},
};

/// By any beginning that only one verb has, as in ip(8).
const Verb* find_verb(std::string_view word) {
    const Verb* found = nullptr;
    for (const Verb& verb : verbs)
        if (verb.name == word || (!word.empty() && verb.name.starts_with(word) && found == nullptr))
            found = &verb;
    return found;
}

std::optional<lang::TableKind> kind_of(const Arguments& arguments) {
    const auto text = arguments.value("kind");
    if (!text)
        return std::nullopt;
    return *text == "address" ? lang::TableKind::address
           : *text == "port"  ? lang::TableKind::port
                              : lang::TableKind::flow;
}

} // namespace

const Command& table_table() {
    static const Command table{
        .name = "table",
        .summary = "list and change the tables that programs look into",
        .positionals = {{.value = text("VERB"), .help = "list, add, delete, load or flush; a beginning is enough"},
                        {.value = text("NAME"), .optional = true, .help = "the table, as in in_table \"NAME\""},
                        {.value = text("ENTRY"),
                         .optional = true,
                         .repeatable = true,
                         .help = "an address or prefix, a port or range of ports, a flow; of load a file with one on "
                                 "each line"}},
        .options = {{.name = "timeout",
                     .value = number("SECONDS", 1, 1U << 30U),
                     .help = "entries that are added end after so many seconds"},
                    {.name = "kind",
                     .value = choice("KIND", {"address", "port", "flow"}),
                     .help = "which of several tables with this name"},
                    {.name = "json", .help = "list prints one JSON document"}},
        .description =
            "Tables belong to the network namespace. A table is there as long as a program looks into it. Changes hold "
            "for the next packet: load and flush replace all entries at once, add and delete one after the other.",
        .examples = {{"pfq table add block 192.0.2.0/24 --timeout 600", "block a network for ten minutes"},
                     {"pfq table load block list.txt", "replace all entries by those of a file"},
                     {"pfq table add bypass 'tcp 10.0.0.1:80 10.0.0.2:1234'", "add a flow"},
                     {"pfq table list block", "the entries, as load reads them"}},
    };
    return table;
}

int table_command(std::span<const char* const> args) {
    const auto arguments = begin(table_table(), args);
    if (!arguments)
        return arguments.error();
    const Reporter report("table", arguments->has("json"));
    std::vector<std::string> words;
    for (const Occurrence& occurrence : arguments->occurrences())
        if (occurrence.option == nullptr)
            words.push_back(occurrence.text);
    const Verb* verb = words.empty() ? nullptr : find_verb(words.front());
    if (verb == nullptr)
        return report.usage(fmt::format("there is no verb '{}'; use list, add, delete, load or flush",
                                        words.empty() ? "" : words.front()));
    words.erase(words.begin());
    if (words.size() < verb->fewest || words.size() > verb->most)
        return report.usage(fmt::format("write: pfq table {}", verb->usage));
    if (arguments->has("timeout") && verb->name != "add")
        return report.usage("--timeout is for add");
    TableRequest request{.verb = std::string(verb->name), .kind = kind_of(*arguments), .json = report.json()};
    if (const auto seconds = arguments->number("timeout"))
        request.seconds = static_cast<double>(*seconds);
    if (!words.empty()) {
        request.name = words.front();
        request.words.assign(words.begin() + 1, words.end());
    }
    const auto text = run_verb(request);
    if (!text)
        return report.failure(text.error().text);
    fmt::print("{}", *text);
    return exit_done;
}

} // namespace pfq::tools
