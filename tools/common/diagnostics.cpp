#include "tools/common/diagnostics.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "lang/diagnostics/render.hpp"
#include "tools/common/terminal.hpp"

namespace pfq::tools {

void print_diagnostics(const lang::SourceSet& sources, const lang::Diagnostics& diagnostics,
                       const Arguments& arguments) {
    const bool json = arguments.has("json");
    const bool color = use_color(arguments.value("color"), STDERR_FILENO);
    std::string text;
    for (const lang::Diagnostic& diagnostic : diagnostics) {
        if (json)
            text += lang::render_json(diagnostic, sources) + '\n';
        else
            text += (text.empty() ? "" : "\n") + lang::render_text(diagnostic, sources, color);
    }
    fmt::print(stderr, "{}", text);
}

} // namespace pfq::tools
