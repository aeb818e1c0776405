// What a run tells while it works: log events, progress on a terminal, statistics on SIGUSR1.
#pragma once
#include <chrono>
#include <string>

#include "engine/file/file_run.hpp"
#include "tools/running/request.hpp"

namespace pfq::tools {

class Monitor {
public:
    explicit Monitor(const RunRequest& request);

    /// Both write to standard error; called one at a time.
    void log(const engine::LogEvent& event, const engine::FilePlan& plan, const capture::Packet& packet,
             std::optional<std::uint64_t> sequence);
    void progress(const engine::Progress& progress);
    /// Takes the progress line off the terminal.
    void finish();

private:
    bool json_;
    bool shows_progress_; ///< standard error is a terminal
    bool line_shown_ = false;
    std::chrono::steady_clock::time_point next_;
};

} // namespace pfq::tools
