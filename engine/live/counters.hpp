// The counters of programs and queues, from the maps.
#pragma once
#include "engine/counters.hpp"
#include "engine/live/maps.hpp"
#include "engine/live/state.hpp"

namespace pfq::engine::live {

/// Sinks before sources, so that under traffic nothing seems to be lost. What a consumer did with its packets (read,
/// written, still queued) is for the consumer to add.
[[nodiscard]] Snapshot read_counters(const State& state, const SharedMaps& maps);

} // namespace pfq::engine::live
