#include "tools/pfq/run/conclude.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace pfq::tools {

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

} // namespace pfq::tools
