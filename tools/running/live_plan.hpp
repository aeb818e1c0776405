// From the command line to the plan of a live run: programs compiled, tables loaded, filters added.
#pragma once
#include <expected>

#include "engine/live/run.hpp"
#include "tools/common/errors.hpp"
#include "tools/common/options.hpp"
#include "tools/running/request.hpp"

namespace pfq::tools {

struct PreparedLive {
    engine::FilePlan layout; ///< what summaries and log statements refer to
    engine::live::LivePlan plan;
};

/// Prints diagnostics and errors; the error is the exit code.
[[nodiscard]] std::expected<PreparedLive, int> prepare_live(const RunRequest& request, const Arguments& arguments,
                                                            const Reporter& report);

} // namespace pfq::tools
