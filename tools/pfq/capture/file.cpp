#include <algorithm>
#include <fmt/format.h>
#include <unistd.h>

#include "engine/capture/link_layer.hpp"
#include "engine/file/file_run.hpp"
#include "engine/law.hpp"
#include "tools/pfq/capture/live.hpp"
#include "tools/pfq/capture/printer.hpp"
#include "tools/running/events.hpp"
#include "tools/running/layout.hpp"
#include "tools/running/programs.hpp"
#include "tools/running/signals.hpp"

namespace pfq::tools {
namespace {

void print_banner(const engine::Source& source) {
    const auto& input = source.inputs().input(0);
    fmt::print(stderr, "reading from file {}", input.name());
    if (!input.interfaces().empty())
        fmt::print(stderr, ", link-type {}, snapshot length {}",
                   capture::link_type_text(input.interfaces().front().link_type), input.interfaces().front().snaplen);
    fmt::print(stderr, "\n");
}

int conclude(const engine::FileResult& result, const Reporter& report) {
    int code = exit_done;
    for (const engine::Violation& violation : engine::check_law(result.counters))
        code = report.failure("internal error, packets are not accounted for: " + engine::print(violation));
    for (const capture::CaptureEnd& end : result.ends)
        if (!end.good())
            code = report.failure(end.message);
    return result.error.empty() ? code : report.failure(result.error);
}

int process(engine::FilePlan plan, engine::OpenInputs inputs, int output, const Reporter& report) {
    const engine::FilePlan* the_plan = nullptr;
    engine::FileHooks hooks;
    hooks.stop = &RunSignals::stop();
    hooks.log = [&](const engine::LogEvent& event, const capture::Packet& packet, std::uint64_t sequence) {
        fmt::print(stderr, "{}\n",
                   report.json() ? render_event_json(event, *the_plan, packet, sequence)
                                 : render_event_text(event, *the_plan, packet, sequence));
    };
    auto run = engine::FileRun::open(std::move(plan), std::move(hooks), std::move(inputs));
    if (!run)
        return report.failure(run.error());
    the_plan = &(*run)->plan();
    if (!report.json())
        print_banner((*run)->source());
    const engine::FileResult result = (*run)->run();
    return output >= 0 && reader_has_gone(output) ? int{exit_done} : conclude(result, report);
}

} // namespace

int capture_file(CaptureRequest request, const Arguments& arguments, const Reporter& report) {
    engine::OpenInputs inputs = engine::open_early(request.run.inputs);
    auto programs = load_programs(request.run, arguments, report);
    if (!programs)
        return programs.error();
    const RunSignals signals;
    std::unique_ptr<Printer> printer;
    int output = request.write == "-" ? STDOUT_FILENO : -1;
    if (request.prints) {
        auto started = Printer::start(request.print_flags, request.user);
        if (!started)
            return report.failure(started.error());
        printer = std::move(*started);
        output = printer->fd();
    }
    request.run.groups[0].output = printer ? fmt::format("/dev/fd/{}", output) : *request.write;
    request.run.format = request.format;
    auto plan = make_plan(request.run, std::move(*programs));
    if (!plan)
        return report.usage(plan.error());
    const int code = process(std::move(*plan), std::move(inputs), output, report);
    const std::string printing = printer ? printer->finish() : "";
    return printing.empty() ? code : report.failure(printing);
}

} // namespace pfq::tools
