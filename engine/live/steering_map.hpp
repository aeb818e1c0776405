// Steering tables in the form that programs read.
#pragma once
#include <span>

#include "datapath/bpf_abi.h"
#include "engine/steering/eligible.hpp"

namespace pfq::engine::live {

/// The members of one of the mask's classes, ready to be picked from. `members` in ascending order of their slots.
[[nodiscard]] pfq_steering make_steering(std::span<const engine::Member> members, std::uint64_t class_mask);

} // namespace pfq::engine::live
