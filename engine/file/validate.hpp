// The limits and rules that a plan must keep.
#pragma once
#include <string>

#include "engine/file/plan.hpp"

namespace pfq::engine {

/// What is wrong with the plan, in words for its user; empty when nothing is.
[[nodiscard]] std::string validate(const FilePlan& plan);

} // namespace pfq::engine
