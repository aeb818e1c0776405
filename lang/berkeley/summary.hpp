// What all steps of a program say together.
#pragma once
#include "lang/berkeley/filter.hpp"
#include "lang/berkeley/flow.hpp"

namespace pfq::lang::berkeley {

/// Filter::mark_slot is left out.
[[nodiscard]] Filter summarise(const std::vector<Step>& steps, Builder& nodes, PresenceOf& presence,
                               Decisions& decisions);

} // namespace pfq::lang::berkeley
