// Texts that are not programs: code and place of the first error, and what the messages offer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lang/syntax/limits.hpp"
#include "lang/syntax/parse.hpp"

namespace pfq::lang {
namespace {

struct Parsed {
    SourceSet sources;
    Diagnostics diagnostics;
    bool accepted = false;
};

Parsed parse(const std::string& text) {
    Parsed result;
    const auto file = result.sources.add("test", text);
    result.accepted = parse_program(result.sources, file, {}, result.diagnostics).has_value();
    return result;
}

struct Reject {
    const char* text;
    const char* code;
    std::uint32_t line, column;
    const char* message; ///< a part of it
};

class ParserErrors : public testing::TestWithParam<Reject> {};

TEST_P(ParserErrors, CodeAndPlace) {
    const Reject& expected = GetParam();
    const Parsed parsed = parse(expected.text);
    EXPECT_FALSE(parsed.accepted);
    ASSERT_EQ(parsed.diagnostics.size(), 1U) << expected.text;
    const Diagnostic& d = parsed.diagnostics[0];
    const auto place = parsed.sources[0].position(d.primary.span.begin);
    EXPECT_EQ(info(d.code).name, expected.code) << expected.text << "\n" << d.message;
    EXPECT_EQ(place.line, expected.line) << expected.text << "\n" << d.message;
    EXPECT_EQ(place.column, expected.column) << expected.text << "\n" << d.message;
    EXPECT_THAT(d.message, testing::HasSubstr(expected.message));
}

INSTANTIATE_TEST_SUITE_P(Syntax, ParserErrors,
                         testing::Values(Reject{"main = tcp >->", "E0104", 1, 15, "ends too early"},
                                         Reject{"main =", "E0104", 1, 7, "ends too early"},
                                         Reject{"main = tcp -> drop", "E0104", 1, 12, "unexpected `->`"},
                                         Reject{"main = when (x = 5) drop", "E0104", 1, 16, "unexpected `=`"},
                                         Reject{"main = if a then b", "E0104", 1, 19, "`if` without `else`"},
                                         Reject{"main = if a then b elif c then d else e", "E0104", 1, 20,
                                                "unexpected `elif`"},
                                         Reject{"main = f do\n  x", "E0104", 1, 10, "unexpected `do`"},
                                         Reject{"main = f \\x -> x", "E0104", 1, 10, "unexpected `\\`"},
                                         Reject{"main = \\x = x", "E0104", 1, 11, "unexpected `=`"},
                                         Reject{"main = [1, 2, ]", "E0104", 1, 15, "unexpected `]`"},
                                         Reject{"main = [1, 2, 3..]", "E0104", 1, 18, "unexpected `]`"},
                                         Reject{"main = [1..-5]", "E0104", 1, 10, "`..-`"},
                                         Reject{"main = f _ x", "E0104", 1, 10, "unexpected `_`"},
                                         Reject{"main = do\n  x <- y", "E0104", 2, 3, "last line"},
                                         Reject{"main = a then", "E0104", 1, 10, "unexpected `then`"},
                                         Reject{"tcp >-> (x <- y)", "E0104", 1, 12, "unexpected `<-`"},
                                         Reject{"import lib\nmain = x", "E0104", 1, 8, "`lib`"},
                                         Reject{"main = x\nimport Lib", "E0104", 2, 1, "import after"},
                                         Reject{"L.f = x", "E0104", 1, 1, "cannot be defined"},
                                         Reject{"f :: Num => a\nf = x", "E0104", 1, 6, "context"},
                                         Reject{"main = a `5` b", "E0104", 1, 11, "unexpected `5`"},
                                         Reject{"module M where\n5 x = 3", "E0104", 2, 3, "unexpected `x`"}));

INSTANTIATE_TEST_SUITE_P(Brackets, ParserErrors,
                         testing::Values(Reject{"main = (a, b\nf = c", "E0105", 1, 8, "never closed"},
                                         Reject{"main = a)", "E0105", 1, 9, "without an opening"},
                                         Reject{"main = (a]", "E0105", 1, 10, "`]` closes `(`"},
                                         Reject{"(a >-> [b)", "E0105", 1, 10, "`)` closes `[`"},
                                         Reject{"do { a; b", "E0105", 1, 4, "never closed"}));

INSTANTIATE_TEST_SUITE_P(Layout, ParserErrors,
                         testing::Values(Reject{"main = tcp\n>-> udp", "E0106", 2, 1, "starts with an operator"},
                                         Reject{"main = do\n  a\n  >-> b", "E0106", 3, 3, "starts with an operator"},
                                         Reject{"main =\ntcp", "E0106", 2, 1, "not indented enough"},
                                         Reject{"f = do\ng = x", "E0106", 2, 1, "a statement"},
                                         Reject{"  f = x\n g = y", "E0106", 2, 2, "left of the first"}));

INSTANTIATE_TEST_SUITE_P(Operators, ParserErrors,
                         testing::Values(Reject{"main = a == b == c", "E0107", 1, 15, "`==` (infix 4)"},
                                         Reject{"main = a .< b .> c", "E0107", 1, 15, "`.>` (infix 5)"},
                                         Reject{"main = a * - b", "E0107", 1, 12, "prefix `-`"},
                                         Reject{"main = a && b .^^. c", "E0107", 1, 15, "infixl 3"},
                                         Reject{"main = (a .||. b .<)", "E0107", 1, 18, "`.||.`"},
                                         Reject{"main = (* a + b)", "E0107", 1, 13, "`*`"}));

INSTANTIATE_TEST_SUITE_P(
    Haskell, ParserErrors,
    testing::Values(
        Reject{"data A = B", "E0108", 1, 1, "`data`"}, Reject{"class A b where", "E0108", 1, 1, "`class`"},
        Reject{"main = x { a = 1 }", "E0108", 1, 10, "records"}, Reject{"f !x = x", "E0108", 1, 3, "strict"},
        Reject{"f ~x = x", "E0108", 1, 3, "lazy"}, Reject{"f 'a' = x", "E0108", 1, 3, "character patterns"},
        Reject{"f (g -> x) = x", "E0108", 1, 6, "view patterns"},
        Reject{"main = \\case 1 -> x", "E0108", 1, 9, "`\\case`"}, Reject{"main = mdo { a }", "E0108", 1, 8, "`mdo`"},
        Reject{"main = (, 1)", "E0108", 1, 9, "tuple"}, Reject{"f :: forall a. a\nf = x", "E0108", 1, 6, "`forall`"},
        Reject{"f :: (->) a b\nf = x", "E0108", 1, 7, "type constructors"},
        Reject{"main = [x | x <- a | y <- b]", "E0108", 1, 20, "parallel"},
        Reject{"main = let infixl 3 + in x", "E0108", 1, 12, "local operators"},
        Reject{"import \"base\" A", "E0108", 1, 8, "packages"}, Reject{"type family F a", "E0108", 1, 6, "families"},
        Reject{"module M (module X) where", "E0108", 1, 11, "exports of whole"}));

INSTANTIATE_TEST_SUITE_P(Ranges, ParserErrors,
                         testing::Values(Reject{"any has_port [80, 8000..8010]", "E0110", 1, 14, "7920"},
                                         Reject{"[10, 1..3]", "E0110", 1, 1, "ambiguous"}));

INSTANTIATE_TEST_SUITE_P(Groups, ParserErrors,
                         testing::Values(Reject{"f = x\nf = y", "E0202", 2, 1, "defined twice"},
                                         Reject{"f :: A\nf :: B\nf = x", "E0202", 2, 1, "two signatures"},
                                         Reject{"main = x where { a = 1; b = 2; a = 3 }", "E0202", 1, 32, "`a`"},
                                         Reject{"f :: A\ng = x", "E0209", 1, 1, "`f`"},
                                         Reject{"f 1 = x\nf = y", "E0210", 2, 1, "`f`"},
                                         Reject{"f 1 = x\ng = y\nf 2 = z", "E0211", 3, 1, "`f`"}));

TEST(ParserRecovery, GoesOnWithTheNextDeclaration) {
    const Parsed parsed = parse("a = tcp -> drop\nb = [1,]\n  x\nc = fine\nd = if x then y\n");
    ASSERT_EQ(parsed.diagnostics.size(), 3U);
    EXPECT_EQ(parsed.sources[0].position(parsed.diagnostics[0].primary.span.begin).line, 1U);
    EXPECT_EQ(parsed.sources[0].position(parsed.diagnostics[1].primary.span.begin).line, 2U);
    EXPECT_EQ(parsed.sources[0].position(parsed.diagnostics[2].primary.span.begin).line, 5U);
}

TEST(ParserRecovery, StopsAfterSomeErrors) {
    std::string text;
    for (int i = 0; i < 50; ++i)
        text += "f" + std::to_string(i) + " = -> x\n";
    EXPECT_EQ(parse(text).diagnostics.size(), limits::max_errors);
}

TEST(ParserHelp, EditsMendThePrograms) {
    for (const char* text :
         {"main = tcp -> drop", "main = f do\n  x", "main = [1, 2, ]", "main = when (x = 5) drop", "main = \\x . x",
          "any has_port [80, 8000..8010]", "main = if a then b elif c then d else e"}) {
        const Parsed parsed = parse(text);
        ASSERT_FALSE(parsed.diagnostics.empty()) << text;
        const Diagnostic& d = parsed.diagnostics[0];
        ASSERT_TRUE(!d.help.empty() && d.help[0].edit) << text;
        std::string mended = text;
        const Edit& edit = *d.help[0].edit;
        mended.replace(edit.span.begin, edit.span.end - edit.span.begin, edit.replacement);
        EXPECT_TRUE(parse(mended).accepted) << mended;
    }
}

/// The text of the first block of a page that is marked with `mark`.
std::string block_of(std::string_view page, const std::string& mark) {
    const std::string fence = "```" + mark + "\n";
    const auto begin = page.find(fence);
    if (begin == std::string_view::npos)
        return {};
    page.remove_prefix(begin + fence.size());
    return std::string(page.substr(0, page.find("```")));
}

TEST(ParserPages, ProgramsOfTheExplanations) {
    for (const CodeInfo& one : all_codes()) {
        const std::string failing = block_of(explanation(one.code), "pfq-fail");
        const std::string mended = block_of(explanation(one.code), "pfq");
        if (failing.empty())
            continue;
        EXPECT_TRUE(parse(mended).accepted) << one.name << "\n" << mended;
        const Parsed parsed = parse(failing);
        if (one.name.starts_with("E01")) {
            ASSERT_FALSE(parsed.diagnostics.empty()) << one.name;
            EXPECT_EQ(info(parsed.diagnostics[0].code).name, one.name);
        } else {
            EXPECT_TRUE(parsed.accepted || info(parsed.diagnostics[0].code).name == one.name) << one.name;
        }
    }
}

TEST(ParserHelp, OpeningBracketIsShown) {
    const Parsed parsed = parse("main = f (a b -> c)");
    ASSERT_EQ(parsed.diagnostics.size(), 1U);
    ASSERT_EQ(parsed.diagnostics[0].secondary.size(), 1U);
    EXPECT_EQ(parsed.diagnostics[0].secondary[0].span.begin, 9U);
}

} // namespace
} // namespace pfq::lang
