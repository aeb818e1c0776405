#include "engine/file/file_run.hpp"

#include <algorithm>
#include <tuple>

#include "engine/file/assembly_line.hpp"
#include "engine/file/validate.hpp"

namespace pfq::engine {
namespace {

/// Large enough that the hand-over between threads costs nothing per packet, small enough to keep every core busy.
constexpr std::size_t batch_capacity = 4096;

} // namespace

std::expected<std::unique_ptr<FileRun>, std::string> FileRun::open(FilePlan plan, FileHooks hooks, OpenInputs inputs) {
    if (std::string error = validate(plan); !error.empty())
        return std::unexpected(std::move(error));
    std::unique_ptr<FileRun> run(new FileRun(std::move(plan), std::move(hooks)));
    auto source = Source::open(run->plan_, std::move(inputs));
    if (!source)
        return std::unexpected(std::move(source.error()));
    run->source_ = std::move(*source);
    auto sinks = Sinks::open(run->plan_, *run->source_);
    if (!sinks)
        return std::unexpected(std::move(sinks.error()));
    run->sinks_ = std::move(*sinks);
    run->progress_.size = run->source_->size();
    run->streaming_ = !run->progress_.size;
    // One per thread, and one for the batch that FilePlan::count cuts.
    for (unsigned i = 0; i <= run->plan_.threads; ++i)
        run->evaluators_.push_back(std::make_unique<Evaluator>(run->shared_));
    return run;
}

FileResult FileRun::run() {
    start_counters();
    AssemblyLine line(
        {.read = [this](Job& job) { return read(job); },
         .evaluate = [this](Job& job, unsigned thread) { evaluators_[thread]->evaluate(job, job.batch.size()); },
         .commit = [this](Job& job) { return commit(job); }},
        plan_.threads, batch_capacity);
    line.run();
    sinks_->close();
    finish_counters();
    result_.reached = progress_.reached;
    result_.interrupted = stop_requested();
    result_.error = !sinks_->error().empty() ? sinks_->error() : source_->error();
    return std::move(result_);
}

bool FileRun::read(Job& job) {
    while (!stop_requested()) {
        switch (source_->read(job)) {
        case SourceStatus::packets:
            return true;
        case SourceStatus::interrupted:
            report_progress();
            break;
        case SourceStatus::ended:
        case SourceStatus::failed:
            return false;
        }
    }
    return false;
}

bool FileRun::commit(Job& job) {
    std::size_t packets = job.batch.size();
    bool last = false;
    if (plan_.count != 0 && progress_.reached + job.outcome.reached >= plan_.count) {
        last = true;
        packets = cut(job, plan_.count - progress_.reached);
    }
    if (hooks_.log)
        for (const LogEvent& event : job.outcome.events)
            hooks_.log(event, job.batch.packets()[event.packet], job.first + event.packet);
    count(job, packets);
    const bool written = sinks_->write(job) && (!streaming_ || sinks_->flush());
    report_progress();
    return written && !last;
}

/// Evaluates the batch again, up to the packet that is the `reached`-th to reach a sink. Returns how many those are.
std::size_t FileRun::cut(Job& job, std::size_t reached) {
    std::size_t packets = 0;
    for (std::size_t found = 0; found < reached; ++packets)
        found += job.outcome.reached_at[packets];
    evaluators_.back()->evaluate(job, packets);
    return packets;
}

void FileRun::count(const Job& job, std::size_t packets) {
    Snapshot& sum = result_.counters;
    for (std::size_t i = 0; i < sum.devices.size(); ++i)
        add(sum.devices[i].counters, job.outcome.devices[i]);
    for (std::size_t i = 0; i < sum.groups.size(); ++i) {
        add(sum.groups[i].counters, job.outcome.groups[i]);
        for (std::size_t n = 0; n < lang::max_counters; ++n)
            sum.groups[i].user[n] += job.outcome.user[i][n];
    }
    for (std::size_t i = 0; i < sum.sockets.size(); ++i)
        add(sum.sockets[i].counters, job.outcome.sockets[i]);
    for (std::size_t i = 0; i < sum.forwards.size(); ++i)
        add(sum.forwards[i].counters, job.outcome.forwards[i]);
    const std::lock_guard guard(mutex_);
    progress_.received += packets;
    progress_.position = job.position;
    progress_.reached += job.outcome.reached;
}

void FileRun::report_progress() {
    const std::lock_guard guard(mutex_);
    if (hooks_.progress)
        hooks_.progress(progress_);
}

void FileRun::start_counters() {
    Snapshot& counters = result_.counters;
    std::vector<std::size_t> all_devices;
    for (const std::string& input : plan_.inputs) {
        all_devices.push_back(counters.devices.size());
        counters.devices.push_back({input, {}});
    }
    for (const GroupPlan& group : plan_.groups)
        counters.groups.push_back({group.id, {}, all_devices, std::vector<std::uint64_t>(lang::max_counters)});
    for (std::size_t i = 0; i < plan_.sockets.size(); ++i)
        counters.sockets.push_back({static_cast<unsigned>(i), plan_.sockets[i].spec.name, {}});
    for (const ForwardPlan& forward : plan_.forwards)
        counters.forwards.push_back({forward.name, {}});
}

/// What became of the records is known when the outputs are closed.
void FileRun::finish_counters() {
    Snapshot& counters = result_.counters;
    for (std::size_t i = 0; i < counters.sockets.size(); ++i) {
        SocketCounters& socket = counters.sockets[i].counters;
        if (plan_.sockets[i].output.path.empty())
            socket.counted = socket.read;
        else
            std::tie(socket.written, socket.write_failed) = sinks_->account(i);
    }
    for (std::size_t i = 0; i < counters.forwards.size(); ++i) {
        ForwardCounters& forward = counters.forwards[i].counters;
        if (plan_.forwards[i].output.path.empty())
            forward.counted = forward.handed_over;
        else
            std::tie(forward.sent, forward.write_failed) = sinks_->account(plan_.sockets.size() + i);
    }
    for (std::size_t i = 0; i < plan_.inputs.size(); ++i) {
        result_.ends.push_back(source_->inputs().input(i).end());
        counters.devices[i].counters.damaged = !result_.ends.back().good();
    }
}

} // namespace pfq::engine
