#include "tools/pfq/status/status.hpp"

#include <fmt/format.h>

#include "engine/live/counters.hpp"
#include "engine/live/registry.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/errors.hpp"
#include "tools/pfq/status/report.hpp"

namespace pfq::tools {
namespace {

using namespace engine::live;

engine::Result<StatusReport> make_report() {
    const Registry registry = Registry::find();
    auto state = registry.read();
    if (!state)
        return std::unexpected(state.error());
    if (!registry.in_use(*state))
        return StatusReport{};
    auto maps = SharedMaps::find(*state);
    if (!maps)
        return std::unexpected(maps.error());
    engine::Snapshot counters = read_counters(*state, *maps);
    return StatusReport{std::move(*state), std::move(counters)};
}

} // namespace

const Command& status_table() {
    static const Command table{
        .name = "status",
        .summary = "show devices, groups and sockets with their counters",
        .options = {{.name = "json", .help = "print one JSON document"},
                    {.name = "all", .letter = 'a', .help = "show every counter, also those that are zero"}},
        .description = "Shows what the programs of all processes do in this network namespace: at which devices and in "
                       "which mode they run, the groups and their sockets, and where the packets went.",
        .examples = {{"pfq status", "all devices, groups and sockets"},
                     {"pfq status --json | jq '.devices[].mode'", "how programs are attached"}},
    };
    return table;
}

int status_command(std::span<const char* const> args) {
    const auto arguments = begin(status_table(), args);
    if (!arguments)
        return arguments.error();
    const Reporter reporter("status", arguments->has("json"));
    const auto report = make_report();
    if (!report)
        return reporter.failure(report.error().text);
    fmt::print("{}", arguments->has("json") ? render_status_json(*report)
                                            : render_status_text(*report, arguments->has("all")));
    return exit_done;
}

} // namespace pfq::tools
