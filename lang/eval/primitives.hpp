// The tables of primitives, one per subject; find_primitive() looks through all of them.
#pragma once
#include <span>

#include "lang/eval/evaluator.hpp"

namespace pfq::lang {

using Arguments = std::span<const ValuePtr>;

std::span<const Primitive> number_primitives();
std::span<const Primitive> logic_primitives();
std::span<const Primitive> list_primitives();
std::span<const Primitive> packet_primitives();
std::span<const Primitive> action_primitives();

} // namespace pfq::lang
