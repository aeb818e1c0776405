// Damaged programs: whatever the text, the front end ends with a tree or with errors that can be shown.
#include <gtest/gtest.h>

#include <random>

#include "lang/diagnostics/render.hpp"
#include "lang/syntax/compare.hpp"
#include "lang/syntax/format.hpp"
#include "lang/syntax/parse.hpp"
#include "tests/unit/lang/programs.hpp"

namespace pfq::lang {
namespace {

unsigned accepted = 0, refused = 0;

void feed(const std::string& text) {
    SourceSet sources;
    const auto file = sources.add("test", text);
    Diagnostics diagnostics;
    auto module = parse_program(sources, file, {}, diagnostics);
    ASSERT_EQ(module.has_value(), diagnostics.empty()) << text;
    for (const Diagnostic& d : diagnostics) {
        ASSERT_FALSE(d.message.empty());
        ASSERT_LE(d.primary.span.begin, d.primary.span.end) << d.message;
        ASSERT_LE(d.primary.span.end, text.size() + 1) << d.message;
        ASSERT_FALSE(render_text(d, sources, true).empty());
        ASSERT_FALSE(render_json(d, sources).empty());
    }
    ++(module ? accepted : refused);
    auto tree = parse_layout(sources, file, diagnostics);
    if (!tree)
        return;
    auto formatted = format_program(sources, file);
    ASSERT_TRUE(formatted) << text;
    const auto second = sources.add("formatted", *formatted);
    auto again = parse_layout(sources, second, diagnostics);
    ASSERT_TRUE(again) << text << "\n--->\n" << *formatted << render_text(diagnostics.back(), sources, false);
    ASSERT_TRUE(same_tree(*tree, *again)) << text << "\n--->\n" << *formatted;
    auto stable = format_program(sources, second);
    ASSERT_TRUE(stable);
    ASSERT_EQ(*stable, *formatted) << "not stable:\n" << text;
}

TEST(ParserFuzz, Truncations) {
    for (const std::string& text : test_programs())
        for (std::size_t size = 0; size < text.size(); size += 1 + text.size() / 150)
            feed(text.substr(0, size));
}

TEST(ParserFuzz, RemovedAndSwappedPieces) {
    std::mt19937 random(7);
    auto below = [&](std::size_t n) { return n == 0 ? 0 : random() % n; };
    static constexpr const char* pieces[] = {
        "(",      ")",       "[",      "]",      "{",           "}",    ",",       ";",     "\n",    "\n  ",
        "\n    ", " -- c\n", " = ",    " | ",    " -> ",        " <- ", " where ", " let ", " in ",  " do ",
        " of ",   " if ",    " then ", " else ", " case x of ", "\\",   "\"",      "..",    " >-> ", " - ",
        "::",     "`",       " x ",    " 1 ",    "{- c -}",     "@",    "\t"};
    for (int i = 0; i < 1500; ++i) {
        std::string text = test_programs()[below(test_programs().size())];
        for (std::size_t edits = 1 + below(3); edits > 0; --edits) {
            const std::size_t at = below(text.size());
            if (below(2) == 0)
                text.erase(at, 1 + below(8));
            else
                text.insert(at, pieces[below(std::size(pieces))]);
        }
        feed(text);
    }
    EXPECT_GT(accepted, 100U);
    EXPECT_GT(refused, 100U);
}

TEST(ParserFuzz, RandomBytes) {
    std::mt19937 random(11);
    for (int i = 0; i < 500; ++i) {
        std::string text(random() % 200, ' ');
        for (char& c : text)
            c = static_cast<char>(i % 2 == 0 ? random() % 256 : 32 + random() % 95);
        feed(text);
    }
}

} // namespace
} // namespace pfq::lang
