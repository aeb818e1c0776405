#include "tools/pfq/run/run.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

#include "engine/capture/link_layer.hpp"
#include "tools/common/command_line.hpp"
#include "tools/pfq/run/conclude.hpp"
#include "tools/pfq/run/live.hpp"
#include "tools/pfq/run/monitor.hpp"
#include "tools/running/layout.hpp"
#include "tools/running/programs.hpp"
#include "tools/running/signals.hpp"
#include "tools/running/summary.hpp"

namespace pfq::tools {
namespace {

/// "reading from file in.pcap, link-type EN10MB (1), snapshot length 262144", as tcpdump does.
void print_banner(const engine::Source& source) {
    for (std::size_t i = 0; i < source.inputs().inputs(); ++i) {
        const auto& input = source.inputs().input(i);
        fmt::print(stderr, "reading from file {}", input.name());
        if (!input.interfaces().empty())
            fmt::print(stderr, ", link-type {}, snapshot length {}",
                       capture::link_type_text(input.interfaces().front().link_type),
                       input.interfaces().front().snaplen);
        fmt::print(stderr, "\n");
    }
}

int process(const RunRequest& request, engine::FilePlan plan, engine::OpenInputs inputs, const Reporter& report) {
    const RunSignals signals;
    Monitor monitor(request);
    const engine::FilePlan* the_plan = nullptr;
    engine::FileHooks hooks;
    hooks.stop = &RunSignals::stop();
    hooks.progress = [&](const engine::Progress& progress) { monitor.progress(progress); };
    hooks.log = [&](const engine::LogEvent& event, const capture::Packet& packet, std::uint64_t sequence) {
        monitor.log(event, *the_plan, packet, sequence);
    };
    auto run = engine::FileRun::open(std::move(plan), std::move(hooks), std::move(inputs));
    if (!run)
        return report.failure(run.error());
    the_plan = &(*run)->plan();
    if (!request.quiet && !request.json)
        print_banner((*run)->source());
    const auto start = std::chrono::steady_clock::now();
    const engine::FileResult result = (*run)->run();
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    monitor.finish();
    const auto violations = engine::check_law(result.counters);
    const RunSummary summary{(*run)->plan(), result, violations, elapsed.count()};
    print_summary(request, summary);
    return conclude(summary, report);
}

} // namespace

int run_command(std::span<const char* const> args) {
    const auto arguments = begin(run_table(), args);
    if (!arguments)
        return arguments.error();
    const Reporter report("run", arguments->has("json"));
    const auto request = make_request(*arguments);
    if (!request)
        return report.usage(request.error());
    if (!request->live.devices.empty())
        return run_live(*request, *arguments, report);
    engine::OpenInputs inputs = engine::open_early(request->inputs);
    auto programs = load_programs(*request, *arguments, report);
    if (!programs)
        return programs.error();
    auto plan = make_plan(*request, std::move(*programs));
    if (!plan)
        return report.usage(plan.error());
    return process(*request, std::move(*plan), std::move(inputs), report);
}

} // namespace pfq::tools
