// Diagnostics as text for people and as JSON for programs.
#pragma once
#include <string>

#include "lang/diagnostics/diagnostic.hpp"

namespace pfq::lang {

/// Several lines, the last one ended, with the lines of the program that the labels point to:
///
///     error[E0201]: unknown name `stear_flow`
///      --> web.pfq:3:8
///       |
///     3 | main = stear_flow
///       |        ^^^^^^^^^^ not defined
///       |
///     help: did you mean `steer_flow`?
///       |
///     3 | main = steer_flow
///       |        ~~~~~~~~~~
///
/// `color` adds ANSI escapes. Tabs are shown as blanks up to the next multiple of 8; wide characters count two columns.
[[nodiscard]] std::string render_text(const Diagnostic& diagnostic, const SourceSet& sources, bool color);

/// One JSON object on one line, without line end; its first key is "type": "diagnostic". A span is an object with byte
/// offsets begin and end (end is not part of it) and their line, column, end_line, end_column (from 1, in code points).
[[nodiscard]] std::string render_json(const Diagnostic& diagnostic, const SourceSet& sources);

} // namespace pfq::lang
