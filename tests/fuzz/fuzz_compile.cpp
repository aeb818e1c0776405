// Any text through the whole compiler: a sound pipeline that survives writing and reading, or diagnostics with an
// error, each with a place in the text and a rendering.
#include "lang/compile.hpp"
#include "lang/diagnostics/render.hpp"
#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>

namespace {

using namespace pfq::lang;

void require(bool condition, const char* what, const std::string& text) {
    if (condition)
        return;
    std::fprintf(stderr, "%s\n%s\n", what, text.c_str());
    std::abort();
}

bool valid(Span span, const SourceSet& sources) {
    return span.file < sources.size() && span.begin <= span.end && span.end <= sources[span.file].text().size();
}

void check_diagnostics(const Diagnostics& diagnostics, const SourceSet& sources) {
    const auto is_error = [](const Diagnostic& d) { return d.severity == Severity::error; };
    require(std::ranges::any_of(diagnostics, is_error), "refused without an error", {});
    for (const Diagnostic& d : diagnostics) {
        require(valid(d.primary.span, sources), "an error without a place", d.message);
        require(!d.message.empty(), "an error without words", {});
        require(!render_text(d, sources, true).empty(), "an error without text", d.message);
        require(!render_json(d, sources).empty(), "an error without JSON", d.message);
        require(!explanation(d.code).empty(), "an error without explanation", d.message);
    }
}

void check_pipeline(const Pipeline& pipeline) {
    require(check(pipeline).empty(), "an unsound pipeline", check(pipeline));
    Pipeline again;
    require(deserialise(serialise(pipeline), again) && again == pipeline, "another pipeline when read",
            print(pipeline));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    SourceSet sources;
    const auto file = sources.add("fuzz", std::string(reinterpret_cast<const char*>(data), size));
    CompileOptions options;
    options.fuel = 20'000;
    for (const bool optimise : {false, true}) {
        options.optimise = optimise;
        const auto program = compile(sources, file, options);
        if (program)
            check_pipeline(program->pipeline);
        else
            check_diagnostics(program.error(), sources);
    }
    (void)print_types(sources, file, options);
    (void)print_descriptors(sources, file, options);
    return 0;
}
