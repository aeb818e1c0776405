#include "tools/pfq/run/monitor.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "tools/common/terminal.hpp"
#include "tools/running/events.hpp"
#include "tools/running/signals.hpp"
#include "tools/running/summary.hpp"

namespace pfq::tools {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto patience = std::chrono::seconds(1); ///< short runs show no progress
constexpr auto interval = std::chrono::milliseconds(200);

} // namespace

Monitor::Monitor(const RunRequest& request)
    : json_(request.json), shows_progress_(!request.quiet && !request.json && is_terminal(STDERR_FILENO)),
      next_(Clock::now() + patience) {}

void Monitor::log(const engine::LogEvent& event, const engine::FilePlan& plan, const capture::Packet& packet,
                  std::optional<std::uint64_t> sequence) {
    finish();
    fmt::print(stderr, "{}\n",
               json_ ? render_event_json(event, plan, packet, sequence)
                     : render_event_text(event, plan, packet, sequence));
}

void Monitor::progress(const engine::Progress& progress) {
    if (RunSignals::take_statistics_request()) {
        finish();
        fmt::print(stderr, "pfq run: {}\n", render_progress(progress));
    }
    if (!shows_progress_ || Clock::now() < next_)
        return;
    next_ = Clock::now() + interval;
    line_shown_ = true;
    fmt::print(stderr, "\r{}\x1b[K", render_progress(progress));
}

void Monitor::finish() {
    if (line_shown_)
        fmt::print(stderr, "\r\x1b[K");
    line_shown_ = false;
}

} // namespace pfq::tools
