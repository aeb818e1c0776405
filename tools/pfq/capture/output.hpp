// Where captured packets go: a file, a series of files, the printer, or a file and the printer.
#pragma once
#include <optional>

#include "engine/file/plan.hpp"
#include "tools/pfq/capture/printer.hpp"
#include "tools/pfq/capture/privileges.hpp"
#include "tools/pfq/capture/request.hpp"

namespace pfq::tools {

/// `request`, `printer` (null: nothing is printed) and `user` must outlive the run.
[[nodiscard]] engine::Output live_output(const CaptureRequest& request, const Printer* printer,
                                         const std::optional<User>& user);

} // namespace pfq::tools
