// Diagnostics of the compiler on standard error.
#pragma once
#include "lang/diagnostics/diagnostic.hpp"
#include "lang/source/source.hpp"
#include "tools/common/options.hpp"

namespace pfq::tools {

/// Prints them as text with the lines of the program, colored as --color and the environment say, or, with --json, as
/// one JSON object per line. The command must have the option --json.
void print_diagnostics(const lang::SourceSet& sources, const lang::Diagnostics& diagnostics,
                       const Arguments& arguments);

} // namespace pfq::tools
