// Changes of what should be in a network namespace, as far as they are plain data.
#pragma once
#include <string>
#include <vector>

#include "codegen/request.hpp"
#include "engine/kernel/error.hpp"
#include "engine/live/state.hpp"

namespace pfq::engine::live {

struct BindOptions {
    std::string device;
    std::uint32_t queue = codegen::any_queue;
    Direction direction = Direction::in;
    Ownership ownership = Ownership::observe;
    Mode mode = Mode::automatic;
};

/// There must not be one with this number.
void insert_group(State& state, Group group);
void insert_socket(State& state, Socket socket);
/// A device that is not in use yet is added. The error says who else uses it otherwise.
[[nodiscard]] Result<void> bind_group(State& state, unsigned number, const BindOptions& options);

/// What got a number.
struct Allotted {
    std::vector<Target> targets;
    std::vector<Table> tables;
};
/// Gives numbers to the devices that programs forward to and to the tables that they look into. Takes those of devices
/// that nothing forwards to.
[[nodiscard]] Result<Allotted> allot_numbers(State& state);

} // namespace pfq::engine::live
