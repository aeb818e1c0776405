// The program of an evaluation point: a pure function of the groups that are bound there.
#pragma once
#include <string>
#include <vector>

#include "codegen/request.hpp"
#include "engine/kernel/error.hpp"
#include "engine/live/state.hpp"

namespace pfq::engine::live {

/// The groups that are bound to the device in its direction, ascending.
[[nodiscard]] std::vector<const Group*> groups_at(const State& state, const Device& device);
/// What to compile for the device when it is attached in `mode` (not automatic).
[[nodiscard]] codegen::Request request_for(const State& state, const Device& device, Mode mode);
/// Identifies what is compiled: two devices with the same digest have the same program.
[[nodiscard]] std::string digest_of(const codegen::Request& request);
/// Compiles, from the cache if it can. The error is complete.
[[nodiscard]] Result<std::string> compile_object(const codegen::Request& request);

} // namespace pfq::engine::live
