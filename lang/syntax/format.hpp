// The one style for programs, without options: four blanks of indentation, lines up to 100 columns, chains of operators
// that do not fit with one operator at the start of each line, blocks by indentation.
#pragma once
#include <expected>
#include <string>

#include "lang/diagnostics/diagnostic.hpp"

namespace pfq::lang {

/// The program in that style. It parses to the same tree, has every comment, and formatting it again changes nothing.
/// A bare expression stays one. Fixities of imported modules need not be known: brackets stay as they are.
[[nodiscard]] std::expected<std::string, Diagnostics> format_program(const SourceSet& sources, std::uint32_t file);

} // namespace pfq::lang
