#include "tools/running/programs.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "codegen/compiler.hpp"
#include "codegen/loader.hpp"
#include "tools/common/diagnostics.hpp"
#include "tools/common/program_source.hpp"

namespace pfq::tools {
namespace {

using Tables = std::map<std::pair<std::string, lang::TableKind>, std::shared_ptr<const engine::NamedTable>>;

std::expected<lang::Program, int> compile_text(const GroupRequest& group, const Arguments& arguments,
                                               const Reporter& report) {
    auto source = group.is_file ? program_from_file(*group.program)
                                : std::expected<ProgramSource, std::string>(program_from_text(*group.program));
    if (!source)
        return std::unexpected(report.failure(source.error()));
    auto program = lang::compile(source->sources, source->file, {.loader = source->loader});
    print_diagnostics(source->sources, program ? program->warnings : program.error(), arguments);
    if (program)
        return *std::move(program);
    for (const std::string& error : *source->load_errors)
        report.warn(error);
    return std::unexpected(int{exit_program_rejected});
}

/// The tables that a pipeline names, in its order; what cannot be had is the error.
std::expected<std::vector<std::shared_ptr<const engine::NamedTable>>, std::string>
load_tables(const RunRequest& request, const lang::Pipeline& pipeline, Tables& loaded) {
    std::vector<std::shared_ptr<const engine::NamedTable>> tables;
    for (const lang::Table& wanted : pipeline.tables) {
        auto& table = loaded[{wanted.name, wanted.kind}];
        const auto path = request.tables.find(wanted.name);
        if (path == request.tables.end())
            return std::unexpected(
                fmt::format("the program looks into table {}, give it with --table={}=FILE", wanted.name, wanted.name));
        if (!table) {
            auto read = engine::NamedTable::load(path->second, wanted.kind);
            if (!read)
                return std::unexpected(read.error());
            table = std::make_shared<const engine::NamedTable>(std::move(*read));
        }
        tables.push_back(table);
    }
    return tables;
}

void warn_of_unused_tables(const RunRequest& request, const Tables& loaded, const Reporter& report) {
    for (const auto& [name, path] : request.tables)
        if (std::ranges::none_of(loaded, [&](const auto& entry) { return entry.first.first == name; }))
            report.warn(fmt::format("no program looks into table {}", name));
}

std::expected<void, std::string> generate_code(const std::vector<lang::Program>& sources,
                                               std::vector<engine::GroupProgram>& programs) {
    codegen::Request request;
    request.filter = sources.size() == 1;
    request.batch = !request.filter || !lang::only_filters(sources.front().effects);
    for (const lang::Program& source : sources)
        request.groups.push_back(source.pipeline);
    const auto compiled = codegen::compile(request);
    if (!compiled)
        return std::unexpected(compiled.error().internal ? "internal error in code generation: " + compiled.error().text
                                                         : compiled.error().text);
    auto loaded = codegen::NativeProgram::load(compiled->output);
    if (!loaded)
        return std::unexpected("internal error in generated code: " + loaded.error());
    const auto code = std::make_shared<const codegen::NativeProgram>(std::move(*loaded));
    for (std::size_t i = 0; i < programs.size(); ++i) {
        programs[i].evaluate = code->batch(i);
        programs[i].filter = code->filter(i);
        programs[i].code = code;
    }
    return {};
}

} // namespace

std::expected<std::vector<engine::GroupProgram>, int>
load_programs(const RunRequest& request, const Arguments& arguments, const Reporter& report) {
    std::vector<lang::Program> sources;
    std::vector<engine::GroupProgram> programs;
    Tables loaded;
    for (const GroupRequest& group : request.groups) {
        auto source = compile_text(group, arguments, report);
        if (!source)
            return std::unexpected(source.error());
        auto tables = load_tables(request, source->pipeline, loaded);
        if (!tables)
            return std::unexpected(report.usage(tables.error()));
        programs.push_back({.evaluate = nullptr,
                            .filter = nullptr,
                            .code = nullptr,
                            .effects = source->effects,
                            .devices = source->pipeline.devices,
                            .messages = source->pipeline.messages,
                            .tables = std::move(*tables)});
        sources.push_back(*std::move(source));
    }
    warn_of_unused_tables(request, loaded, report);
    if (auto generated = generate_code(sources, programs); !generated)
        return std::unexpected(report.failure(generated.error()));
    return programs;
}

std::expected<std::vector<std::pair<std::string, std::shared_ptr<const engine::NamedTable>>>, std::string>
load_tables(const RunRequest& request, std::span<const lang::Pipeline> pipelines, const Reporter& report) {
    Tables loaded;
    for (const lang::Pipeline& pipeline : pipelines) {
        lang::Pipeline given; // tables without a file are filled by others
        std::ranges::copy_if(pipeline.tables, std::back_inserter(given.tables),
                             [&](const lang::Table& table) { return request.tables.contains(table.name); });
        if (const auto done = load_tables(request, given, loaded); !done)
            return std::unexpected(done.error());
    }
    warn_of_unused_tables(request, loaded, report);
    std::vector<std::pair<std::string, std::shared_ptr<const engine::NamedTable>>> tables;
    for (const auto& [which, table] : loaded)
        tables.emplace_back(which.first, table);
    return tables;
}

std::expected<std::vector<lang::Pipeline>, int> load_pipelines(const RunRequest& request, const Arguments& arguments,
                                                               const Reporter& report) {
    std::vector<lang::Pipeline> pipelines;
    for (const GroupRequest& group : request.groups) {
        if (!group.program) { // of a shared group that has one
            pipelines.emplace_back();
            continue;
        }
        auto program = compile_text(group, arguments, report);
        if (!program)
            return std::unexpected(program.error());
        pipelines.push_back(std::move(program->pipeline));
    }
    return pipelines;
}

} // namespace pfq::tools
