#include <algorithm>
#include <fmt/format.h>

#include "engine/kernel/device.hpp"
#include "engine/live/table.hpp"
#include "tools/pfq/status/report.hpp"

namespace pfq::tools {
namespace {

using namespace engine::live;
using engine::Scope;

std::string process_of(const State& state, const std::string& member) {
    const auto process = std::ranges::find(state.members, member, &Process::id);
    return process == state.members.end() ? "a process that ended"
                                          : fmt::format("process {} ({})", process->pid, process->command);
}

/// One line per counter.
template <class Counters> std::string lines(Scope scope, const Counters& counters, bool all) {
    std::string text;
    const auto infos = engine::counters_of(scope);
    const auto numbers = engine::values(counters);
    for (std::size_t i = 0; i < infos.size(); ++i)
        if (all || numbers[i] != 0)
            text += fmt::format("    {:<20} {:>14} {}\n", infos[i].name, numbers[i], infos[i].unit);
    return text;
}

std::string device_line(const Device& device) {
    return fmt::format("device {}: direction {}, ownership {}, mode {} ({})\n", device.name, name(device.direction),
                       name(device.ownership), name(device.mode), device.reason);
}

std::string group_line(const State& state, const Group& group) {
    std::string devices, sockets;
    for (const Binding& binding : group.bindings) {
        devices += fmt::format(" {}", engine::device_name(binding.ifindex));
        if (binding.queue != ~std::uint32_t{0})
            devices += fmt::format(":{}", binding.queue);
        devices += fmt::format(" {}", name(binding.direction));
    }
    for (const unsigned slot : group.sockets)
        sockets += fmt::format(" {}", slot);
    std::string text = fmt::format("group {}: {}, of {}, devices{}, sockets{}\n", group.number, name(group.policy),
                                   process_of(state, group.owner), devices.empty() ? " none" : devices,
                                   sockets.empty() ? " none" : sockets);
    for (const auto& [what, value] : {std::pair{"filter", group.filter}, {"vlan", group.vlan}, {"program", group.text}})
        if (!value.empty())
            text += fmt::format("    {:<20} {}\n", what, value);
    return text;
}

std::string socket_line(const State& state, const Socket& socket) {
    static constexpr const char* times[] = {"no", "coarse", "precise"};
    return fmt::format("socket {} ({}): of {}, weight {}, classes {:#x}, {} rings of {} KiB, {} time\n", socket.slot,
                       socket.name, process_of(state, socket.owner), socket.weight, socket.class_mask,
                       socket.rings.size(), PFQ_RING_SIZE(socket.ring_class) / 1024, times[socket.time]);
}

} // namespace

std::string render_status_text(const StatusReport& report, bool all) {
    const State& state = report.state;
    if (state.members.empty())
        return "nothing runs in this network namespace\n";
    std::string text;
    for (std::size_t i = 0; i < state.devices.size(); ++i)
        text += device_line(state.devices[i]) + lines(Scope::device, report.counters.devices[i].counters, all);
    for (std::size_t i = 0; i < state.groups.size(); ++i)
        text += group_line(state, state.groups[i]) + lines(Scope::group, report.counters.groups[i].counters, all);
    for (std::size_t i = 0; i < state.sockets.size(); ++i)
        text += socket_line(state, state.sockets[i]) + lines(Scope::socket, report.counters.sockets[i].counters, all);
    for (const auto& forward : report.counters.forwards)
        text += fmt::format("forwarding to {}\n", forward.name) + lines(Scope::forward, forward.counters, all);
    for (const Table& table : state.tables)
        text += fmt::format("table {}: kind {}\n", table.name, name(table.kind));
    return text;
}

} // namespace pfq::tools
