// pfq run -i: programs on live traffic.
#pragma once
#include "engine/live/run.hpp"
#include "tools/common/errors.hpp"
#include "tools/common/options.hpp"
#include "tools/pfq/run/request.hpp"

namespace pfq::tools {

/// Returns the exit code.
int run_live(const RunRequest& request, const Arguments& arguments, const Reporter& report);
/// A line for each device, which says its mode and why.
void print_live_banner(const engine::live::LiveRun& run, bool json);

} // namespace pfq::tools
