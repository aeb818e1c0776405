#include "tools/pfq/compile/compile.hpp"

#include <algorithm>

#include "tools/common/command_line.hpp"
#include "tools/pfq/compile/emit.hpp"
#include "tools/pfq/compile/format.hpp"
#include "tools/pfq/compile/job.hpp"

namespace pfq::tools {
namespace {

int check(const CompileJob& job, ProgramSource& program) {
    const auto compiled = compiled_program(job, program);
    return compiled ? int{exit_done} : compiled.error();
}

int one_program(const CompileJob& job, ProgramSource& program) {
    switch (job.action) {
    case CompileJob::Action::check:
        return check(job, program);
    case CompileJob::Action::format:
        return format(job, program);
    case CompileJob::Action::effects:
    case CompileJob::Action::emit:
        break;
    }
    return emit(job, program);
}

} // namespace

int compile_command(std::span<const char* const> args) {
    const auto arguments = begin(compile_table(), args);
    if (!arguments)
        return arguments.error();
    const auto job = make_job(*arguments);
    if (!job)
        return Reporter("compile", arguments->has("json")).usage(job.error());
    auto programs = read_programs(*arguments);
    if (!programs)
        return job->report.failure(programs.error());
    int code = exit_done; // the worst of all
    for (ProgramSource& program : *programs)
        code = std::max(code, one_program(*job, program));
    return code;
}

} // namespace pfq::tools
