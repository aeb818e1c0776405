// What is reported: the registry and the counters at one moment.
#pragma once
#include <string>

#include "engine/counters.hpp"
#include "engine/live/state.hpp"

namespace pfq::tools {

struct StatusReport {
    engine::live::State state;
    engine::Snapshot counters; ///< devices, groups, sockets and targets in the order of the state
};

/// A paragraph per device, group and socket. `all`: also counters that are zero.
[[nodiscard]] std::string render_status_text(const StatusReport& report, bool all);
/// One JSON document, its first key "type": "status", indented.
[[nodiscard]] std::string render_status_json(const StatusReport& report);

} // namespace pfq::tools
