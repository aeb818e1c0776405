// Compiles texts for tests.
#pragma once
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "lang/compile.hpp"
#include "lang/diagnostics/render.hpp"
#include "lang/reference/evaluate.hpp"
#include "tests/support/test_packet.hpp"

namespace pfq::test {

using Modules = std::map<std::string, std::string>;

struct Compiled {
    lang::SourceSet sources;
    std::expected<lang::Program, lang::Diagnostics> result;

    explicit Compiled(const std::string& text, const Modules& modules = {}, lang::CompileOptions options = {})
        : result(std::unexpected(lang::Diagnostics{})) {
        options.loader = [&modules](const std::string& name) -> std::optional<lang::ModuleText> {
            auto found = modules.find(name);
            if (found == modules.end())
                return std::nullopt;
            return lang::ModuleText{name + ".pfq", found->second};
        };
        const auto file = sources.add("test", text);
        result = lang::compile(sources, file, options);
    }

    /// All diagnostics as text; empty when the program compiled.
    [[nodiscard]] std::string errors() const {
        std::string out;
        if (!result)
            for (const auto& d : result.error())
                out += lang::render_text(d, sources, false);
        return out;
    }
    /// "E0301 `text at the primary place`" of the first error, or "ok".
    [[nodiscard]] std::string first_error() const {
        if (result)
            return "ok";
        const auto& d = result.error().front();
        const auto text = sources[d.primary.span.file].text();
        return std::string(lang::info(d.code).name) + " `" +
               std::string(text.substr(d.primary.span.begin, d.primary.span.end - d.primary.span.begin)) + "`";
    }
};

/// The verdict of a program on a packet in the notation of tests/corpus/README.md.
inline lang::Verdict verdict(const std::string& program, const std::string& packet) {
    Compiled compiled(program);
    EXPECT_EQ(compiled.errors(), "");
    if (!compiled.result)
        return {};
    lang::reference::Environment environment;
    const auto test_packet = parse_packet(packet);
    return lang::reference::evaluate(compiled.result->pipeline, to_input(test_packet), environment);
}

} // namespace pfq::test
