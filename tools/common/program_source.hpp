// A program from the command line: -e TEXT, a file, or standard input, with the modules beside it.
#pragma once
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lang/compile.hpp"
#include "lang/source/source.hpp"

namespace pfq::tools {

struct ProgramSource {
    lang::SourceSet sources;
    std::uint32_t file = 0; ///< of the program in `sources`
    /// Finds Lib.Filter as Lib/Filter.pfq or Lib/Filter.hs beside the program's file (else in the current directory).
    lang::ModuleLoader loader;
    /// What the loader could not read although it is there ("cannot read 'Lib/Filter.pfq': Permission denied"): to be
    /// shown when the compiler does not find a module.
    std::shared_ptr<std::vector<std::string>> load_errors;
};

/// A program given as text; diagnostics call it "-e".
[[nodiscard]] ProgramSource program_from_text(std::string_view text);

/// Reads a file, or standard input for "-". The error is like "cannot open 'x': No such file or directory".
[[nodiscard]] std::expected<ProgramSource, std::string> program_from_file(const std::string& path);

/// The whole content of a file ("-": standard input). More than 16 MiB is an error.
[[nodiscard]] std::expected<std::string, std::string> read_text(const std::string& path);

} // namespace pfq::tools
