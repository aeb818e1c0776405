#include "tools/pfq/run/run.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

#include "engine/capture/link_layer.hpp"
#include "tools/common/command_line.hpp"
#include "tools/pfq/run/layout.hpp"
#include "tools/pfq/run/monitor.hpp"
#include "tools/pfq/run/programs.hpp"
#include "tools/pfq/run/signals.hpp"
#include "tools/pfq/run/summary.hpp"

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

void print_summary(const RunRequest& request, const RunSummary& summary) {
    const auto writes_output = [](const auto& sink) { return sink.output.path == "-"; };
    if (request.json) {
        const bool data_on_stdout = std::ranges::any_of(summary.plan.sockets, writes_output) ||
                                    std::ranges::any_of(summary.plan.forwards, writes_output);
        fmt::print(data_on_stdout ? stderr : stdout, "{}", render_summary_json(summary));
    } else if (!request.quiet) {
        fmt::print(stderr, "{}", render_summary_text(summary, request.stats));
    }
}

/// What went wrong, last on the terminal. Returns the exit code.
int conclude(const RunSummary& summary, const Reporter& report) {
    int code = exit_done;
    for (const engine::Violation& violation : summary.violations)
        code = report.failure("internal error, packets are not accounted for: " + engine::print(violation));
    for (const capture::CaptureEnd& end : summary.result.ends)
        if (!end.good())
            code = report.failure(end.message);
    if (!summary.result.error.empty())
        code = report.failure(summary.result.error);
    return code;
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
