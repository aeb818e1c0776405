#include "tools/pfq/compile/job.hpp"

#include <fmt/format.h>

namespace pfq::tools {
namespace {

bool makes_code(const CompileJob& job) {
    return job.emit == "llvm" || job.emit == "asm" || job.emit == "bpf";
}

/// Sets the action; the error text is empty when all is well.
std::string choose_action(const Arguments& arguments, CompileJob& job) {
    const bool check = arguments.has("check");
    const bool emit = arguments.has("emit"), effects = arguments.has("effects"), format = arguments.has("format");
    if (emit + effects + format > 1)
        return "only one of --emit, --effects and --format is possible";
    if (check && (emit || effects))
        return fmt::format("--check prints nothing, leave out one of --check and {}", emit ? "--emit" : "--effects");
    if (emit)
        job.action = CompileJob::Action::emit;
    else if (effects)
        job.action = CompileJob::Action::effects;
    else if (format)
        job.action = CompileJob::Action::format;
    job.emit = arguments.value("emit").value_or("");
    job.check_format = format && check;
    job.in_place = arguments.has("in-place");
    if (job.in_place && (!format || check))
        return "--in-place needs --format, without --check";
    return {};
}

std::string choose_target(const Arguments& arguments, CompileJob& job) {
    job.target = arguments.value("target").value_or(job.emit == "bpf" ? "xdp" : "native");
    if (arguments.has("target") && !makes_code(job))
        return "--target needs --emit=llvm, --emit=asm or --emit=bpf";
    if (job.emit == "bpf" && job.target == "native")
        return "an eBPF object needs --target=xdp or --target=tc";
    return {};
}

std::string check_programs(const Arguments& arguments, const CompileJob& job) {
    const auto files = arguments.positionals();
    if (arguments.has("expression") && !files.empty())
        return fmt::format("-e gives the program already, unexpected argument '{}'", files.front());
    if (arguments.has("expression") ? job.in_place : files.empty())
        return job.in_place ? "--in-place needs a file" : "no program, give a file, - or -e TEXT";
    for (std::string_view file : files)
        if (file == "-" && job.in_place)
            return "--in-place cannot rewrite standard input";
    const bool prints = job.action != CompileJob::Action::check && !job.check_format && !job.in_place;
    if (files.size() > 1 && prints)
        return "several files need --check, or --format with --check or --in-place";
    if (arguments.has("output") && !prints)
        return "--output needs something to write: --emit, --effects or --format";
    return {};
}

} // namespace

std::expected<CompileJob, std::string> make_job(const Arguments& arguments) {
    CompileJob job;
    job.arguments = &arguments;
    job.report = Reporter("compile", arguments.has("json"));
    job.output = arguments.value("output").value_or("-");
    std::string error = choose_action(arguments, job);
    if (error.empty())
        error = choose_target(arguments, job);
    if (error.empty())
        error = check_programs(arguments, job);
    if (!error.empty())
        return std::unexpected(std::move(error));
    return job;
}

std::expected<std::vector<ProgramSource>, std::string> read_programs(const Arguments& arguments) {
    std::vector<ProgramSource> programs;
    if (const auto text = arguments.value("expression"))
        programs.push_back(program_from_text(*text));
    for (std::string_view file : arguments.positionals()) {
        auto program = program_from_file(std::string(file));
        if (!program)
            return std::unexpected(std::move(program.error()));
        programs.push_back(*std::move(program));
    }
    return programs;
}

} // namespace pfq::tools
