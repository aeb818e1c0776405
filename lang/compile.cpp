#include "lang/compile.hpp"

#include <algorithm>

#include "lang/descriptor/descriptor.hpp"
#include "lang/eval/evaluate.hpp"
#include "lang/names/modules.hpp"
#include "lang/optimise/optimise.hpp"
#include "lang/types/infer.hpp"

namespace pfq::lang {

namespace {

bool has_errors(const Diagnostics& diagnostics) {
    return std::ranges::any_of(diagnostics, [](const Diagnostic& d) { return d.severity == Severity::error; });
}

/// A program that was read, linked and found to be well typed.
struct Checked {
    SourceSet& sources;
    ModuleSet modules;
    Inference inference;
    const LoadedModule* program = nullptr;

    Checked(SourceSet& texts, const ModuleLoader& loader, Diagnostics& diagnostics)
        : sources(texts), modules(texts, loader, diagnostics), inference(modules, diagnostics) {}

    void read(std::uint32_t file, Diagnostics& diagnostics) {
        const std::string text(sources[file].text());
        if (looks_like_descriptors(text)) {
            if (auto tree = read_descriptors(text, file))
                program = modules.adopt_program(std::move(*tree));
            else
                diagnostics.push_back(std::move(tree.error()));
        } else {
            program = modules.load_program(file);
        }
        if (program && !has_errors(diagnostics))
            inference.run(*program);
    }

    [[nodiscard]] const Global& main() const {
        return **std::ranges::find_if(program->globals, [](const auto& global) { return global->name == "main"; });
    }
};

} // namespace

std::expected<Program, Diagnostics> compile(SourceSet& sources, std::uint32_t file, const CompileOptions& options) {
    Program result;
    Checked checked(sources, options.loader, result.warnings);
    checked.read(file, result.warnings);
    if (has_errors(result.warnings))
        return std::unexpected(std::move(result.warnings));
    auto pipeline = evaluate_program(checked.main(), options.fuel);
    if (!pipeline)
        return std::unexpected(Diagnostics{std::move(pipeline.error())});
    result.pipeline = options.optimise ? optimise(std::move(*pipeline)) : std::move(*pipeline);
    result.effects = effects_of(result.pipeline);
    return result;
}

std::expected<std::string, Diagnostics> print_types(SourceSet& sources, std::uint32_t file,
                                                    const CompileOptions& options) {
    Diagnostics diagnostics;
    Checked checked(sources, options.loader, diagnostics);
    checked.read(file, diagnostics);
    if (has_errors(diagnostics))
        return std::unexpected(std::move(diagnostics));
    return checked.inference.print(*checked.program);
}

std::expected<std::string, Diagnostics> print_descriptors(SourceSet& sources, std::uint32_t file,
                                                          const CompileOptions& options) {
    Diagnostics diagnostics;
    Checked checked(sources, options.loader, diagnostics);
    checked.read(file, diagnostics);
    if (has_errors(diagnostics))
        return std::unexpected(std::move(diagnostics));
    Pipeline scratch;
    Evaluator evaluator(scratch, options.fuel);
    auto text = write_descriptors(evaluator, checked.main());
    if (!text)
        return std::unexpected(Diagnostics{std::move(text.error())});
    return *text;
}

} // namespace pfq::lang
