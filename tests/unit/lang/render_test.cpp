#include "lang/diagnostics/render.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lang/diagnostics/suggest.hpp"

namespace pfq::lang {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(RenderText, LabelNoteAndHelp) {
    SourceSet sources;
    const auto file = sources.add("web.pfq", "-- web\n\nmain = tcp >-> stear_flow\n");
    const Span place{23, 33, file};
    Diagnostic d{Code::unknown_name,
                 Severity::error,
                 "unknown name `stear_flow`",
                 {place, "not defined"},
                 {},
                 {"a note"},
                 {{"help alone", {}}, {"did you mean `steer_flow`?", Edit{place, "steer_flow"}}}};
    EXPECT_EQ(render_text(d, sources, false), "error[E0201]: unknown name `stear_flow`\n"
                                              " --> web.pfq:3:16\n"
                                              "  |\n"
                                              "3 | main = tcp >-> stear_flow\n"
                                              "  |                ^^^^^^^^^^ not defined\n"
                                              "  = note: a note\n"
                                              "  = help: help alone\n"
                                              "  |\n"
                                              "help: did you mean `steer_flow`?\n"
                                              "  |\n"
                                              "3 | main = tcp >-> steer_flow\n"
                                              "  |                ~~~~~~~~~~\n");
}

TEST(RenderText, SeveralLabels) {
    SourceSet sources;
    const auto file = sources.add("t", "a == b == c\n\nx\n\n\ny\n");
    Diagnostic d{Code::fixity_conflict,
                 Severity::warning,
                 "two of them",
                 {{7, 9, file}, "second"},
                 {{{2, 4, file}, "first"}, {{13, 14, file}, "x"}, {{17, 18, file}, "y"}},
                 {},
                 {}};
    EXPECT_EQ(render_text(d, sources, false), "warning[E0107]: two of them\n"
                                              " --> t:1:8\n"
                                              "  |\n"
                                              "1 | a == b == c\n"
                                              "  |   --   ^^ second\n"
                                              "  |   |\n"
                                              "  |   first\n"
                                              "2 |\n"
                                              "3 | x\n"
                                              "  | - x\n"
                                              "...\n"
                                              "6 | y\n"
                                              "  | - y\n");
}

TEST(RenderText, TabsAndWideCharacters) {
    SourceSet sources;
    const auto file = sources.add("t", "\ta\t\"\xe6\xbc\xa2\xc3\xa4\" b");
    Diagnostic d{Code::syntax_error, Severity::error, "here", {{11, 12, file}, "b"}, {}, {}, {}};
    EXPECT_EQ(render_text(d, sources, false), "error[E0104]: here\n"
                                              " --> t:1:9\n"
                                              "  |\n"
                                              "1 |         a       \"\xe6\xbc\xa2\xc3\xa4\" b\n"
                                              "  |                       ^ b\n");
}

TEST(RenderText, OtherFilesAndSpansOfSeveralLines) {
    SourceSet sources;
    const auto first = sources.add("a", "one two\nthree");
    const auto second = sources.add("b", "\n\nfour");
    Diagnostic d{
        Code::import_cycle, Severity::error, "m", {{4, 10, first}, "here"}, {{{2, 6, second}, "there"}}, {}, {}};
    EXPECT_EQ(render_text(d, sources, false), "error[E0206]: m\n"
                                              " --> a:1:5\n"
                                              "  |\n"
                                              "1 | one two\n"
                                              "  |     ^^^ here\n"
                                              " ::: b:3:1\n"
                                              "  |\n"
                                              "3 | four\n"
                                              "  | ---- there\n");
}

TEST(RenderText, ColorsAreEscapes) {
    SourceSet sources;
    const auto file = sources.add("t", "x");
    Diagnostic d{Code::syntax_error, Severity::error, "m", {{0, 1, file}, ""}, {}, {}, {}};
    EXPECT_THAT(render_text(d, sources, true), StartsWith("\x1b[1;31merror[E0104]\x1b[0m"));
    EXPECT_THAT(render_text(d, sources, false), testing::Not(HasSubstr("\x1b")));
}

TEST(RenderText, PlacesBeyondTheText) {
    SourceSet sources;
    const auto file = sources.add("t", "x\n");
    Diagnostic d{Code::syntax_error, Severity::error, "m", {{2, 2, file}, "end"}, {}, {}, {}};
    EXPECT_THAT(render_text(d, sources, false), HasSubstr("2 |\n  | ^ end\n"));
    d.primary.span = {50, 60, file};
    EXPECT_THAT(render_text(d, sources, false), HasSubstr("^ end"));
    d.primary.span = {0, 0, 9};
    EXPECT_EQ(render_text(d, sources, false), "error[E0104]: m\n");
}

TEST(RenderJson, WholeDiagnostic) {
    SourceSet sources;
    const auto file = sources.add("a\"b", "x\n\xc3\xa4y");
    Diagnostic d{Code::unknown_name,
                 Severity::error,
                 "tab\t and \xff",
                 {{4, 5, file}, "l"},
                 {{{0, 1, file}, "s"}},
                 {"n"},
                 {{"h", Edit{{4, 5, file}, "z"}}}};
    const std::string place =
        R"("file":"a\"b","span":{"begin":4,"end":5,"line":2,"column":2,"end_line":2,"end_column":3})";
    const std::string other =
        R"("file":"a\"b","span":{"begin":0,"end":1,"line":1,"column":1,"end_line":1,"end_column":2})";
    EXPECT_EQ(render_json(d, sources), "{\"type\":\"diagnostic\",\"severity\":\"error\",\"code\":\"E0201\","
                                       "\"message\":\"tab\\t and \xef\xbf\xbd\"," +
                                           place + ",\"label\":\"l\",\"labels\":[{" + other +
                                           ",\"text\":\"s\"}],\"notes\":[\"n\"],\"help\":[{\"text\":\"h\",\"edit\":{" +
                                           place + ",\"replacement\":\"z\"}}]}");
}

TEST(Codes, EveryCodeHasAPage) {
    for (const CodeInfo& one : all_codes()) {
        const std::string page(explanation(one.code));
        EXPECT_THAT(page, StartsWith("# " + std::string(one.name) + ": " + std::string(one.title) + "\n")) << one.name;
        const bool generated = page.find("```pfq-generated\n") != std::string::npos;
        const bool programs =
            page.find("```pfq-fail\n") != std::string::npos && page.find("```pfq\n") != std::string::npos;
        EXPECT_NE(generated, programs) << one.name;
    }
}

TEST(Codes, AreFoundByName) {
    for (const char* text : {"E0201", "e0201", "0201", "201"})
        EXPECT_EQ(find_code(text), Code::unknown_name) << text;
    for (const char* text : {"", "E", "E0999", "02011", "E20x", "tcp"})
        EXPECT_EQ(find_code(text), std::nullopt) << text;
    EXPECT_EQ(info(Code::not_utf8).name, "E0109");
}

TEST(Suggest, NearNames) {
    const std::vector<std::string> names{"tcp", "udp", "steer_flow", "steer_link", "has_port", "is_tcp"};
    EXPECT_EQ(suggest("stear_flow", names), "steer_flow");
    EXPECT_EQ(suggest("steerFlow", names), "steer_flow");
    EXPECT_EQ(suggest("tpc", names), "tcp");
    EXPECT_EQ(suggest("TCP", names), "tcp");
    EXPECT_EQ(suggest("hasport", names), "has_port");
    EXPECT_EQ(suggest("forward", names), std::nullopt);
    EXPECT_EQ(suggest("x", names), std::nullopt);
    EXPECT_EQ(suggest(std::string(1000, 'x'), names), std::nullopt);
}

TEST(Suggest, Distance) {
    EXPECT_EQ(edit_distance("", "abc"), 3U);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
    EXPECT_EQ(edit_distance("ab", "ba"), 1U);
    EXPECT_EQ(edit_distance("same", "same"), 0U);
}

} // namespace
} // namespace pfq::lang
