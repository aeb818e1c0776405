#include "engine/live/maps.hpp"

#include <array>
#include <fmt/format.h>
#include <linux/bpf.h>

#include "engine/live/events.hpp"
#include "engine/live/table.hpp"

namespace pfq::engine::live {
namespace {

// Layouts are those of datapath/bpf_maps.h.
template <class T> constexpr MapSpec array(const char* name, std::uint32_t entries) {
    return {name, BPF_MAP_TYPE_ARRAY, sizeof(std::uint32_t), sizeof(T), entries};
}
template <class T> constexpr MapSpec per_cpu(const char* name, std::uint32_t entries) {
    return {name, BPF_MAP_TYPE_PERCPU_ARRAY, sizeof(std::uint32_t), sizeof(T), entries};
}

constexpr std::array specs{
    per_cpu<pfq_group_state>("pfq_group_state", PFQ_BPF_GROUPS),
    per_cpu<std::uint64_t>("pfq_group_counters", PFQ_BPF_GROUPS* PFQ_BPF_GROUP_COUNTERS),
    per_cpu<pfq_cpu>("pfq_cpu", 1),
    per_cpu<pfq_ring_state>("pfq_ring_state", PFQ_BPF_SOCKETS),
    per_cpu<pfq_target_state>("pfq_target_state", PFQ_BPF_TARGETS),
    array<std::uint64_t>("pfq_sequences", PFQ_BPF_GROUPS),
    array<pfq_group_config>("pfq_group_config", PFQ_BPF_GROUPS),
    array<pfq_steering>("pfq_steering", 2 * PFQ_BPF_STEERINGS),
    array<std::uint32_t>("pfq_targets", PFQ_BPF_TARGETS),
};

constexpr const char* rings_prefix = "pfq_rings_";

MapSpec map_of_maps(const char* name, std::uint32_t entries) {
    return {name, BPF_MAP_TYPE_ARRAY_OF_MAPS, sizeof(std::uint32_t), sizeof(std::uint32_t), entries};
}

Result<void> create_map_of_maps(const char* name, std::uint32_t entries, const Result<Descriptor>& model,
                                std::map<std::string, Descriptor>& maps) {
    if (!model)
        return std::unexpected(model.error());
    auto made = create_map(map_of_maps(name, entries), model->get());
    if (!made)
        return std::unexpected(made.error());
    maps[name] = std::move(*made);
    return {};
}

Result<void> create_maps_of_maps(std::map<std::string, Descriptor>& maps) {
    if (auto made = create_map_of_maps("pfq_bells", PFQ_BPF_SOCKETS, create_bell(), maps); !made)
        return made;
    if (auto made = create_map_of_maps("pfq_events", PFQ_BPF_GROUPS, create_event_ring(), maps); !made)
        return made;
    for (const auto kind : {lang::TableKind::address, lang::TableKind::port, lang::TableKind::flow})
        if (auto made = create_map_of_maps(tables_name(kind), PFQ_BPF_TABLES, create_table(kind), maps); !made)
            return made;
    return {};
}

} // namespace

Result<SharedMaps> SharedMaps::find(State& state) {
    SharedMaps shared;
    if (auto updated = shared.update(state); !updated)
        return std::unexpected(updated.error());
    return shared;
}

Result<SharedMaps> SharedMaps::open(State& state) {
    if (!state.maps.empty())
        return find(state);
    SharedMaps shared;
    for (const MapSpec& spec : specs) {
        auto map = create_map(spec);
        if (!map)
            return std::unexpected(map.error());
        shared.maps_[spec.name] = std::move(*map);
    }
    if (auto made = create_maps_of_maps(shared.maps_); !made)
        return std::unexpected(made.error());
    for (const auto& [name, map] : shared.maps_)
        state.maps[name] = id_of_map(map.get());
    return shared;
}

Result<void> SharedMaps::update(State& state) {
    for (auto entry = state.maps.begin(); entry != state.maps.end();) {
        const auto& [name, id] = *entry;
        auto map = maps_.contains(name) ? Result<Descriptor>() : open_map(id);
        if (!map && name.starts_with(rings_prefix)) {
            entry = state.maps.erase(entry); // went with the last socket that had rings in it
            continue;
        }
        if (!map)
            return std::unexpected(map.error());
        if (*map)
            maps_[name] = std::move(*map);
        ++entry;
    }
    return {};
}

Result<int> SharedMaps::rings(unsigned ring_class, State& state, int model) {
    const std::string name = rings_name(ring_class);
    if (!maps_.contains(name)) {
        auto made = create_map(map_of_maps(name.c_str(), processors() * PFQ_BPF_SOCKETS), model);
        if (!made)
            return std::unexpected(made.error());
        state.maps[name] = id_of_map(made->get());
        maps_[name] = std::move(*made);
    }
    return get(name);
}

std::map<std::string, int> SharedMaps::descriptors() const {
    std::map<std::string, int> all;
    for (const auto& [name, map] : maps_)
        all.emplace(name, map.get());
    return all;
}

Result<Descriptor> create_ring(unsigned ring_class) {
    return create_map(
        {"pfq_ring", BPF_MAP_TYPE_ARRAY, sizeof(std::uint32_t), PFQ_RING_BYTES(ring_class), 1, BPF_F_MMAPABLE});
}

Result<Descriptor> create_bell() {
    return create_map({"pfq_bell", BPF_MAP_TYPE_RINGBUF, 0, 0, PFQ_BELL_BYTES});
}

std::string rings_name(unsigned ring_class) {
    return fmt::format("{}{}", rings_prefix, ring_class);
}

std::uint32_t ring_cell(unsigned slot, unsigned processor) {
    return processor * PFQ_BPF_SOCKETS + slot;
}

} // namespace pfq::engine::live
