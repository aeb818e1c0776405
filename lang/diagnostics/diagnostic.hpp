// Diagnostics are data: what is wrong, where, and what to do. Rendering is somebody else's work (render.hpp).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/source/source.hpp"

namespace pfq::lang {

enum class Severity { error, warning };

/// Every kind of diagnostic, from the one table codes.def. `Code::unknown_name` prints as "E0201".
enum class Code : std::uint16_t {
#define PFQ_CODE(number, name, title) name = number,
#include "lang/diagnostics/codes.def"
#undef PFQ_CODE
};

struct CodeInfo {
    Code code;
    std::string_view name;  ///< "E0201"
    std::string_view title; ///< noun phrase, lower case: "unknown name"
};

[[nodiscard]] const CodeInfo& info(Code code);
[[nodiscard]] const std::vector<CodeInfo>& all_codes();
/// Accepts "E0201", "e0201", "0201" and "201".
[[nodiscard]] std::optional<Code> find_code(std::string_view text);
/// The page of `pfq explain CODE` (Markdown, embedded from lang/diagnostics/explain/CODE.md).
[[nodiscard]] std::string_view explanation(Code code);

struct Label {
    Span span;
    std::string text; ///< lower case, no final full stop; may be empty
};

/// A replacement that would mend the program.
struct Edit {
    Span span;
    std::string replacement;
};

struct Help {
    std::string text;
    std::optional<Edit> edit;
};

struct Diagnostic {
    Code code;
    Severity severity = Severity::error;
    std::string message; ///< states the fact: lower case, no final full stop
    Label primary;
    std::vector<Label> secondary;
    std::vector<std::string> notes;
    std::vector<Help> help;
};

using Diagnostics = std::vector<Diagnostic>;

} // namespace pfq::lang
