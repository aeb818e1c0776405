// pfq run -i: programs on live traffic.
#pragma once
#include "tools/common/errors.hpp"
#include "tools/common/options.hpp"
#include "tools/pfq/run/request.hpp"

namespace pfq::tools {

/// Returns the exit code.
int run_live(const RunRequest& request, const Arguments& arguments, const Reporter& report);

} // namespace pfq::tools
