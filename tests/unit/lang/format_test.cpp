#include "lang/syntax/format.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "lang/syntax/compare.hpp"
#include "lang/syntax/lexer.hpp"
#include "lang/syntax/parse.hpp"
#include "lang/syntax/print.hpp"
#include "tests/unit/lang/programs.hpp"

namespace pfq::lang {
namespace {

std::string format(const std::string& text) {
    SourceSet sources;
    auto formatted = format_program(sources, sources.add("test", text));
    return formatted ? *formatted : "error: " + formatted.error().at(0).message;
}

/// Letters of all comments, in textual order. (Without blanks: two comments that come to stand on one line get one
/// between them.)
std::string comments_of(const std::string& text) {
    SourceSet sources;
    Diagnostics diagnostics;
    auto lexed = lex(sources, sources.add("test", text), diagnostics);
    std::string all;
    for (const Comment& comment : lexed.value_or(Lexed{}).comments)
        for (char c : text.substr(comment.span.begin, comment.span.end - comment.span.begin))
            if (c != ' ' && c != '\r')
                all += c;
    return all;
}

/// What must hold for every program.
void check(const std::string& text) {
    SourceSet sources;
    Diagnostics diagnostics;
    const auto file = sources.add("test", text);
    auto before = parse_layout(sources, file, diagnostics);
    ASSERT_TRUE(before) << text << "\n" << diagnostics[0].message;
    auto formatted = format_program(sources, file);
    ASSERT_TRUE(formatted);
    const auto again = sources.add("formatted", *formatted);
    auto after = parse_layout(sources, again, diagnostics);
    ASSERT_TRUE(after) << text << "\n--->\n" << *formatted << "\n" << diagnostics[0].message;
    EXPECT_TRUE(same_tree(*before, *after)) << text << "\n--->\n"
                                            << *formatted << print_tree(*before) << print_tree(*after);
    EXPECT_EQ(is_bare_expression(sources, file), is_bare_expression(sources, again)) << text;
    EXPECT_EQ(format(*formatted), *formatted) << "not stable:\n" << text;
    std::string kept = comments_of(text), found = comments_of(*formatted);
    std::ranges::sort(kept);
    std::ranges::sort(found);
    EXPECT_EQ(kept, found) << text << "\n--->\n" << *formatted;
}

TEST(Format, KeepsEveryProgram) {
    for (const std::string& text : test_programs())
        check(text);
}

TEST(Format, OneLine) {
    EXPECT_EQ(format("main   =  when   is_tcp drop"), "main = when is_tcp drop\n");
    EXPECT_EQ(format("tcp>->port 443 >->steer_flow"), "tcp >-> port 443 >-> steer_flow\n");
    EXPECT_EQ(format("[80,443 , 8000 .. 8010]"), "[80, 443, 8000..8010]\n");
    EXPECT_EQ(format("let {x=0x10} in f x"), "let x = 0x10 in f x\n");
    EXPECT_EQ(format("x+++y=if a then b else c"), "x +++ y = if a then b else c\n");
    EXPECT_EQ(format(""), "");
}

TEST(Format, LongChains) {
    EXPECT_EQ(
        format("main = addr \"10.0.0.0/8\" >-> port 443 >-> filter (ip_ttl .< 5 .||. has_vlan) >-> log_packet >-> "
               "steer_flow"),
        "main = addr \"10.0.0.0/8\"\n"
        "    >-> port 443\n"
        "    >-> filter (ip_ttl .< 5 .||. has_vlan)\n"
        "    >-> log_packet\n"
        "    >-> steer_flow\n");
}

TEST(Format, Blocks) {
    EXPECT_EQ(format("main = do { tcp; shift $ do { udp; port 53 }; steer_flow } where { a = b; c = d }"),
              "main = do\n"
              "    tcp\n"
              "    shift $ do\n"
              "        udp\n"
              "        port 53\n"
              "    steer_flow\n"
              "    where\n"
              "        a = b\n"
              "        c = d\n");
    EXPECT_EQ(format("f x | x > 1 = a | otherwise = case x of { 1 -> b; _ | y -> c }"), "f x\n"
                                                                                        "    | x > 1 = a\n"
                                                                                        "    | otherwise = case x of\n"
                                                                                        "        1 -> b\n"
                                                                                        "        _\n"
                                                                                        "            | y -> c\n");
    EXPECT_EQ(format("main = if a then b else if c then d else e"), "main =\n"
                                                                    "    if a then b\n"
                                                                    "    else if c then d\n"
                                                                    "    else e\n");
}

TEST(Format, EmptyLinesAndComments) {
    EXPECT_EQ(
        format("-- | Web.\nweb = tcp   -- really\n\n\n\n-- end of\nmain = do\n  -- first\n  web -- second\n\n  drop\n"
               "  -- last\n-- end\n"),
        "-- | Web.\n"
        "web = tcp -- really\n"
        "\n"
        "-- end of\n"
        "main = do\n"
        "    -- first\n"
        "    web -- second\n"
        "\n"
        "    drop\n"
        "    -- last\n"
        "-- end\n");
    EXPECT_EQ(format("main = f {- inside -} x"), "main = f x {- inside -}\n");
    EXPECT_EQ(format("main = (f {- inside -}) x"), "{- inside -}\nmain = (f) x\n");
}

TEST(Format, UnknownFixitiesDoNotMatter) {
    EXPECT_EQ(format("import Ops\nmain = a <+> b . c <+> (d +++ e . f +++)"),
              "import Ops\n\nmain = a <+> b . c <+> (d +++ e . f +++)\n");
}

TEST(Format, RefusesWhatIsNoProgram) {
    EXPECT_EQ(format("main = ("), "error: `(` is never closed");
}

} // namespace
} // namespace pfq::lang
