#include "tools/pfq/capture/live.hpp"

#include <chrono>
#include <fmt/format.h>
#include <unistd.h>

#include "engine/law.hpp"
#include "tools/pfq/capture/output.hpp"
#include "tools/pfq/capture/promiscuous.hpp"
#include "tools/pfq/capture/summary.hpp"
#include "tools/running/events.hpp"
#include "tools/running/live_banner.hpp"
#include "tools/running/live_plan.hpp"
#include "tools/running/signals.hpp"
#include "tools/running/summary.hpp"

namespace pfq::tools {
namespace {

using engine::live::LiveRun;

/// What stays open as long as the capture.
struct Held {
    std::unique_ptr<Printer> printer;
    std::optional<User> user;
    std::vector<codegen::Descriptor> promiscuous;
};

std::expected<Held, std::string> hold(const CaptureRequest& request) {
    Held held;
    if (request.user) {
        auto user = find_user(*request.user);
        if (!user)
            return std::unexpected(std::move(user.error()));
        held.user = std::move(*user);
    }
    if (request.prints) {
        auto printer = Printer::start(request.print_flags, request.user);
        if (!printer)
            return std::unexpected(std::move(printer.error()));
        held.printer = std::move(*printer);
    }
    return held;
}

void print_banner(const LiveRun& run, std::uint32_t snaplen, bool json) {
    if (json) {
        print_live_banner(run, true);
        return;
    }
    for (const engine::live::Device& device : run.devices())
        fmt::print(stderr, "listening on {}, link-type EN10MB (Ethernet), snapshot length {} bytes, {}, mode {} ({})\n",
                   device.name, snaplen == 0 ? 262144 : snaplen, name(device.direction), name(device.mode),
                   device.reason);
}

/// To standard output, unless packets go there.
void print_json(const CaptureRequest& request, const engine::FilePlan& layout, const engine::live::LiveResult& live,
                double seconds) {
    engine::FileResult result;
    result.counters = live.counters;
    result.reached = live.read;
    result.error = live.error;
    result.interrupted = RunSignals::stop();
    const auto violations = engine::check_law(result.counters);
    const RunSummary summary{layout, result, violations, seconds, live.devices};
    fmt::print(request.prints || request.write == "-" ? stderr : stdout, "{}", render_summary_json(summary));
}

engine::live::LiveHooks make_hooks(const LiveRun*& run, const engine::FilePlan& layout, const std::optional<User>& user,
                                   bool json) {
    engine::live::LiveHooks hooks;
    hooks.stop = &RunSignals::stop();
    hooks.flushes = &RunSignals::flush_requests();
    hooks.progress = [&run](std::uint64_t, std::uint64_t read) {
        if (RunSignals::take_statistics_request())
            fmt::print(stderr, "pfq capture: {}\n", render_capture_progress(read, run->program_counters()));
    };
    hooks.log = [&layout, json](const engine::LogEvent& event, const capture::Packet& packet) {
        fmt::print(stderr, "{}\n",
                   json ? render_event_json(event, layout, packet, std::nullopt)
                        : render_event_text(event, layout, packet, std::nullopt));
    };
    if (user)
        hooks.in_sink_thread = [&user] { become(*user); };
    return hooks;
}

bool ended_quietly(const CaptureRequest& request, const Held& held) {
    return (held.printer && held.printer->gone()) || (request.write == "-" && reader_has_gone(STDOUT_FILENO));
}

int conclude(const engine::live::LiveResult& result, bool quietly, const std::string& printing,
             const Reporter& report) {
    int code = exit_done;
    for (const engine::Violation& violation : engine::check_law(result.counters))
        code = report.failure("internal error, packets are not accounted for: " + engine::print(violation));
    if (!printing.empty())
        code = report.failure(printing);
    else if (!result.error.empty() && !quietly)
        code = report.failure(result.error);
    return code;
}

} // namespace

int capture_live(CaptureRequest request, const Arguments& arguments, const Reporter& report) {
    auto prepared = prepare_live(request.run, arguments, report);
    if (!prepared)
        return prepared.error();
    const RunSignals signals;
    auto held = hold(request);
    if (!held)
        return report.failure(held.error());
    engine::live::LivePlan& plan = prepared->plan;
    for (engine::SocketPlan& socket : plan.sockets)
        socket.output = live_output(request, held->printer.get(), held->user);
    prepared->layout.sockets = plan.sockets;
    const LiveRun* running = nullptr;
    auto run = LiveRun::open(std::move(plan), make_hooks(running, prepared->layout, held->user, report.json()));
    if (!run)
        return report.fail(run.error().rejected ? exit_kernel_rejected : exit_runtime_error, run.error().text);
    running = run->get();
    if (request.promiscuous) {
        auto promiscuous = hold_promiscuous(request.run.live.devices);
        if (!promiscuous)
            report.warn(promiscuous.error());
        else
            held->promiscuous = std::move(*promiscuous);
    }
    print_banner(**run, request.run.snaplen, report.json());
    const auto start = std::chrono::steady_clock::now();
    const engine::live::LiveResult result = (*run)->run();
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    const bool quietly = ended_quietly(request, *held);
    const std::string printing = held->printer ? held->printer->finish() : "";
    if (report.json())
        print_json(request, prepared->layout, result, elapsed.count());
    else
        fmt::print(stderr, "{}", render_capture_summary(result.counters));
    return conclude(result, quietly, printing, report);
}

} // namespace pfq::tools
