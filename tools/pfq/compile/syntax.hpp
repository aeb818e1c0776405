// --emit=ast.
#pragma once
#include <expected>
#include <string>

#include "lang/diagnostics/diagnostic.hpp"
#include "tools/common/program_source.hpp"

namespace pfq::tools {

/// The syntax tree of the program, indented. Modules that it imports are read for the fixities of their operators.
[[nodiscard]] std::expected<std::string, lang::Diagnostics> syntax_tree(ProgramSource& program);

} // namespace pfq::tools
