#include "engine/live/counters.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

#include "engine/file/fault.hpp"

namespace pfq::engine::live {
namespace {

/// A struct of the data path has the same counters in the same order as ours, both made from counters.def.
template <class Counters, class Values> Counters sum_up(const std::vector<Values>& per_processor) {
    static_assert(sizeof(Counters) == sizeof(Values));
    Counters sum;
    for (const Values& values : per_processor) {
        Counters counters;
        std::memcpy(static_cast<void*>(&counters), &values, sizeof counters);
        add(sum, counters);
    }
    return sum;
}

SocketCounters socket_counters(int map, unsigned slot) {
    SocketCounters sum;
    for (const pfq_ring_state& ring : read_per_cpu<pfq_ring_state>(map, slot)) {
        sum.offered += ring.offered;
        sum.queued += ring.queued;
        sum.queue_full += ring.queue_full;
        sum.no_ring += ring.no_ring;
        sum.bad_claim += ring.bad_claim;
        sum.unreadable += ring.unreadable;
    }
    return sum;
}

ForwardCounters forward_counters(int map, unsigned number) {
    ForwardCounters sum;
    for (const pfq_target_state& target : read_per_cpu<pfq_target_state>(map, number)) {
        sum.asked += target.asked;
        sum.duplicate_target += target.duplicate_target;
        sum.handed_over += target.handed_over;
        sum.write_failed += target.failed;
        sum.sent += target.handed_over - target.failed;
    }
    return sum;
}

Snapshot::Group group_counters(const Group& group, const State& state, const SharedMaps& maps) {
    Snapshot::Group row{.id = group.number, .counters = {}, .devices = {}, .user = {}};
    row.counters = sum_up<GroupCounters>(read_per_cpu<pfq_group_state>(maps.get("pfq_group_state"), group.number));
    if (fault::miscount) {
        const std::uint64_t wrong = row.counters.computation / fault::period;
        row.counters.computation -= wrong;
        row.counters.vlan_filter += wrong;
    }
    for (std::size_t i = 0; i < state.devices.size(); ++i)
        if (std::ranges::any_of(group.bindings, [&](const Binding& binding) {
                return binding.ifindex == state.devices[i].ifindex && binding.direction == state.devices[i].direction &&
                       binding.queue == ~std::uint32_t{0};
            }))
            row.devices.push_back(i);
    for (unsigned i = 0; i < PFQ_BPF_GROUP_COUNTERS; ++i) {
        std::uint64_t sum = 0;
        for (const std::uint64_t value :
             read_per_cpu<std::uint64_t>(maps.get("pfq_group_counters"), group.number * PFQ_BPF_GROUP_COUNTERS + i))
            sum += value;
        row.user.push_back(sum);
    }
    return row;
}

} // namespace

Snapshot read_counters(const State& state, const SharedMaps& maps) {
    Snapshot snapshot;
    for (const Socket& socket : state.sockets)
        snapshot.sockets.push_back(
            {socket.slot, socket.name, socket_counters(maps.get("pfq_ring_state"), socket.slot)});
    for (const Target& target : state.targets)
        snapshot.forwards.push_back({target.name, forward_counters(maps.get("pfq_target_state"), target.number)});
    for (const Group& group : state.groups)
        snapshot.groups.push_back(group_counters(group, state, maps));
    for (const Device& device : state.devices) {
        Snapshot::Device row{.name = device.name, .counters = {}};
        if (const auto map = open_map(device.counters))
            row.counters = sum_up<DeviceCounters>(read_per_cpu<pfq_device_state>(map->get(), 0));
        snapshot.devices.push_back(std::move(row));
    }
    return snapshot;
}

} // namespace pfq::engine::live
