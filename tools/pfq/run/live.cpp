#include "tools/pfq/run/live.hpp"

#include <chrono>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/filter/front.hpp"
#include "engine/live/run.hpp"
#include "tools/pfq/run/conclude.hpp"
#include "tools/pfq/run/layout.hpp"
#include "tools/pfq/run/monitor.hpp"
#include "tools/pfq/run/programs.hpp"
#include "tools/pfq/run/signals.hpp"

namespace pfq::tools {
namespace {

using engine::live::LivePlan;
using engine::live::LiveRun;

int fail(const Reporter& report, const engine::Error& error) {
    return report.fail(error.rejected ? exit_kernel_rejected : exit_runtime_error, error.text);
}

/// What the file plan and the live plan have in common is laid out once.
engine::GroupProgram program_of(const lang::Pipeline& pipeline) {
    engine::GroupProgram program;
    program.effects = lang::effects_of(pipeline);
    program.effects.may_deliver = true; // the program of a group that is joined is not known here
    program.devices = pipeline.devices;
    program.messages = pipeline.messages;
    return program;
}

LivePlan live_plan(const RunRequest& request, const engine::FilePlan& layout, std::vector<lang::Pipeline> pipelines) {
    LivePlan plan;
    plan.devices = request.live.devices;
    plan.sockets = layout.sockets;
    plan.snaplen = layout.snaplen;
    plan.count = layout.count;
    plan.budget = request.live.memory;
    plan.time = request.live.time;
    plan.order = plan.time == PFQ_TIME_PRECISE ? queue::Order::time : queue::Order::none;
    for (std::size_t i = 0; i < layout.groups.size(); ++i)
        plan.groups.push_back({.number = layout.groups[i].id,
                               .any_number = request.groups.size() == 1 && !request.groups[0].numbered,
                               .policy = request.groups[i].policy,
                               .joins = !request.groups[i].program,
                               .pipeline = std::move(pipelines[i]),
                               .text = request.groups[i].program.value_or(""),
                               .filter = request.groups[i].filter.value_or(""),
                               .vlan = request.groups[i].vlan ? request.groups[i].vlan->text() : "",
                               .sockets = layout.groups[i].sockets});
    return plan;
}

/// "listening on eth0, direction in, ownership observe, mode native (the driver runs XDP programs)": packets are seen
/// from now on. As JSON it has a line for each device, too.
void print_banner(const LiveRun& run, bool json) {
    for (const engine::live::Device& device : run.devices()) {
        if (json)
            fmt::print(stderr, "{}\n",
                       nlohmann::ordered_json{{"type", "listening"},
                                              {"version", 1},
                                              {"device", device.name},
                                              {"direction", name(device.direction)},
                                              {"ownership", name(device.ownership)},
                                              {"mode", name(device.mode)},
                                              {"reason", device.reason}}
                           .dump());
        else
            fmt::print(stderr, "listening on {}, direction {}, ownership {}, mode {} ({})\n", device.name,
                       name(device.direction), name(device.ownership), name(device.mode), device.reason);
    }
}

/// Programs in the kernel have the filters of their groups in them. An error text, empty when all is well.
std::string add_filters(const RunRequest& request, std::span<lang::Pipeline> pipelines) {
    for (std::size_t i = 0; i < pipelines.size(); ++i) {
        const GroupRequest& group = request.groups[i];
        if (!group.program && (group.filter || group.vlan))
            return fmt::format("group {} is joined as it is; --{} is for who makes it", group.id,
                               group.filter ? "filter" : "vlan");
        const auto added = engine::add_filters(pipelines[i], {group.filter.value_or(""), group.vlan});
        if (!added)
            return added.error();
    }
    return {};
}

} // namespace

int run_live(const RunRequest& request, const Arguments& arguments, const Reporter& report) {
    auto pipelines = load_pipelines(request, arguments, report);
    if (!pipelines)
        return pipelines.error();
    auto tables = load_tables(request, *pipelines, report);
    if (!tables)
        return report.usage(tables.error());
    if (const std::string error = add_filters(request, *pipelines); !error.empty())
        return report.usage(error);
    std::vector<engine::GroupProgram> programs;
    for (const lang::Pipeline& pipeline : *pipelines)
        programs.push_back(program_of(pipeline));
    auto layout = make_plan(request, std::move(programs));
    if (!layout)
        return report.usage(layout.error());
    const RunSignals signals;
    Monitor monitor(request);
    engine::live::LiveHooks hooks;
    hooks.stop = &RunSignals::stop();
    hooks.progress = [&](std::uint64_t received, std::uint64_t read) {
        monitor.progress({.received = received, .reached = read, .position = 0, .size = {}});
    };
    hooks.log = [&](const engine::LogEvent& event, const capture::Packet& packet) {
        monitor.log(event, *layout, packet, std::nullopt);
    };
    LivePlan plan = live_plan(request, *layout, std::move(*pipelines));
    plan.tables = std::move(*tables);
    auto run = LiveRun::open(std::move(plan), std::move(hooks));
    if (!run)
        return fail(report, run.error());
    if (!request.quiet)
        print_banner(**run, request.json);
    const auto start = std::chrono::steady_clock::now();
    engine::live::LiveResult live = (*run)->run();
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    monitor.finish();
    engine::FileResult result;
    result.counters = std::move(live.counters);
    result.reached = live.read;
    result.error = std::move(live.error);
    result.interrupted = RunSignals::stop();
    const auto violations = engine::check_law(result.counters);
    const RunSummary summary{*layout, result, violations, elapsed.count(), live.devices};
    print_summary(request, summary);
    return conclude(summary, report);
}

} // namespace pfq::tools
