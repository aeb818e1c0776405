// A run of programs over live traffic.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/file/plan.hpp"
#include "engine/live/counters.hpp"
#include "engine/live/engine.hpp"
#include "engine/live/events.hpp"
#include "engine/live/sink.hpp"

namespace pfq::engine::live {

struct LiveGroup {
    unsigned number = 0;
    bool any_number = false; ///< the lowest that is free instead
    Policy policy = Policy::private_;
    bool joins = false; ///< a shared group that another process has made; it has a program already
    lang::Pipeline pipeline;
    std::string text;
    std::string filter, vlan;         ///< texts of its filters, which the pipeline has, to show
    std::vector<std::size_t> sockets; ///< indices in LivePlan::sockets
};

struct LivePlan {
    std::vector<BindOptions> devices; ///< every group is bound to all of them
    std::vector<LiveGroup> groups;
    std::vector<SocketPlan> sockets;
    std::uint32_t snaplen = 0; ///< 0: all
    std::uint64_t count = 0;   ///< stop after so many packets that consumers read; 0: no limit
    std::uint64_t budget = default_budget;
    pfq_time_policy time = PFQ_TIME_PRECISE;
    queue::Order order = queue::Order::time;
    std::vector<std::pair<std::string, std::shared_ptr<const NamedTable>>> tables; ///< contents, by name
};

struct LiveHooks {
    /// About ten times a second, with what was received by programs and read by sockets so far.
    std::function<void(std::uint64_t received, std::uint64_t read)> progress;
    /// A log statement of the plan's group with this index; the packet's bytes, the first ones, are valid during the
    /// call.
    std::function<void(const LogEvent& event, const capture::Packet& packet)> log;
    /// In each thread that reads queues and writes files, before anything else.
    std::function<void()> in_sink_thread;
    const std::atomic<bool>* stop = nullptr;  ///< set by a signal handler
    std::atomic<unsigned>* flushes = nullptr; ///< outputs are flushed when it has changed
};

struct LiveResult {
    Snapshot counters;
    std::vector<Device> devices; ///< as they were in use
    std::uint64_t read = 0;
    std::string error; ///< why the run ended early; empty: it did not
};

class LiveRun {
public:
    /// Creates sockets, groups and outputs, and attaches programs: packets arrive from now on.
    [[nodiscard]] static Result<std::unique_ptr<LiveRun>> open(LivePlan plan, LiveHooks hooks);
    ~LiveRun();

    [[nodiscard]] const LivePlan& plan() const { return plan_; }
    /// The devices of the run: mode and reason.
    [[nodiscard]] const std::vector<Device>& devices() const { return devices_; }
    /// Until it is stopped, or the count is reached, or an output fails. Then takes the programs away and reads the
    /// queues to their ends: the packet law holds for the counters of the result.
    [[nodiscard]] LiveResult run();
    /// What programs have counted so far, for hooks; counters of reading and writing are not in it.
    [[nodiscard]] Snapshot program_counters() const { return read_counters(attached_, engine_->maps()); }

private:
    LiveRun(LivePlan plan, LiveHooks hooks)
        : plan_(std::move(plan)), hooks_(std::move(hooks)), events_([this](const auto& event) { log(event); }) {}

    [[nodiscard]] Result<void> open_outputs();
    [[nodiscard]] Result<void> attach();
    [[nodiscard]] Result<void> foresee(State& state) const;
    [[nodiscard]] Result<void> add(Transaction& transaction);
    [[nodiscard]] Result<unsigned> add_group(Transaction& transaction, const LiveGroup& group);
    [[nodiscard]] Result<void> fill_tables();
    void log(const pfq_bpf_event& event);
    void note_what_is_ours(const State& state, const State& before);
    void note_what_is_common(const State& now);
    [[nodiscard]] bool ended() const;
    [[nodiscard]] std::size_t claim(std::size_t packets);
    void consume(std::size_t socket);
    void watch();
    void note_what_is_gone();
    [[nodiscard]] capture::InterfaceStatistics statistics_of(const SinkInterface& interface,
                                                             const Snapshot& snapshot) const;
    [[nodiscard]] Result<void> take_away();
    void close_outputs(LiveResult& result);

    LivePlan plan_;
    LiveHooks hooks_;
    std::unique_ptr<Engine> engine_;
    std::vector<unsigned> groups_, slots_; ///< of the plan's groups and sockets
    std::vector<TableContents> tables_;
    EventReader events_;
    std::vector<std::unique_ptr<LiveSink>> sinks_;
    State attached_; ///< as it was when everything was attached: what is ours of it
    bool partial_ = false;
    std::vector<Device> devices_;
    std::vector<Descriptor> device_counters_; ///< keep the maps of counters
    std::atomic<std::uint64_t> read_ = 0;
    std::atomic<bool> finish_ = false; ///< the queues get no more packets
    std::atomic<bool> failed_ = false; ///< an output, or it takes no more
    std::string error_;                ///< why watch() ended
};

} // namespace pfq::engine::live
