#include "tools/pfq/compile/emit.hpp"

#include <unistd.h>

#include "tools/common/diagnostics.hpp"
#include "tools/common/output.hpp"
#include "tools/common/terminal.hpp"
#include "tools/pfq/compile/code.hpp"
#include "tools/pfq/compile/syntax.hpp"

namespace pfq::tools {
namespace {

int write(const CompileJob& job, const std::string& data) {
    const auto written = write_output(job.output, data);
    return written ? int{exit_done} : job.report.failure(written.error());
}

lang::CompileOptions options_of(const ProgramSource& program) {
    return {.loader = program.loader};
}

/// Writes a text that the language makes, or reports why it does not.
int write_text(const CompileJob& job, const ProgramSource& program,
               const std::expected<std::string, lang::Diagnostics>& text) {
    if (!text)
        return rejected(job, program, text.error());
    return write(job, *text);
}

/// llvm, asm and bpf.
int write_code(const CompileJob& job, const lang::Pipeline& pipeline) {
    if (job.emit == "bpf" && job.output == "-" && is_terminal(STDOUT_FILENO))
        return job.report.usage("an object is not for a terminal, use -o FILE or redirect the output");
    const auto code = generate_code(job, pipeline);
    if (!code)
        return job.report.fail(code.error().internal ? exit_runtime_error : exit_program_rejected, code.error().text);
    return write(job, *code);
}

} // namespace

int rejected(const CompileJob& job, const ProgramSource& program, const lang::Diagnostics& diagnostics) {
    print_diagnostics(program.sources, diagnostics, *job.arguments);
    for (const std::string& error : *program.load_errors)
        job.report.warn(error);
    return exit_program_rejected;
}

std::expected<lang::Program, int> compiled_program(const CompileJob& job, ProgramSource& program) {
    auto compiled = lang::compile(program.sources, program.file, options_of(program));
    if (!compiled)
        return std::unexpected(rejected(job, program, compiled.error()));
    print_diagnostics(program.sources, compiled->warnings, *job.arguments);
    return *std::move(compiled);
}

int emit(const CompileJob& job, ProgramSource& program) {
    if (job.emit == "ast")
        return write_text(job, program, syntax_tree(program));
    if (job.emit == "types")
        return write_text(job, program, lang::print_types(program.sources, program.file, options_of(program)));
    if (job.emit == "json")
        return write_text(job, program, lang::print_descriptors(program.sources, program.file, options_of(program)));
    const auto compiled = compiled_program(job, program);
    if (!compiled)
        return compiled.error();
    if (job.action == CompileJob::Action::effects)
        return write(job, lang::print(compiled->effects));
    if (job.emit == "pipeline")
        return write(job, lang::print(compiled->pipeline));
    return write_code(job, compiled->pipeline);
}

} // namespace pfq::tools
