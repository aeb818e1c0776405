// The maps that all programs of a network namespace share. They live as long as a member or a program holds them.
#pragma once
#include <map>
#include <string>

#include "engine/kernel/map.hpp"
#include "engine/live/state.hpp"

namespace pfq::engine::live {

class SharedMaps {
public:
    /// Those that the state names; if it names none, new ones, which are then noted there.
    [[nodiscard]] static Result<SharedMaps> open(State& state);

    /// Those that the state names, for a look.
    [[nodiscard]] static Result<SharedMaps> find(State& state);

    [[nodiscard]] int get(const std::string& name) const { return maps_.at(name).get(); }
    /// Maps of rings are there only while sockets use them; the others always.
    [[nodiscard]] bool has(const std::string& name) const { return maps_.contains(name); }
    /// The map of rings of a class. It is made with the first ring, as a model of those that it will hold.
    [[nodiscard]] Result<int> rings(unsigned ring_class, State& state, int model);
    /// For loading programs.
    [[nodiscard]] std::map<std::string, int> descriptors() const;
    /// Takes notice of maps that others have made. Those of rings may be gone with their sockets: it forgets them.
    [[nodiscard]] Result<void> update(State& state);

private:
    std::map<std::string, Descriptor> maps_;
};

[[nodiscard]] Result<Descriptor> create_ring(unsigned ring_class);
[[nodiscard]] Result<Descriptor> create_bell();
[[nodiscard]] std::string rings_name(unsigned ring_class);
/// The cell of a ring in the map of its class.
[[nodiscard]] std::uint32_t ring_cell(unsigned slot, unsigned processor);

} // namespace pfq::engine::live
