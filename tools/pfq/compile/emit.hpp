// The texts and objects of pfq compile --emit.
#pragma once
#include <expected>
#include <string>
#include <string_view>

#include "tools/common/program_source.hpp"
#include "tools/pfq/compile/job.hpp"

namespace pfq::tools {

/// Prints --emit or --effects of one program to the job's output. Returns the exit code, having reported errors.
int emit(const CompileJob& job, ProgramSource& program);

/// Prints diagnostics, and files that the module loader could not read.
int rejected(const CompileJob& job, const ProgramSource& program, const lang::Diagnostics& diagnostics);

} // namespace pfq::tools
