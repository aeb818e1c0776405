// What a capture did, in the words of tcpdump.
#pragma once
#include <string>

#include "engine/counters.hpp"

namespace pfq::tools {

/// Three lines, then one for each reason that dropped packets which the filter passed.
[[nodiscard]] std::string render_capture_summary(const engine::Snapshot& counters);
/// "10 packets captured, 12 packets received by filter, 2 packets dropped by kernel"
[[nodiscard]] std::string render_capture_progress(std::uint64_t captured, const engine::Snapshot& counters);

} // namespace pfq::tools
