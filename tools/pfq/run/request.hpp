// What the command line of pfq run asks for, checked as far as that goes without opening anything.
#pragma once
#include <expected>
#include <string>

#include "tools/common/options.hpp"
#include "tools/running/request.hpp"

namespace pfq::tools {

/// The error is a usage error.
[[nodiscard]] std::expected<RunRequest, std::string> make_request(const Arguments& arguments);

} // namespace pfq::tools
