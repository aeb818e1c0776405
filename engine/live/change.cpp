#include "engine/live/change.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "engine/kernel/device.hpp"
#include "engine/live/free_number.hpp"

namespace pfq::engine::live {
namespace {

constexpr unsigned longest_in_one_piece = 1500; ///< MTU that every driver manages with one buffer
constexpr unsigned selectable_queues = 64;      ///< bits of codegen::Request::queues

void note_owners(State& state) {
    for (Target& target : state.targets)
        for (const Group& group : state.groups) {
            if (!std::ranges::count(group.pipeline.devices, target.name))
                continue;
            if (target.owner.empty())
                target.owner = group.owner;
            target.several = target.several || group.owner != target.owner;
        }
}

Result<void> allot_targets(State& state, std::vector<Target>& fresh) {
    std::set<std::string> wanted;
    for (const Group& group : state.groups)
        wanted.insert(group.pipeline.devices.begin(), group.pipeline.devices.end());
    std::erase_if(state.targets, [&](const Target& target) { return !wanted.contains(target.name); });
    for (const std::string& name : wanted) {
        if (state.target(name) != nullptr)
            continue;
        const auto device = find_device(name);
        if (!device)
            return std::unexpected(Error{"a program forwards to " + name + ", but " + device.error().text});
        const unsigned number = lowest_free(state.targets, &Target::number);
        if (number >= PFQ_BPF_TARGETS)
            return std::unexpected(Error{
                fmt::format("programs forward to more than {} devices in this network namespace", PFQ_BPF_TARGETS)});
        state.targets.push_back({number, device->index, name, {}, false});
        fresh.push_back(state.targets.back());
    }
    note_owners(state);
    return {};
}

Result<void> allot_tables(State& state, std::vector<Table>& fresh) {
    for (const Group& group : state.groups)
        for (const lang::Table& wanted : group.pipeline.tables) {
            if (state.table(wanted.name, wanted.kind) != nullptr)
                continue;
            const unsigned number = lowest_free(state.tables, &Table::number);
            if (number >= PFQ_BPF_TABLES)
                return std::unexpected(Error{
                    fmt::format("programs look into more than {} tables in this network namespace", PFQ_BPF_TABLES)});
            state.tables.push_back({number, wanted.name, wanted.kind});
            fresh.push_back(state.tables.back());
        }
    return {};
}

} // namespace

void insert_group(State& state, Group group) {
    const auto place = std::ranges::upper_bound(state.groups, group.number, {}, &Group::number);
    state.groups.insert(place, std::move(group));
}

void insert_socket(State& state, Socket socket) {
    const auto place = std::ranges::upper_bound(state.sockets, socket.slot, {}, &Socket::slot);
    state.sockets.insert(place, std::move(socket));
}

Result<void> bind_group(State& state, unsigned number, const BindOptions& options) {
    Group* group = state.group(number);
    if (group == nullptr)
        return std::unexpected(Error{fmt::format("there is no group {}", number)});
    const auto info = find_device(options.device);
    if (!info)
        return std::unexpected(info.error());
    if (options.queue != codegen::any_queue && options.queue >= info->receive_queues)
        return std::unexpected(Error{fmt::format("{} has {} receive queues, there is no queue {}", options.device,
                                                 info->receive_queues, options.queue)});
    if (options.queue != codegen::any_queue && options.queue >= selectable_queues)
        return std::unexpected(Error{fmt::format("only the first {} queues of a device can be chosen: leave ':{}' away",
                                                 selectable_queues, options.queue)});
    Device* device = state.device(info->index, options.direction);
    if (device == nullptr) {
        Device fresh;
        fresh.ifindex = info->index;
        fresh.direction = options.direction;
        fresh.name = options.device;
        fresh.multi_buffer = info->mtu > longest_in_one_piece;
        fresh.ownership = options.ownership;
        fresh.wanted = options.mode;
        state.devices.push_back(std::move(fresh));
    } else if (device->ownership != options.ownership) {
        return std::unexpected(Error{fmt::format("{} is in use by another group with ownership {}, {} was asked for",
                                                 options.device, name(device->ownership), name(options.ownership))});
    } else if (device->mode == Mode::automatic && device->wanted == Mode::automatic) {
        device->wanted = options.mode; // it is not attached yet
    } else if (const Mode used = device->mode == Mode::automatic ? device->wanted : device->mode;
               options.mode != Mode::automatic && options.mode != used) {
        return std::unexpected(Error{fmt::format("{} is in use by another group in mode {}, {} was asked for",
                                                 options.device, name(used), name(options.mode))});
    }
    const Binding binding{info->index, options.queue, options.direction};
    if (!std::ranges::count(group->bindings, binding))
        group->bindings.push_back(binding);
    return {};
}

Result<Allotted> allot_numbers(State& state) {
    Allotted fresh;
    if (auto done = allot_targets(state, fresh.targets); !done)
        return std::unexpected(done.error());
    if (auto done = allot_tables(state, fresh.tables); !done)
        return std::unexpected(done.error());
    return fresh;
}

} // namespace pfq::engine::live
