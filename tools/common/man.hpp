// The manual page from the option table.
#pragma once
#include <string>

#include "tools/common/options.hpp"

namespace pfq::tools {

/// A page of section 1 in roff (man macros): pfq-run(1).
[[nodiscard]] std::string render_man(const Command& command);

} // namespace pfq::tools
