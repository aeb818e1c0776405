#include "engine/live/run.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fmt/format.h>
#include <functional>
#include <thread>

#include "engine/kernel/device.hpp"
#include "engine/live/counters.hpp"
#include "engine/live/free_number.hpp"
#include "engine/live/table.hpp"
#include "engine/queue/wall_clock.hpp"

namespace pfq::engine::live {
namespace {

using namespace std::chrono_literals;
constexpr std::uint16_t ethernet = 1; // LINKTYPE_ETHERNET
constexpr auto beat = 100ms;          ///< how often others are looked after

/// Starts a thread that gets no signals: they are for the thread that waits for them.
template <class Function> std::jthread start_quiet_thread(Function function) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::jthread thread(std::move(function));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
}

} // namespace

Result<std::unique_ptr<LiveRun>> LiveRun::open(LivePlan plan, LiveHooks hooks) {
    std::unique_ptr<LiveRun> run(new LiveRun(std::move(plan), std::move(hooks)));
    if (auto done = run->open_outputs(); !done)
        return std::unexpected(done.error());
    auto engine = Engine::open();
    if (!engine)
        return std::unexpected(engine.error());
    run->engine_ = std::move(*engine);
    if (auto done = run->attach(); !done)
        return std::unexpected(done.error());
    return run;
}

LiveRun::~LiveRun() = default;

Result<void> LiveRun::open_outputs() {
    std::vector<SinkInterface> interfaces;
    for (const BindOptions& binding : plan_.devices) {
        const auto info = find_device(binding.device);
        if (!info)
            return std::unexpected(info.error());
        if (!info->up)
            return std::unexpected(
                Error{fmt::format("{0} is down; set it up with: ip link set dev {0} up", binding.device)});
        if (std::ranges::find(interfaces, info->index, &SinkInterface::ifindex) == interfaces.end())
            interfaces.push_back({info->index, binding.device});
    }
    for (const SocketPlan& socket : plan_.sockets) {
        auto sink = LiveSink::open(socket.output, interfaces, plan_.snaplen);
        if (!sink)
            return std::unexpected(Error{sink.error()});
        sinks_.push_back(std::move(*sink));
    }
    return {};
}

Result<void> LiveRun::attach() {
    if (auto done = fill_tables(); !done)
        return done;
    engine_->compile_ahead([this](State& state) { return foresee(state); });
    auto transaction = engine_->begin();
    if (!transaction)
        return std::unexpected(transaction.error());
    for (TableContents& contents : tables_)
        (*transaction)->replace_table(std::move(contents));
    const State before = (*transaction)->state();
    if (auto done = add(**transaction); !done)
        return done;
    if (auto done = (*transaction)->commit(); !done)
        return done;
    note_what_is_ours((*transaction)->state(), before);
    devices_ = attached_.devices;
    for (const Device& device : devices_)
        if (auto map = open_map(device.counters))
            device_counters_.push_back(std::move(*map));
    return {};
}

Result<void> LiveRun::add(Transaction& transaction) {
    for (const SocketPlan& socket : plan_.sockets) {
        SocketOptions options{.name = socket.spec.name,
                              .weight = socket.spec.weight,
                              .class_mask = socket.spec.class_mask,
                              .snaplen = plan_.snaplen == 0 ? PFQ_RECORD_LIMIT
                                                            : std::min<std::uint32_t>(plan_.snaplen, PFQ_RECORD_LIMIT),
                              .time = plan_.time,
                              .order = plan_.order,
                              .budget = plan_.budget};
        auto slot = transaction.add_socket(options);
        if (!slot)
            return std::unexpected(slot.error());
        slots_.push_back(*slot);
    }
    for (const LiveGroup& group : plan_.groups) {
        const auto number = add_group(transaction, group);
        if (!number)
            return std::unexpected(number.error());
        groups_.push_back(*number);
        for (const std::size_t socket : group.sockets)
            if (auto done = transaction.join(*number, slots_[socket], group.policy); !done)
                return done;
        for (const BindOptions& device : plan_.devices)
            if (auto done = transaction.bind(*number, device); !done)
                return done;
    }
    return {};
}

/// What programs depend on of that which add() adds.
Result<void> LiveRun::foresee(State& state) const {
    for (std::size_t i = 0; i < plan_.sockets.size(); ++i) {
        Socket socket;
        socket.slot = lowest_free(state.sockets, &Socket::slot);
        socket.ring_class = ring_class_for(plan_.budget);
        insert_socket(state, std::move(socket));
    }
    for (const LiveGroup& group : plan_.groups) {
        const unsigned number = group.any_number ? lowest_free(state.groups, &Group::number) : group.number;
        if (state.group(number) == nullptr) {
            Group fresh;
            fresh.number = number;
            fresh.pipeline = group.pipeline;
            insert_group(state, std::move(fresh));
        }
        for (const BindOptions& device : plan_.devices)
            if (auto done = bind_group(state, number, device); !done)
                return done;
    }
    return {};
}

/// Before the transaction: the entries may be many.
Result<void> LiveRun::fill_tables() {
    for (const auto& [name, table] : plan_.tables) {
        auto map = create_table(*table);
        if (!map)
            return std::unexpected(map.error());
        tables_.push_back({name, table->kind(), std::move(*map)});
    }
    return {};
}

Result<unsigned> LiveRun::add_group(Transaction& transaction, const LiveGroup& group) {
    const auto events = lang::effects_of(group.pipeline).logs ? events_.add() : Result<int>(-1);
    if (!events)
        return std::unexpected(events.error());
    if (!group.joins)
        return transaction.add_group({.number = group.any_number ? std::nullopt : std::optional(group.number),
                                      .policy = group.policy,
                                      .pipeline = group.pipeline,
                                      .text = group.text,
                                      .filter = group.filter,
                                      .vlan = group.vlan,
                                      .events = *events});
    if (transaction.state().group(group.number) == nullptr)
        return std::unexpected(
            Error{fmt::format("there is no group {} to join; give it a program to make it", group.number)});
    return group.number;
}

/// Counters of groups that we joined are not ours, and neither are those of devices from before our time.
void LiveRun::note_what_is_ours(const State& state, const State& before) {
    attached_ = state;
    const auto is_ours = [&](const Group& group) {
        return std::ranges::count(groups_, group.number) != 0 && group.owner == engine_->member();
    };
    partial_ = std::ranges::any_of(plan_.groups, [](const LiveGroup& group) { return group.policy == Policy::shared; });
    std::erase_if(attached_.groups, std::not_fn(is_ours));
    std::erase_if(attached_.sockets, [&](const Socket& socket) { return !std::ranges::count(slots_, socket.slot); });
    std::erase_if(attached_.devices, [&](const Device& device) {
        return std::ranges::none_of(plan_.devices, [&](const BindOptions& bound) {
            return bound.device == device.name && bound.direction == device.direction;
        });
    });
    std::erase_if(attached_.targets, [&](const Target& target) {
        return std::ranges::none_of(attached_.groups, [&](const Group& group) {
            return std::ranges::count(group.pipeline.devices, target.name) != 0;
        });
    });
    const bool counted_before = std::ranges::any_of(before.devices, [&](const Device& device) {
        return std::ranges::any_of(attached_.devices, [&](const Device& ours) {
            return ours.ifindex == device.ifindex && ours.direction == device.direction;
        });
    });
    for (Group& group : attached_.groups)
        if (counted_before)
            group.bindings.clear();
}

/// Counters of devices go on for others that are there now; those of devices that packets are forwarded to are common
/// to all who have forwarded there.
void LiveRun::note_what_is_common(const State& now) {
    for (const Target& target : attached_.targets) {
        const Target* used = now.target(target.name);
        partial_ = partial_ || used == nullptr || used->several;
    }
    for (Group& group : attached_.groups)
        if (std::ranges::any_of(group.bindings, [&](const Binding& binding) {
                return std::ranges::any_of(now.devices, [&](const Device& device) {
                    return device.ifindex == binding.ifindex && device.direction == binding.direction;
                });
            }))
            group.bindings.clear();
}

bool LiveRun::ended() const {
    return failed_ || (hooks_.stop != nullptr && *hooks_.stop) || (plan_.count != 0 && read_ >= plan_.count);
}

/// How many of so many packets the run still wants.
std::size_t LiveRun::claim(std::size_t packets) {
    if (plan_.count == 0) {
        read_ += packets;
        return packets;
    }
    std::uint64_t before = read_, granted;
    do
        granted = std::min<std::uint64_t>(packets, plan_.count - before);
    while (!read_.compare_exchange_weak(before, before + granted));
    return granted;
}

LiveResult LiveRun::run() {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < sinks_.size(); ++i)
        threads.push_back(start_quiet_thread([this, i] { consume(i); }));
    watch();
    LiveResult result;
    result.error = error_;
    if (auto done = take_away(); !done && result.error.empty())
        result.error = done.error().text;
    events_.poll(0);
    finish_ = true;
    threads.clear();
    close_outputs(result);
    result.devices = devices_;
    result.read = read_;
    return result;
}

/// The thread of a socket.
void LiveRun::consume(std::size_t socket) {
    if (hooks_.in_sink_thread)
        hooks_.in_sink_thread();
    queue::QueueReader& reader = engine_->socket(slots_[socket]).reader();
    LiveSink& sink = *sinks_[socket];
    unsigned flushes = 0;
    while (true) {
        const bool last = finish_;
        const queue::Batch batch = reader.wait(last ? 1ms : beat);
        if (batch.empty() && last && reader.still_queued() == 0) // else the merge holds some back
            return;
        const std::size_t wanted = claim(batch.size());
        sink.leave_unread(batch.size() - wanted);
        bool good = batch.empty() ? sink.flush() : sink.take(batch.first(wanted));
        if (hooks_.flushes != nullptr && std::exchange(flushes, *hooks_.flushes) != flushes)
            good = sink.flush() && good;
        if (!good || sink.finished())
            failed_ = true;
    }
}

/// Waits for the end, and looks after the neighbours.
void LiveRun::watch() {
    while (!ended()) {
        if (events_.empty())
            std::this_thread::sleep_for(beat); // ended early by signals
        else
            events_.poll(static_cast<int>(beat / 1ms)); // too
        (void)engine_->tend();
        note_what_is_gone();
        if (hooks_.progress)
            hooks_.progress(0, read_);
    }
}

/// Nothing will come from such a device: who waits for packets wants to know.
void LiveRun::note_what_is_gone() {
    for (const Device& device : devices_)
        if (error_.empty() && device_is_gone(device.ifindex)) {
            error_ = fmt::format("{} is gone: it was removed, or moved to another network namespace", device.name);
            failed_ = true;
        }
}

void LiveRun::log(const pfq_bpf_event& event) {
    const auto index = static_cast<std::size_t>(std::ranges::find(groups_, event.group) - groups_.begin());
    if (!hooks_.log || index == groups_.size())
        return;
    capture::Packet packet;
    packet.data = event.bytes;
    packet.captured = event.captured;
    packet.length = event.length;
    packet.link_type = ethernet;
    pfq_record record{};
    record.time = event.time;
    packet.time_ns = queue::WallClock::now().time_of(record);
    hooks_.log({.packet = 0,
                .group = static_cast<std::uint32_t>(index),
                .kind = static_cast<lang::LogKind>(event.kind),
                .message = event.message,
                .verdict = event.verdict},
               packet);
}

/// When this returns no program delivers to our sockets any more.
Result<void> LiveRun::take_away() {
    auto transaction = engine_->begin();
    if (!transaction)
        return std::unexpected(transaction.error());
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        for (const unsigned slot : slots_)
            (*transaction)->leave(groups_[i], slot);
        const Group* group = (*transaction)->state().group(groups_[i]);
        if (group != nullptr && group->sockets.empty() && !plan_.groups[i].joins)
            (*transaction)->unbind(groups_[i]);
    }
    if (auto done = (*transaction)->commit(); !done)
        return done;
    note_what_is_common((*transaction)->state());
    return wait_for_programs(attached_.sockets.front(), engine_->maps());
}

/// What a capture file can say of a device. Drops belong to sockets, so they are the device's if it is the only one.
capture::InterfaceStatistics LiveRun::statistics_of(const SinkInterface& interface, const Snapshot& snapshot) const {
    capture::InterfaceStatistics statistics{.received = 0, .dropped = {}, .dropped_by_os = {}};
    bool only_one = true;
    for (std::size_t i = 0; i < attached_.devices.size(); ++i) {
        if (attached_.devices[i].ifindex == interface.ifindex)
            *statistics.received += snapshot.devices[i].counters.received;
        else
            only_one = false;
    }
    std::uint64_t drops = 0;
    for (const Snapshot::Socket& socket : snapshot.sockets)
        drops += dropped(Scope::socket, socket.counters);
    if (only_one || drops == 0)
        statistics.dropped_by_os = drops;
    return statistics;
}

void LiveRun::close_outputs(LiveResult& result) {
    Snapshot& snapshot = result.counters = program_counters();
    snapshot.partial = partial_;
    for (const auto& sink : sinks_) {
        sink->close([&](const SinkInterface& interface) { return statistics_of(interface, snapshot); });
        if (result.error.empty())
            result.error = sink->error();
    }
    for (std::size_t i = 0; i < sinks_.size(); ++i)
        sinks_[i]->account(snapshot.sockets[i].counters);
}

} // namespace pfq::engine::live
