#include "tools/pfq/run/live.hpp"

#include <chrono>
#include <fmt/format.h>

#include "engine/live/run.hpp"
#include "tools/pfq/run/conclude.hpp"
#include "tools/pfq/run/monitor.hpp"
#include "tools/running/live_banner.hpp"
#include "tools/running/live_plan.hpp"
#include "tools/running/signals.hpp"

namespace pfq::tools {
namespace {

using engine::live::LiveRun;

int fail(const Reporter& report, const engine::Error& error) {
    return report.fail(error.rejected ? exit_kernel_rejected : exit_runtime_error, error.text);
}

} // namespace

int run_live(const RunRequest& request, const Arguments& arguments, const Reporter& report) {
    auto prepared = prepare_live(request, arguments, report);
    if (!prepared)
        return prepared.error();
    const engine::FilePlan& layout = prepared->layout;
    const RunSignals signals;
    Monitor monitor(request);
    engine::live::LiveHooks hooks;
    hooks.stop = &RunSignals::stop();
    hooks.flushes = &RunSignals::flush_requests();
    hooks.progress = [&](std::uint64_t received, std::uint64_t read) {
        monitor.progress({.received = received, .reached = read, .position = 0, .size = {}});
    };
    hooks.log = [&](const engine::LogEvent& event, const capture::Packet& packet) {
        monitor.log(event, layout, packet, std::nullopt);
    };
    auto run = LiveRun::open(std::move(prepared->plan), std::move(hooks));
    if (!run)
        return fail(report, run.error());
    if (!request.quiet)
        print_live_banner(**run, request.json);
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
    const RunSummary summary{layout, result, violations, elapsed.count(), live.devices};
    print_summary(request, summary);
    return conclude(summary, report);
}

} // namespace pfq::tools
