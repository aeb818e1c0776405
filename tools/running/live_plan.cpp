#include "tools/running/live_plan.hpp"

#include <fmt/format.h>

#include "engine/filter/front.hpp"
#include "tools/running/layout.hpp"
#include "tools/running/programs.hpp"

namespace pfq::tools {
namespace {

using engine::live::LivePlan;

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

std::expected<PreparedLive, int> prepare_live(const RunRequest& request, const Arguments& arguments,
                                              const Reporter& report) {
    auto pipelines = load_pipelines(request, arguments, report);
    if (!pipelines)
        return std::unexpected(pipelines.error());
    auto tables = load_tables(request, *pipelines, report);
    if (!tables)
        return std::unexpected(report.usage(tables.error()));
    if (const std::string error = add_filters(request, *pipelines); !error.empty())
        return std::unexpected(report.usage(error));
    std::vector<engine::GroupProgram> programs;
    for (const lang::Pipeline& pipeline : *pipelines)
        programs.push_back(program_of(pipeline));
    auto layout = make_plan(request, std::move(programs));
    if (!layout)
        return std::unexpected(report.usage(layout.error()));
    LivePlan plan = live_plan(request, *layout, std::move(*pipelines));
    plan.tables = std::move(*tables);
    return PreparedLive{std::move(*layout), std::move(plan)};
}

} // namespace pfq::tools
