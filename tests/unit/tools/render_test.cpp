// What is derived from the option table mentions everything in it.
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

#include "tools/common/completion.hpp"
#include "tools/common/help.hpp"
#include "tools/common/man.hpp"

namespace {

using namespace pfq::tools;
using testing::HasSubstr;

const Command& sample() {
    static const Command command = {
        .name = "sample",
        .summary = "try the renderers",
        .positionals = {{.value = file("PROGRAM"),
                         .optional = true,
                         .help = "a program with words enough to need a second line"}},
        .options =
            {{.name = "emit",
              .letter = 'e',
              .value = choice("WHAT", {"asm", "json"}),
              .section = "Output",
              .help = "print it"},
             {.name = "a-rather-long-name-for-it", .value = text("TEXT"), .help = ".starts with a point"},
             {.name = "device", .letter = 'i', .value = device("DEVICE"), .section = "Output", .help = "from there"}},
        .description = "First paragraph.\n\nSecond paragraph.",
        .examples = {{"pfq sample -e asm", "does it"}},
    };
    return command;
}

TEST(help, names_every_option_and_exit_status) {
    const std::string help = render_help(sample(), 80);
    EXPECT_THAT(help, testing::StartsWith("usage: pfq sample [OPTIONS] [PROGRAM]\n"));
    for (const Option* option : options_of(sample())) {
        EXPECT_THAT(help, HasSubstr(option_heading(*option)));
        EXPECT_THAT(help, HasSubstr(std::string(option->section) + ":\n"));
    }
    for (const auto& exit : exit_meanings())
        EXPECT_THAT(help, HasSubstr(exit.meaning));
}

TEST(help, fits_the_width) {
    for (unsigned width : {50u, 80u, 120u}) {
        std::istringstream lines(render_help(sample(), width));
        for (std::string line; std::getline(lines, line);)
            EXPECT_LE(line.size(), width) << line;
    }
}

TEST(help, wraps_at_words) {
    EXPECT_EQ(wrap("one two three four five six", 0, 20), "one two three four\nfive six");
    EXPECT_EQ(wrap("aa bb", 4, 10), "aa bb"); // never less than 20 columns of text
    EXPECT_EQ(wrap("", 4, 80), "");
}

TEST(man, has_the_sections_and_escapes) {
    const std::string page = render_man(sample());
    for (const char* section : {"NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "EXIT STATUS"})
        EXPECT_THAT(page, HasSubstr(std::string(".SH ") + section + "\n"));
    EXPECT_THAT(page, HasSubstr("\\fB\\-e\\fR, \\fB\\-\\-emit\\fR=\\fIWHAT\\fR\nprint it\n"));
    EXPECT_THAT(page, HasSubstr("\n\\&.starts with a point\n"));
    EXPECT_THAT(page, HasSubstr(".PP\nSecond paragraph.\n"));
}

/// Runs the script in bash with a command line and returns what it completes, one per line.
std::string complete(const std::string& words, unsigned current) {
    const Command* commands[] = {&sample()};
    const std::string path = testing::TempDir() + "pfq-completion.bash";
    std::ofstream(path) << render_completion_bash(commands);
    const std::string script = "bash --norc -c 'source " + path + "; COMP_WORDS=(" + words +
                               "); COMP_CWORD=" + std::to_string(current) +
                               "; _pfq; printf \"%s\\n\" \"${COMPREPLY[@]}\"'";
    FILE* pipe = ::popen(script.c_str(), "r");
    std::string out;
    for (int c; (c = std::fgetc(pipe)) != EOF;)
        out += static_cast<char>(c);
    EXPECT_EQ(::pclose(pipe), 0);
    return out;
}

TEST(completion, works_in_bash) {
    EXPECT_EQ(complete("pfq sam", 1), "sample\n");
    EXPECT_EQ(complete("pfq sample --em", 2), "--emit\n");
    EXPECT_EQ(complete("pfq sample --emit = js", 4), "json\n");
    EXPECT_EQ(complete("pfq sample -e a", 3), "asm\n");
    EXPECT_EQ(complete("pfq sample --emit =", 3), "asm\njson\n");
    EXPECT_THAT(complete("pfq sample -i \"\"", 3), HasSubstr("lo\n"));
}

} // namespace
