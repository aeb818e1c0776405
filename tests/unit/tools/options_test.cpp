#include "tools/common/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace pfq::tools;
using testing::ElementsAre;
using testing::HasSubstr;

const Command& sample() {
    static const Command command = {
        .name = "sample",
        .summary = "try the parser",
        .positionals = {{.value = file("PROGRAM"), .optional = true, .help = "a program"},
                        {.value = file("MORE"), .optional = true, .repeatable = true, .help = "more"}},
        .options =
            {{.name = "read",
              .letter = 'r',
              .value = file("FILE"),
              .repeatable = true,
              .section = "Input",
              .help = "read it"},
             {.name = "group",
              .letter = 'g',
              .value = text("NAME"),
              .repeatable = true,
              .section = "Groups",
              .help = "open"},
             {.name = "count", .letter = 'c', .value = number("N", 1, 100), .section = "Input", .help = "stop after"},
             {.name = "ring", .value = size("SIZE", 1024, 1ULL << 30), .help = "bytes"},
             {.name = "emit", .value = choice("WHAT", {"asm", "json", "types"}), .help = "print"},
             {.name = "quiet", .letter = 'q', .help = "say less"},
             {.name = "verbose", .letter = 'v', .help = "say more"}},
    };
    return command;
}

std::expected<Arguments, std::string> run(std::vector<const char*> args) {
    return parse(sample(), args);
}

std::string error_of(std::vector<const char*> args) {
    auto parsed = run(std::move(args));
    return parsed ? "no error" : parsed.error();
}

TEST(options, long_options_take_values_both_ways) {
    const auto a = run({"--read=a", "--read", "b", "--read="});
    ASSERT_TRUE(a) << a.error();
    EXPECT_THAT(a->values("read"), ElementsAre("a", "b", ""));
    EXPECT_EQ(a->value("read"), "");
}

TEST(options, short_options_take_values_both_ways_and_cluster) {
    const auto a = run({"-ra", "-r", "b", "-qvrc", "-qv"});
    ASSERT_TRUE(a) << a.error();
    EXPECT_THAT(a->values("read"), ElementsAre("a", "b", "c"));
    EXPECT_TRUE(a->has("quiet"));
    EXPECT_TRUE(a->has("verbose"));
    EXPECT_FALSE(a->has("count"));
}

TEST(options, a_value_may_look_like_an_option) {
    const auto a = run({"--group", "-1", "-g", "--x"});
    ASSERT_TRUE(a) << a.error();
    EXPECT_THAT(a->values("group"), ElementsAre("-1", "--x"));
}

TEST(options, two_dashes_end_the_options_and_one_is_an_argument) {
    const auto a = run({"-", "-q", "--", "-v", "--read"});
    ASSERT_TRUE(a) << a.error();
    EXPECT_THAT(a->positionals(), ElementsAre("-", "-v", "--read"));
    EXPECT_FALSE(a->has("verbose"));
}

TEST(options, occurrences_keep_the_order_of_the_command_line) {
    const auto a = run({"-r", "x", "p", "--group", "one", "-r", "y"});
    ASSERT_TRUE(a) << a.error();
    std::vector<std::string> seen;
    for (const auto& o : a->occurrences())
        seen.push_back((o.option ? std::string(o.option->name) : "positional") + ":" + o.text);
    EXPECT_THAT(seen, ElementsAre("read:x", "positional:p", "group:one", "read:y"));
}

TEST(options, unknown_options_are_errors_with_a_suggestion_when_one_is_near) {
    EXPECT_EQ(error_of({"--raed", "x"}), "unknown option '--raed', did you mean '--read'?");
    EXPECT_EQ(error_of({"--cont=1"}), "unknown option '--cont', did you mean '--count'?");
    EXPECT_EQ(error_of({"--zzzzzz"}), "unknown option '--zzzzzz', see 'pfq sample --help'");
    EXPECT_EQ(error_of({"-qx"}), "unknown option '-x', see 'pfq sample --help'");
}

TEST(options, values_are_required_refused_and_unique_as_the_table_says) {
    EXPECT_EQ(error_of({"--read"}), "option '--read' needs a value FILE");
    EXPECT_EQ(error_of({"-qr"}), "option '-r' needs a value FILE");
    EXPECT_EQ(error_of({"--quiet=yes"}), "option '--quiet' takes no value");
    EXPECT_EQ(error_of({"-c1", "--count=2"}), "option '--count' is given twice");
}

TEST(options, numbers_are_checked) {
    EXPECT_EQ(run({"-c100"})->number("count"), 100u);
    EXPECT_EQ(run({"-c0x10"})->number("count"), 16u);
    EXPECT_EQ(error_of({"-c0"}), "option '-c': 0 is out of range, 1 to 100 is possible");
    EXPECT_EQ(error_of({"-c101"}), "option '-c': 101 is out of range, 1 to 100 is possible");
    EXPECT_THAT(error_of({"-c99999999999999999999"}), HasSubstr("out of range"));
    for (const char* bad : {"", "-1", "+1", " 1", "1 ", "1k", "0x", "ten"})
        EXPECT_EQ(error_of({"--count", bad}), "option '--count': invalid number '" + std::string(bad) + "'");
}

TEST(options, sizes_take_suffixes) {
    EXPECT_EQ(run({"--ring=4k"})->number("ring"), 4096u);
    EXPECT_EQ(run({"--ring=2M"})->number("ring"), 2u << 20);
    EXPECT_EQ(run({"--ring=1G"})->number("ring"), 1u << 30);
    EXPECT_EQ(run({"--ring=2048"})->number("ring"), 2048u);
    EXPECT_THAT(error_of({"--ring=1023"}), HasSubstr("out of range"));
    EXPECT_THAT(error_of({"--ring=18446744073709551615G"}), HasSubstr("out of range"));
    for (const char* bad : {"k", "", "1kk", "1T"})
        EXPECT_EQ(error_of({"--ring", bad}), "option '--ring': invalid number '" + std::string(bad) + "'");
}

TEST(options, choices_are_checked) {
    EXPECT_EQ(run({"--emit=asm"})->value("emit"), "asm");
    EXPECT_EQ(error_of({"--emit=typse"}),
              "option '--emit': invalid WHAT 'typse', did you mean 'types'? (one of asm, json, types)");
    EXPECT_EQ(error_of({"--emit=q"}), "option '--emit': invalid WHAT 'q' (one of asm, json, types)");
}

TEST(options, arguments_are_counted) {
    static const Command one = {.name = "one", .summary = "s", .positionals = {{.value = text("CODE")}}};
    const char* two_args[] = {"a", "b"};
    EXPECT_EQ(parse(one, {}).error(), "missing argument CODE, see 'pfq one --help'");
    EXPECT_EQ(parse(one, two_args).error(), "unexpected argument 'b'");
    EXPECT_TRUE(parse(one, std::span(two_args).first(1)));
}

TEST(options, help_stops_the_parser) {
    const auto a = run({"-qh", "--unknown"});
    ASSERT_TRUE(a) << a.error();
    EXPECT_TRUE(a->wants_help());
    EXPECT_FALSE(run({"-q"})->wants_help());
}

} // namespace
