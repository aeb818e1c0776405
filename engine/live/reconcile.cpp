#include "engine/live/reconcile.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <set>
#include <time.h>

#include "embed/fixed_objects.hpp"
#include "engine/kernel/device.hpp"
#include "engine/kernel/object.hpp"
#include "engine/live/change.hpp"
#include "engine/live/crash_point.hpp"
#include "engine/live/load.hpp"
#include "engine/live/program.hpp"
#include "engine/live/steering_map.hpp"
#include "engine/live/table.hpp"
#include "lang/pipeline/effects.hpp"

namespace pfq::engine::live {

namespace {

constexpr std::uint32_t all_ring_classes = ~std::uint32_t{0};

} // namespace

Result<void> Reconciler::run() {
    const auto fresh = allot_numbers(state_);
    if (!fresh)
        return std::unexpected(fresh.error());
    if (auto done = settle_targets(fresh->targets); !done)
        return done;
    if (auto done = settle_tables(fresh->tables); !done)
        return done;
    for (Group& group : state_.groups)
        if (auto done = settle_group(group); !done)
            return done;
    crash_point("steered");
    if (auto done = settle_devices(); !done)
        return done;
    for (Group& group : state_.groups)
        if (auto done = settle_steerings(group, all_ring_classes); !done)
            return done;
    if (auto done = replace_tables(); !done)
        return done;
    return drop_tables();
}

// -------------------------------------------------------------------------------------------------- forwarding

Result<void> Reconciler::settle_targets(const std::vector<Target>& fresh) {
    for (const Target& target : fresh) {
        if (auto done = clear_per_cpu<pfq_target_state>(maps_.get("pfq_target_state"), target.number); !done)
            return done;
        if (auto done = write_map(maps_.get("pfq_targets"), target.number, &target.ifindex); !done)
            return done;
    }
    return {};
}

// -------------------------------------------------------------------------------------------------- tables

namespace {

const TableContents* find_contents(std::span<const TableContents> all, const Table& table) {
    const auto found = std::ranges::find_if(
        all, [&](const TableContents& contents) { return contents.name == table.name && contents.kind == table.kind; });
    return found == all.end() ? nullptr : &*found;
}

} // namespace

/// Tables that are new have their entries before a program looks into them.
Result<void> Reconciler::settle_tables(const std::vector<Table>& fresh) {
    for (const Table& table : fresh) {
        const TableContents* given = find_contents(contents_, table);
        const auto empty = given != nullptr ? Result<Descriptor>() : create_table(table.kind);
        if (!empty)
            return std::unexpected(empty.error());
        if (auto done = replace_entries(maps_, table, given != nullptr ? given->map.get() : empty->get()); !done)
            return done;
    }
    return {};
}

/// All entries at once: every packet meets either the old ones or the new ones.
Result<void> Reconciler::replace_tables() {
    for (const TableContents& contents : contents_) {
        const Table* table = state_.table(contents.name, contents.kind);
        if (table == nullptr)
            continue;
        if (auto done = replace_entries(maps_, *table, contents.map.get()); !done)
            return done;
    }
    return {};
}

/// When no program looks into it any more.
Result<void> Reconciler::drop_tables() {
    for (const Table& table : state_.tables) {
        const bool used = std::ranges::any_of(state_.groups, [&](const Group& group) {
            return std::ranges::count(group.pipeline.tables, lang::Table{table.name, table.kind}) != 0;
        });
        if (used)
            continue;
        if (auto done = erase_from_map(maps_.get(tables_name(table.kind)), table.number); !done)
            return done;
    }
    std::erase_if(state_.tables, [&](const Table& table) {
        return std::ranges::none_of(state_.groups, [&](const Group& group) {
            return std::ranges::count(group.pipeline.tables, lang::Table{table.name, table.kind}) != 0;
        });
    });
    return {};
}

// -------------------------------------------------------------------------------------------------- steering

Result<void> Reconciler::settle_group(Group& group) {
    if (auto done = settle_masks(group); !done)
        return done;
    return settle_steerings(group, known_ring_classes(group));
}

/// Sizes of rings that all running programs of the group can deliver to: those that have an attachment.
std::uint32_t Reconciler::known_ring_classes(const Group& group) const {
    std::uint32_t known = all_ring_classes;
    for (const Device& device : state_.devices)
        if (device.link != 0 && std::ranges::count(groups_at(state_, device), &group) != 0)
            known &= device.ring_classes;
    return known;
}

Result<void> Reconciler::settle_steerings(Group& group, std::uint32_t ring_classes) {
    pfq_group_config config{};
    for (std::size_t i = 0; i < group.steerings.size(); ++i) {
        MaskSteering& steering = group.steerings[i];
        if (steering.mask == 0)
            continue;
        if (auto done = settle_steering(group, steering, ring_classes); !done)
            return done;
        config.steering[i] = 2 * steering.pair + steering.half;
    }
    // A program that reads meanwhile sees a mask only when its steering is there: numbers first, then masks.
    pfq_group_config before{};
    (void)read_map(maps_.get("pfq_group_config"), group.number, &before);
    for (std::size_t i = 0; i < group.steerings.size(); ++i)
        config.masks[i] = before.masks[i] == group.steerings[i].mask ? before.masks[i] : 0;
    if (auto done = write_map(maps_.get("pfq_group_config"), group.number, &config); !done)
        return done;
    for (std::size_t i = 0; i < group.steerings.size(); ++i)
        config.masks[i] = group.steerings[i].mask;
    return write_map(maps_.get("pfq_group_config"), group.number, &config);
}

/// One steering for each mask that the program can produce, and for those of the program before it, which runs until
/// the devices have the new one. Each keeps its place; free places have mask 0.
Result<void> Reconciler::settle_masks(Group& group) {
    const std::vector<std::uint64_t> masks = lang::effects_of(group.pipeline).class_masks;
    if (masks.size() > PFQ_BPF_CLASS_MASKS)
        return std::unexpected(Error{fmt::format("the program of group {} delivers to {} different class masks, {} are "
                                                 "possible",
                                                 group.number, masks.size(), PFQ_BPF_CLASS_MASKS)});
    for (MaskSteering& steering : group.steerings)
        if (!std::ranges::count(masks, steering.mask) && !std::ranges::count(group.masks, steering.mask))
            steering = {};
    for (const std::uint64_t mask : masks) {
        if (std::ranges::count(group.steerings, mask, &MaskSteering::mask))
            continue;
        auto place = std::ranges::find(group.steerings, std::uint64_t{0}, &MaskSteering::mask);
        if (place == group.steerings.end() && group.steerings.size() == PFQ_BPF_CLASS_MASKS)
            return std::unexpected(Error{fmt::format(
                "the programs of group {}, the old one and the new one, deliver to more than {} different class masks",
                group.number, PFQ_BPF_CLASS_MASKS)});
        const auto pair = free_pair();
        if (!pair)
            return std::unexpected(pair.error());
        if (place == group.steerings.end())
            place = group.steerings.insert(place, MaskSteering{});
        *place = {mask, *pair, 0, {}};
    }
    group.masks = masks;
    return {};
}

/// Fills the half that is not in use and makes it the one in use. Programs look up the number of the half per packet.
/// While the steering serves other sockets, those with rings of other classes than `ring_classes` wait: their share
/// would be lost. One that serves nobody yet gets all of them: no program that runs delivers by it.
Result<void> Reconciler::settle_steering(const Group& group, MaskSteering& steering, std::uint32_t ring_classes) {
    if (steering.members.empty())
        ring_classes = all_ring_classes;
    std::vector<engine::Member> members;
    std::string made_from;
    for (const unsigned slot : group.sockets)
        if (const Socket* socket = state_.socket(slot); socket != nullptr && ring_classes >> socket->ring_class & 1) {
            members.push_back({static_cast<std::uint16_t>(slot), socket->weight, socket->class_mask});
            made_from += fmt::format("{}:{}:{:x} ", slot, socket->weight, socket->class_mask);
        }
    if (made_from == steering.members && !made_from.empty())
        return {};
    const pfq_steering table = make_steering(members, steering.mask);
    const std::uint32_t half = 1 - steering.half;
    if (auto done = write_map(maps_.get("pfq_steering"), 2 * steering.pair + half, &table); !done)
        return done;
    steering.half = half;
    steering.members = made_from;
    return {};
}

Result<std::uint32_t> Reconciler::free_pair() const {
    std::set<std::uint32_t> taken;
    for (const Group& group : state_.groups)
        for (const MaskSteering& steering : group.steerings)
            if (steering.mask != 0)
                taken.insert(steering.pair);
    for (std::uint32_t pair = 0; pair < PFQ_BPF_STEERINGS; ++pair)
        if (!taken.contains(pair))
            return pair;
    return std::unexpected(Error{
        fmt::format("the groups of this network namespace use more than {} class masks together", PFQ_BPF_STEERINGS)});
}

// -------------------------------------------------------------------------------------------------- devices

namespace {

Hook hook_of(const Device& device, Mode mode) {
    if (device.direction == Direction::out)
        return Hook::tc_out;
    return mode == Mode::tc ? Hook::tc_in : mode == Mode::generic ? Hook::xdp_generic : Hook::xdp_native;
}

} // namespace

/// Devices that were removed: nobody can be bound to them, and one that comes with the same name is another one.
void Reconciler::drop_devices() {
    for (const Device& device : state_.devices) {
        if (device.link == 0 || !device_is_gone(device.ifindex))
            continue;
        for (Group& group : state_.groups)
            std::erase_if(group.bindings, [&](const Binding& binding) { return binding.ifindex == device.ifindex; });
    }
}

Result<void> Reconciler::settle_devices() {
    drop_devices();
    for (Device& device : state_.devices)
        if (auto done = settle_device(device); !done)
            return done;
    std::erase_if(state_.devices, [](const Device& device) { return device.digest.empty(); });
    return {};
}

Result<void> Reconciler::settle_device(Device& device) {
    if (groups_at(state_, device).empty()) {
        if (const Attachment* link = link_of(device))
            link->detach(device.ifindex, hook_of(device, device.mode));
        crash_point("detached");
        if (device.executor != 0) {
            if (const auto executor = Attachment::open(device.executor))
                executor->detach(device.ifindex, Hook::tc_in);
            links_.executors.erase(device.ifindex);
        }
        links_.programs.erase({device.ifindex, device.direction});
        device.digest.clear();
        return {};
    }
    if (const Attachment* link = link_of(device);
        link != nullptr && link->attached(device.ifindex, hook_of(device, device.mode)))
        return swap_program(device);
    links_.programs.erase({device.ifindex, device.direction});
    return attach_program(device);
}

namespace {

pfq_bpf_inputs inputs_of(const Device& device) {
    pfq_bpf_inputs inputs{};
    inputs.ipv4 = inputs.ipv6_high = inputs.ipv6_low = PFQ_ABSENT;
    inputs.device = device.ifindex;
    inputs.flags = (device.ownership == Ownership::own ? unsigned{PFQ_DEVICE_OWN} : 0U) |
                   (device.direction == Direction::out ? unsigned{PFQ_DEVICE_OUT} : 0U);
    timespec wall{}, monotonic{};
    clock_gettime(CLOCK_REALTIME, &wall);
    clock_gettime(CLOCK_MONOTONIC, &monotonic);
    const auto nanoseconds = [](const timespec& t) {
        return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(t.tv_nsec);
    };
    inputs.clock_offset = nanoseconds(wall) - nanoseconds(monotonic);
    if (const auto info = find_device(device.name)) {
        if (info->ipv4)
            inputs.ipv4 = *info->ipv4;
        if (info->ipv6) {
            inputs.ipv6_high = info->ipv6->high;
            inputs.ipv6_low = info->ipv6->low;
        }
    }
    return inputs;
}

/// Compiles and loads. A device keeps its own maps over changes of its program: counters go on.
Result<Loaded> load_for(const State& state, const SharedMaps& maps, const Device& device, Mode mode) {
    const codegen::Request request = request_for(state, device, mode);
    std::map<std::string, int> descriptors = maps.descriptors();
    std::vector<Descriptor> own;
    for (const auto& [name, id] : {std::pair{"pfq_inputs", device.inputs}, {"pfq_device_state", device.counters}}) {
        if (id == 0)
            continue;
        auto map = open_map(id);
        if (!map)
            return std::unexpected(map.error());
        descriptors[name] = map->get();
        own.push_back(std::move(*map));
    }
    auto loaded = load(request, descriptors);
    if (!loaded)
        return std::unexpected(loaded.error());
    crash_point("loaded");
    const pfq_bpf_inputs inputs = inputs_of(device);
    if (auto done = write_map(loaded->object.map("pfq_inputs"), 0, &inputs); !done)
        return std::unexpected(done.error());
    return loaded;
}

void note(Device& device, const Loaded& loaded) {
    device.digest = loaded.digest;
    device.ring_classes = loaded.ring_classes;
    device.program = id_of_program(loaded.object.program());
    device.inputs = id_of_map(loaded.object.map("pfq_inputs"));
    device.counters = id_of_map(loaded.object.map("pfq_device_state"));
}

} // namespace

Result<void> Reconciler::swap_program(Device& device) {
    // The registry may be older than the program: a process died between the two.
    const Attachment* link = link_of(device);
    if (digest_of(request_for(state_, device, device.mode)) == device.digest && link->program() == device.program)
        return {};
    if (auto done = settle_executor(device); !done)
        return done;
    auto loaded = load_for(state_, maps_, device, device.mode);
    if (!loaded)
        return std::unexpected(loaded.error());
    if (auto done = link->replace(loaded->object.program()); !done)
        return done;
    crash_point("swapped");
    note(device, *loaded);
    return {};
}

Result<void> Reconciler::attach_program(Device& device) {
    device.inputs = device.counters = 0;
    if (device.direction == Direction::out) {
        device.reason = "packets that leave pass no XDP hook";
        return attach_as(device, Mode::tc);
    }
    if (device.wanted != Mode::automatic) {
        device.reason = "asked for";
        return attach_as(device, device.wanted);
    }
    auto native = attach_as(device, Mode::native);
    if (native || native.error().rejected) {
        device.reason = "the driver runs XDP programs";
        return native;
    }
    device.reason = "no native XDP: " + native.error().text;
    return attach_as(device, Mode::tc);
}

Result<void> Reconciler::attach_as(Device& device, Mode mode) {
    if (device.direction == Direction::out && mode != Mode::tc)
        return std::unexpected(
            Error{fmt::format("{}: packets that leave can be seen with --mode=tc only", device.name)});
    auto loaded = load_for(state_, maps_, device, mode);
    if (!loaded)
        return std::unexpected(loaded.error());
    device.mode = mode;
    if (auto done = settle_executor(device); !done)
        return done;
    auto link = Attachment::attach(loaded->object.program(), device.ifindex, device.name, hook_of(device, mode));
    if (!link)
        return std::unexpected(link.error());
    crash_point("attached");
    note(device, *loaded);
    device.link = link->id();
    links_.programs[{device.ifindex, device.direction}] = std::move(*link);
    return {};
}

/// What an XDP program cannot do itself it orders from a TC program, which is there before the first order is written.
Result<void> Reconciler::settle_executor(Device& device) {
    const bool needed =
        device.mode != Mode::tc && std::ranges::any_of(groups_at(state_, device), [](const Group* group) {
            return lang::needs_orders(lang::effects_of(group->pipeline));
        });
    const auto held = links_.executors.find(device.ifindex);
    if (!needed || (held != links_.executors.end() && held->second.id() == device.executor))
        return {}; // one that is needed no more stays: it does nothing without orders
    auto executor = KernelObject::load(std::string(embedded::fixed_objects("execute.o")), maps_.descriptors());
    if (!executor)
        return std::unexpected(executor.error());
    auto link = Attachment::attach(executor->program(), device.ifindex, device.name, Hook::tc_in);
    if (!link)
        return std::unexpected(link.error());
    crash_point("executor attached");
    device.executor = link->id();
    links_.executors[device.ifindex] = std::move(*link);
    return {};
}

/// Null: nobody has one any more.
const Attachment* Reconciler::link_of(const Device& device) {
    const auto key = std::pair{device.ifindex, device.direction};
    if (const auto held = links_.programs.find(key); held != links_.programs.end() && held->second.id() == device.link)
        return &held->second;
    if (device.link == 0)
        return nullptr;
    auto opened = Attachment::open(device.link);
    if (!opened)
        return nullptr;
    links_.programs[key] = std::move(*opened);
    return &links_.programs[key];
}

namespace {

/// Makes the descriptor one of the attachment with this id.
void hold(Attachment& link, std::uint32_t id) {
    if (link && link.id() == id)
        return;
    link = Attachment();
    if (auto opened = Attachment::open(id))
        link = std::move(*opened);
}

} // namespace

void hold_links(const State& state, const std::string& member, Links& links) {
    std::set<std::pair<unsigned, Direction>> needed;
    for (const Group& group : state.groups) {
        const bool mine = group.owner == member || std::ranges::any_of(group.sockets, [&](unsigned slot) {
                              const auto socket = std::ranges::find(state.sockets, slot, &Socket::slot);
                              return socket != state.sockets.end() && socket->owner == member;
                          });
        for (const Binding& binding : group.bindings)
            if (mine)
                needed.insert({binding.ifindex, binding.direction});
    }
    std::erase_if(links.programs, [&](const auto& entry) { return !needed.contains(entry.first); });
    std::erase_if(links.executors, [&](const auto& entry) { return !needed.contains({entry.first, Direction::in}); });
    for (const Device& device : state.devices) {
        if (!needed.contains({device.ifindex, device.direction}))
            continue;
        hold(links.programs[{device.ifindex, device.direction}], device.link);
        if (device.executor != 0)
            hold(links.executors[device.ifindex], device.executor);
    }
}

} // namespace pfq::engine::live
