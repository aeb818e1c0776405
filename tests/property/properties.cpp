#include "lang/compile.hpp"
#include "lang/diagnostics/render.hpp"
#include "lang/syntax/compare.hpp"
#include "lang/syntax/format.hpp"
#include "lang/syntax/limits.hpp"
#include "lang/syntax/parse.hpp"
#include "tests/property/worker.hpp"
#include "tests/unit/codegen/run.hpp"

namespace pfq::test {

namespace {

std::string in_words(const lang::Diagnostics& diagnostics, const lang::SourceSet& sources) {
    return diagnostics.empty() ? "no diagnostic" : lang::render_text(diagnostics.front(), sources, false);
}

/// Well-typed programs may be refused for these, and for nothing else.
bool is_beyond_types(lang::Code code) {
    switch (code) {
    case lang::Code::ambiguous_range:
    case lang::Code::runtime_choice:
    case lang::Code::argument_range:
    case lang::Code::empty_list:
    case lang::Code::shift_too_deep:
    case lang::Code::program_too_long: // and the other stated limits
    case lang::Code::nested_too_deep:
    case lang::Code::list_too_long:
    case lang::Code::program_too_big:
        return true;
    default:
        return false;
    }
}

/// Fills `pipeline`; a report otherwise.
std::string translate(const std::string& text, bool optimise, lang::Pipeline& pipeline, bool& refused) {
    lang::SourceSet sources;
    const auto file = sources.add("program", text);
    lang::CompileOptions options;
    options.optimise = optimise;
    auto program = lang::compile(sources, file, options);
    if (!program && is_beyond_types(program.error().front().code)) {
        refused = true;
        return {};
    }
    if (!program)
        return "is refused\n" + in_words(program.error(), sources);
    pipeline = std::move(program->pipeline);
    if (const std::string fault = lang::check(pipeline); !fault.empty())
        return std::string(optimise ? "the optimised" : "the") + " pipeline is unsound\n" + fault;
    lang::Pipeline again;
    if (!lang::deserialise(lang::serialise(pipeline), again) || !(again == pipeline))
        return "the pipeline is another one after writing and reading it\n" + lang::print(pipeline);
    return {};
}

} // namespace

Compiled compile_program(const std::string& text) {
    Compiled compiled;
    compiled.fault = translate(text, false, compiled.plain, compiled.refused);
    if (compiled.fault.empty() && !compiled.refused)
        compiled.fault = translate(text, true, compiled.optimised, compiled.refused);
    return compiled;
}

std::string check_format(const std::string& text, const lang::Pipeline& optimised) {
    lang::SourceSet sources;
    lang::Diagnostics diagnostics;
    const auto file = sources.add("program", text);
    const auto formatted = lang::format_program(sources, file);
    if (!formatted)
        return "is not formatted\n" + in_words(formatted.error(), sources);
    if (formatted->size() > lang::limits::max_text) // indentation may make it longer than a program may be
        return {};
    const auto second = sources.add("formatted", *formatted);
    const auto tree = lang::parse_program(sources, file, {}, diagnostics);
    const auto again = lang::parse_program(sources, second, {}, diagnostics);
    if (!tree || !again)
        return "the formatted program is no program\n" + in_words(diagnostics, sources) + *formatted;
    if (!lang::same_tree(*tree, *again))
        return "the formatted program is another tree\n" + *formatted;
    const auto twice = lang::format_program(sources, second);
    if (!twice || *twice != *formatted)
        return "formatting again changes the program\n" + *formatted + "----\n" + twice.value_or("");
    lang::Pipeline pipeline;
    bool refused = false;
    if (std::string fault = translate(*formatted, true, pipeline, refused); !fault.empty())
        return "the formatted program " + fault;
    return pipeline == optimised ? "" : "the formatted program means something else\n" + *formatted;
}

std::string check_verdicts(const Compiled& compiled, const Native& native, std::size_t group,
                           const std::vector<TestPacket>& packets) {
    for (const TestPacket& packet : packets) {
        const auto expected = run_reference(compiled.plain, packet, compiled.optimised);
        const auto optimised = run_reference(compiled.optimised, packet);
        const auto got = native.run(packet, group);
        if (same(expected, optimised) && same(optimised, got))
            continue;
        return std::string(same(expected, optimised) ? "native code differs\n" : "the optimised pipeline differs\n") +
               "packet    " + describe(packet) + "\nreference " + show(expected) + "\noptimised " + show(optimised) +
               "\nnative    " + show(got) + "\n" + lang::print(compiled.plain) + "----\n" +
               lang::print(compiled.optimised);
    }
    return {};
}

} // namespace pfq::test
