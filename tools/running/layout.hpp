// Sockets, devices and their files: from what groups ask for to the plan of a run.
#pragma once
#include <expected>
#include <string>
#include <vector>

#include "engine/file/plan.hpp"
#include "tools/running/request.hpp"

namespace pfq::tools {

/// The error is a usage error.
[[nodiscard]] std::expected<engine::FilePlan, std::string> make_plan(const RunRequest& request,
                                                                     std::vector<engine::GroupProgram> programs);

} // namespace pfq::tools
