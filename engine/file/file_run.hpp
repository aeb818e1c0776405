// A run of programs over capture files.
#pragma once
#include <atomic>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/counters.hpp"
#include "engine/file/evaluator.hpp"
#include "engine/file/plan.hpp"
#include "engine/file/sinks.hpp"
#include "engine/file/source.hpp"

namespace pfq::engine {

struct Progress {
    std::uint64_t received = 0;        ///< packets
    std::uint64_t reached = 0;         ///< packets that reached a socket or a device
    std::uint64_t position = 0;        ///< bytes of the inputs
    std::optional<std::uint64_t> size; ///< bytes of all inputs, if known
};

/// Called one at a time, from any thread of the run.
struct FileHooks {
    /// A log statement, in the order of packets; the packet's bytes are valid during the call.
    std::function<void(const LogEvent& event, const capture::Packet& packet, std::uint64_t sequence)> log;
    /// After each batch and after each signal.
    std::function<void(const Progress&)> progress;
    /// Set by a signal handler: the run ends with what was read.
    const std::atomic<bool>* stop = nullptr;
};

struct FileResult {
    Snapshot counters;
    std::vector<capture::CaptureEnd> ends; ///< by input; `reading` when the run stopped before
    std::uint64_t reached = 0;
    std::string error;        ///< why the run ended early, complete; empty: it did not
    bool interrupted = false; ///< by FileHooks::stop
};

/// The result, and every byte that is written, is the same for any number of threads.
class FileRun {
public:
    /// Checks the plan, opens inputs and outputs. The error is complete.
    [[nodiscard]] static std::expected<std::unique_ptr<FileRun>, std::string> open(FilePlan plan, FileHooks hooks = {},
                                                                                   OpenInputs inputs = {});

    [[nodiscard]] const FilePlan& plan() const { return plan_; }
    [[nodiscard]] const Source& source() const { return *source_; }
    /// Processes everything; once. The packet law is for the caller to check (law.hpp).
    [[nodiscard]] FileResult run();

private:
    FileRun(FilePlan plan, FileHooks hooks) : plan_(std::move(plan)), hooks_(std::move(hooks)), shared_(plan_) {}

    [[nodiscard]] bool stop_requested() const { return hooks_.stop && hooks_.stop->load(std::memory_order_relaxed); }
    bool read(Job& job);
    bool commit(Job& job);
    [[nodiscard]] std::size_t cut(Job& job, std::size_t reached);
    void count(const Job& job, std::size_t packets);
    void report_progress();
    void start_counters();
    void finish_counters();

    FilePlan plan_;
    FileHooks hooks_;
    SharedPlan shared_;
    std::unique_ptr<Source> source_;
    std::unique_ptr<Sinks> sinks_;
    std::vector<std::unique_ptr<Evaluator>> evaluators_;
    bool streaming_ = false; ///< an input is a pipe: records shall not wait in buffers
    std::mutex mutex_;       ///< for progress_, which the reading thread reports after signals
    Progress progress_;
    FileResult result_;
};

} // namespace pfq::engine
