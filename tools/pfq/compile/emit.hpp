// The texts and objects of pfq compile --emit and --effects.
#pragma once
#include <expected>

#include "tools/common/program_source.hpp"
#include "tools/pfq/compile/job.hpp"

namespace pfq::tools {

/// Compiles up to the pipeline. Prints all diagnostics, and files that the module loader could not read; the error is
/// the exit code.
[[nodiscard]] std::expected<lang::Program, int> compiled_program(const CompileJob& job, ProgramSource& program);

/// Writes what --emit or --effects asks for to the job's output. Returns the exit code; errors are reported.
int emit(const CompileJob& job, ProgramSource& program);

/// Prints why a program is rejected, and files that the module loader could not read. Returns the exit code.
int rejected(const CompileJob& job, const ProgramSource& program, const lang::Diagnostics& diagnostics);

} // namespace pfq::tools
