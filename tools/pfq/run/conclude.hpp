// How a run ends: its summary, then what went wrong.
#pragma once
#include "tools/common/errors.hpp"
#include "tools/running/request.hpp"
#include "tools/running/summary.hpp"

namespace pfq::tools {

/// To standard error, or as JSON to standard output unless packets go there.
void print_summary(const RunRequest& request, const RunSummary& summary);
/// What went wrong, last on the terminal. Returns the exit code.
int conclude(const RunSummary& summary, const Reporter& report);

} // namespace pfq::tools
