// Texts that are nearly programs, and texts that are not at all: programs or diagnostics, never a crash.
#include "lang/compile.hpp"
#include "lang/diagnostics/render.hpp"
#include "lang/syntax/format.hpp"
#include "tests/property/generator.hpp"
#include <algorithm>
#include <cstdlib>
#include <gtest/gtest.h>
#include <iostream>

namespace {

using namespace pfq;
using pfq::test::Random;

std::size_t rounds() {
    const char* text = std::getenv("PFQ_PROPERTY_PROGRAMS");
    return text ? std::strtoull(text, nullptr, 10) : 20'480;
}

bool valid(lang::Span span, const lang::SourceSet& sources) {
    return span.file < sources.size() && span.begin <= span.end && span.end <= sources[span.file].text().size();
}

void expect_sound(const lang::Diagnostic& d, const lang::SourceSet& sources) {
    EXPECT_TRUE(std::ranges::any_of(lang::all_codes(), [&](const auto& known) { return known.code == d.code; }));
    EXPECT_TRUE(valid(d.primary.span, sources)) << d.message;
    for (const auto& label : d.secondary)
        EXPECT_TRUE(valid(label.span, sources)) << d.message;
    for (const auto& help : d.help)
        EXPECT_TRUE(!help.edit || valid(help.edit->span, sources)) << d.message;
    EXPECT_FALSE(d.message.empty());
    EXPECT_FALSE(lang::render_text(d, sources, true).empty());
    EXPECT_TRUE(lang::render_json(d, sources).starts_with("{"));
}

/// True iff it is a program.
bool expect_answer(const std::string& text) {
    lang::SourceSet sources;
    const auto file = sources.add("mutated", text);
    lang::CompileOptions options;
    options.fuel = 200'000;
    const auto program = lang::compile(sources, file, options);
    const auto formatted = lang::format_program(sources, file);
    if (program) {
        EXPECT_EQ(lang::check(program->pipeline), "") << text;
        return true;
    }
    EXPECT_TRUE(
        std::ranges::any_of(program.error(), [](const auto& d) { return d.severity == lang::Severity::error; }));
    for (const auto& d : program.error())
        expect_sound(d, sources);
    return false;
}

std::string mutated(Random& random, std::string text, const std::string& other) {
    static const std::vector<std::string> pieces{"(",          ")",
                                                 "[",          "]",
                                                 "{",          "}",
                                                 ";",          ",",
                                                 "\n",         "    ",
                                                 "\"",         "'",
                                                 "\\",         "->",
                                                 "=",          "|",
                                                 "::",         "..",
                                                 "@",          "_",
                                                 "`",          "let",
                                                 "in",         "where",
                                                 "case",       "of",
                                                 "do",         "if",
                                                 "then",       "else",
                                                 "import P",   "infixl 3 +",
                                                 "type A = A", "{-",
                                                 "-}",         "--",
                                                 "-1",         "99999999999999999999",
                                                 "0x",         "1.5",
                                                 "True",       "\xff",
                                                 "\xc3\xa4",   "\t",
                                                 ">->",        "main"};
    for (std::uint64_t edits = random.chance(60) ? 1 : 1 + random.below(4); edits > 0 && !text.empty(); --edits) {
        const std::size_t at = random.below(text.size());
        const std::size_t length = std::min<std::size_t>(1 + random.below(12), text.size() - at);
        switch (random.below(6)) {
        case 0:
            text.erase(at, length);
            break;
        case 1:
            text.insert(at, random.one_of(pieces));
            break;
        case 2:
            text[at] = static_cast<char>(random.below(256));
            break;
        case 3:
            text.insert(at, text.substr(random.below(text.size()), 1 + random.below(30)));
            break;
        case 4:
            text.replace(at, length, random.one_of(pieces));
            break;
        default:
            if (!other.empty()) // crossing
                text.replace(at, length, other.substr(random.below(other.size()), 1 + random.below(40)));
        }
    }
    return text;
}

TEST(property, mutated_programs) {
    test::Generator generator(7);
    Random random(8);
    std::string other = "tcp";
    std::size_t programs = 0, tried = 0;
    for (std::size_t i = 0; i < rounds() && !HasFailure(); ++i) {
        const std::string text = pfq::test::text(generator.next(1 + static_cast<unsigned>(random.below(40))));
        for (unsigned again = 0; again < 2; ++again, ++tried) {
            const std::string changed = mutated(random, text, other);
            programs += expect_answer(changed) ? 1 : 0;
            if (HasFailure())
                FAIL() << changed;
        }
        other = text;
    }
    std::cout << tried << " mutated programs, " << programs << " of them still programs\n";
    EXPECT_GT(programs, tried / 100);
    EXPECT_LT(programs, tried);
}

TEST(property, random_bytes) {
    Random random(9);
    for (std::size_t i = 0; i < rounds() && !HasFailure(); ++i) {
        std::string text;
        const std::uint64_t alphabet = random.chance(50) ? 256 : 95;
        for (std::uint64_t size = random.below(200); size > 0; --size)
            text += static_cast<char>(alphabet == 95 ? ' ' + random.below(95) : random.below(256));
        expect_answer(text);
        if (HasFailure())
            FAIL() << text;
    }
}

} // namespace
