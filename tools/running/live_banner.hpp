// The first lines of a live run.
#pragma once
#include "engine/live/run.hpp"

namespace pfq::tools {

/// "listening on eth0, direction in, ownership observe, mode native (the driver runs XDP programs)": packets are seen
/// from now on. As JSON it has a line for each device, too.
void print_live_banner(const engine::live::LiveRun& run, bool json);

} // namespace pfq::tools
