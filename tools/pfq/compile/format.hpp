// pfq compile --format.
#pragma once
#include "tools/common/program_source.hpp"
#include "tools/pfq/compile/job.hpp"

namespace pfq::tools {

/// Prints the program formatted, rewrites its file (--in-place), or tells whether it is formatted (--check: exit code 1
/// when it is not). Returns the exit code; errors are reported.
int format(const CompileJob& job, ProgramSource& program);

} // namespace pfq::tools
