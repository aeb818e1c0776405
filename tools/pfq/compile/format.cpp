#include "tools/pfq/compile/format.hpp"

#include <fmt/format.h>

#include "lang/syntax/format.hpp"
#include "tools/common/output.hpp"
#include "tools/pfq/compile/emit.hpp"

namespace pfq::tools {

int format(const CompileJob& job, ProgramSource& program) {
    const auto formatted = lang::format_program(program.sources, program.file);
    if (!formatted)
        return rejected(job, program, formatted.error());
    const lang::Source& source = program.sources[program.file];
    if (job.check_format) {
        if (*formatted == source.text())
            return exit_done;
        return job.report.failure(
            fmt::format("'{}' is not formatted, mend it with --format --in-place", source.name()));
    }
    if (job.in_place && *formatted == source.text())
        return exit_done;
    const auto written = job.in_place ? replace_file(source.name(), *formatted) : write_output(job.output, *formatted);
    return written ? int{exit_done} : job.report.failure(written.error());
}

} // namespace pfq::tools
