// Captures from devices, and from a file.
#pragma once
#include "tools/common/errors.hpp"
#include "tools/common/options.hpp"
#include "tools/pfq/capture/request.hpp"

namespace pfq::tools {

/// Return the exit code.
[[nodiscard]] int capture_live(CaptureRequest request, const Arguments& arguments, const Reporter& report);
[[nodiscard]] int capture_file(CaptureRequest request, const Arguments& arguments, const Reporter& report);

} // namespace pfq::tools
