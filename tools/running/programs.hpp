// From program texts to native code.
#pragma once
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/file/plan.hpp"
#include "tools/common/errors.hpp"
#include "tools/common/options.hpp"
#include "tools/running/request.hpp"

namespace pfq::tools {

/// One program per group of the request, with its tables loaded. Prints diagnostics and errors; the error is the exit
/// code.
[[nodiscard]] std::expected<std::vector<engine::GroupProgram>, int>
load_programs(const RunRequest& request, const Arguments& arguments, const Reporter& report);

/// One pipeline per group of the request, for live traffic. As above.
[[nodiscard]] std::expected<std::vector<lang::Pipeline>, int>
load_pipelines(const RunRequest& request, const Arguments& arguments, const Reporter& report);

/// Contents of tables that the pipelines look into and the request has files for, by name.
[[nodiscard]] std::expected<std::vector<std::pair<std::string, std::shared_ptr<const engine::NamedTable>>>, std::string>
load_tables(const RunRequest& request, std::span<const lang::Pipeline> pipelines, const Reporter& report);

} // namespace pfq::tools
