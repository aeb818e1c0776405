// What signals ask a run for.
#pragma once
#include <atomic>

namespace pfq::tools {

/// While it lives: SIGINT, SIGTERM and SIGHUP (unless ignored at the start, as by nohup) ask to stop, a second one ends
/// the process at once; SIGUSR1 asks for statistics; a broken pipe or a file size limit is an error of write(2).
class RunSignals {
public:
    RunSignals();
    RunSignals(const RunSignals&) = delete;
    RunSignals& operator=(const RunSignals&) = delete;
    ~RunSignals();

    [[nodiscard]] static const std::atomic<bool>& stop();
    /// Whether statistics were asked for since the last call.
    /// Grows with SIGUSR2.
    [[nodiscard]] static std::atomic<unsigned>& flush_requests();
    [[nodiscard]] static bool take_statistics_request();
};

} // namespace pfq::tools
