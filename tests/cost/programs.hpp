// Programs that stand for what people run: what they cost is declared in limits.txt.
#pragma once
#include "tests/support/live_program/live_program.hpp"

namespace pfq::cost {

[[nodiscard]] std::vector<test::LiveSpec> programs();

} // namespace pfq::cost
