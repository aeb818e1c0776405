// The front door of the language: text in, pipeline out. Pure: modules are read by the caller's loader.
#pragma once
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lang/diagnostics/diagnostic.hpp"
#include "lang/pipeline/effects.hpp"
#include "lang/pipeline/pipeline.hpp"
#include "lang/source/source.hpp"

namespace pfq::lang {

/// A local module's text, found by its dotted name ("Lib.Filter"), with the name to print in diagnostics.
struct ModuleText {
    std::string file_name;
    std::string text;
};
using ModuleLoader = std::function<std::optional<ModuleText>(const std::string& module)>;

struct CompileOptions {
    ModuleLoader loader;            ///< empty: no local modules
    bool optimise = true;           ///< false: the pipeline as evaluated, for tests
    std::uint64_t fuel = 4'000'000; ///< compile-time evaluation steps
};

struct Program {
    Pipeline pipeline;
    Effects effects;
    Diagnostics warnings;
};

/// Compiles text number `file` of `sources` (a module with `main`, or a bare expression, or v6's JSON descriptors: a
/// text that starts with `[` or `{` after white space and is JSON). Adds the texts of modules to `sources`, which
/// renders the diagnostics. On failure at least one diagnostic is an error.
[[nodiscard]] std::expected<Program, Diagnostics> compile(SourceSet& sources, std::uint32_t file,
                                                          const CompileOptions& options = {});

/// Name and inferred type of every top-level definition (`--emit=types`), one per line.
[[nodiscard]] std::expected<std::string, Diagnostics> print_types(SourceSet& sources, std::uint32_t file,
                                                                  const CompileOptions& options = {});

/// v6's JSON descriptors of the program (`--emit=json`).
[[nodiscard]] std::expected<std::string, Diagnostics> print_descriptors(SourceSet& sources, std::uint32_t file,
                                                                        const CompileOptions& options = {});

} // namespace pfq::lang
