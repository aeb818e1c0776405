// Fuzz target (libFuzzer): text -> tokens -> tree -> formatted text -> the same tree. Aborts where that does not hold.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "lang/diagnostics/render.hpp"
#include "lang/syntax/compare.hpp"
#include "lang/syntax/format.hpp"
#include "lang/syntax/parse.hpp"

namespace {

using namespace pfq::lang;

void require(bool condition, const char* what, const std::string& formatted) {
    if (condition)
        return;
    std::fprintf(stderr, "%s\n%s\n", what, formatted.c_str());
    std::abort();
}

void check_format(SourceSet& sources, std::uint32_t file, const Module& tree) {
    Diagnostics diagnostics;
    const auto formatted = format_program(sources, file);
    require(formatted.has_value(), "a program is not formatted", {});
    const auto second = sources.add("formatted", *formatted);
    if (sources[second].text().size() > 64 * 1024) // indentation may make it longer than a program may be
        return;
    const auto again = parse_layout(sources, second, diagnostics);
    require(again.has_value(), "the formatted program is not a program", *formatted);
    require(same_tree(tree, *again), "the formatted program is another one", *formatted);
    require(format_program(sources, second).value_or("") == *formatted, "formatting again changes the program",
            *formatted);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    SourceSet sources;
    const auto file = sources.add("fuzz", std::string(reinterpret_cast<const char*>(data), size));
    Diagnostics diagnostics;
    const auto module = parse_program(sources, file, {}, diagnostics);
    require(module.has_value() == diagnostics.empty(), "errors and a tree, or none of both", {});
    for (const Diagnostic& d : diagnostics) {
        require(!render_text(d, sources, false).empty(), "an error without text", {});
        require(!render_json(d, sources).empty(), "an error without JSON", {});
    }
    if (const auto tree = parse_layout(sources, file, diagnostics))
        check_format(sources, file, *tree);
    return 0;
}
