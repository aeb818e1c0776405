#include <nlohmann/json.hpp>

#include "engine/kernel/device.hpp"
#include "engine/live/table.hpp"
#include "tools/pfq/status/report.hpp"

namespace pfq::tools {
namespace {

using Json = nlohmann::ordered_json;
using namespace engine::live;
using engine::Scope;

template <class Counters> Json counters_of(Scope scope, const Counters& counters) {
    Json object = Json::object();
    const auto infos = engine::counters_of(scope);
    const auto numbers = engine::values(counters);
    for (std::size_t i = 0; i < infos.size(); ++i)
        object[infos[i].name] = numbers[i];
    return object;
}

Json device_of(const Device& device, const engine::DeviceCounters& counters) {
    return {{"name", device.name},
            {"index", device.ifindex},
            {"direction", name(device.direction)},
            {"ownership", name(device.ownership)},
            {"mode", name(device.mode)},
            {"reason", device.reason},
            {"program", device.program},
            {"link", device.link},
            {"counters", counters_of(Scope::device, counters)}};
}

Json bindings_of(const Group& group) {
    Json list = Json::array();
    for (const Binding& binding : group.bindings) {
        Json object = {{"device", engine::device_name(binding.ifindex)}, {"direction", name(binding.direction)}};
        if (binding.queue != ~std::uint32_t{0})
            object["queue"] = binding.queue;
        list.push_back(std::move(object));
    }
    return list;
}

Json group_of(const Group& group, const engine::Snapshot::Group& row) {
    Json user = Json::object();
    for (std::size_t i = 0; i < row.user.size(); ++i)
        if (row.user[i] != 0)
            user[std::to_string(i)] = static_cast<std::int64_t>(row.user[i]);
    return {{"id", group.number},
            {"policy", name(group.policy)},
            {"owner", group.owner},
            {"program", group.text},
            {"filter", group.filter},
            {"vlan", group.vlan},
            {"devices", bindings_of(group)},
            {"sockets", group.sockets},
            {"counters", counters_of(Scope::group, row.counters)},
            {"user_counters", std::move(user)}};
}

Json socket_of(const Socket& socket, const engine::SocketCounters& counters) {
    static constexpr const char* times[] = {"none", "coarse", "precise"};
    return {{"id", socket.slot},
            {"name", socket.name},
            {"owner", socket.owner},
            {"weight", socket.weight},
            {"classes", socket.class_mask},
            {"rings", socket.rings.size()},
            {"ring_bytes", PFQ_RING_SIZE(socket.ring_class)},
            {"snapshot_length", socket.snaplen},
            {"time", times[socket.time]},
            {"counters", counters_of(Scope::socket, counters)}};
}

} // namespace

std::string render_status_json(const StatusReport& report) {
    const State& state = report.state;
    Json processes = Json::array(), devices = Json::array(), groups = Json::array(), sockets = Json::array(),
         forwards = Json::array();
    for (const Process& process : state.members)
        processes.push_back({{"id", process.id}, {"pid", process.pid}, {"command", process.command}});
    for (std::size_t i = 0; i < state.devices.size(); ++i)
        devices.push_back(device_of(state.devices[i], report.counters.devices[i].counters));
    for (std::size_t i = 0; i < state.groups.size(); ++i)
        groups.push_back(group_of(state.groups[i], report.counters.groups[i]));
    for (std::size_t i = 0; i < state.sockets.size(); ++i)
        sockets.push_back(socket_of(state.sockets[i], report.counters.sockets[i].counters));
    for (const auto& forward : report.counters.forwards)
        forwards.push_back({{"name", forward.name}, {"counters", counters_of(Scope::forward, forward.counters)}});
    Json tables = Json::array();
    for (const Table& table : state.tables)
        tables.push_back({{"name", table.name}, {"kind", name(table.kind)}});
    const Json document = {{"type", "status"},       {"version", 1},         {"generation", state.generation},
                           {"processes", processes}, {"devices", devices},   {"groups", groups},
                           {"sockets", sockets},     {"forwards", forwards}, {"tables", tables}};
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace pfq::tools
