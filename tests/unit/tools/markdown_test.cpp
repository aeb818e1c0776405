#include "tools/pfq/explain/markdown.hpp"

#include <gtest/gtest.h>

namespace {

using pfq::tools::markdown_to_text;

TEST(markdown, headings_are_underlined) {
    EXPECT_EQ(markdown_to_text("# A title\n\nText.\n", 80, false), "A title\n-------\n\nText.\n");
    EXPECT_EQ(markdown_to_text("## A title\n", 80, true), "\x1b[1mA title\x1b[0m\n");
}

TEST(markdown, paragraphs_are_wrapped_again) {
    EXPECT_EQ(markdown_to_text("one two\nthree four five\nsix\n\nseven", 20, false),
              "one two three four\nfive six\n\nseven\n");
}

TEST(markdown, code_keeps_its_lines) {
    EXPECT_EQ(markdown_to_text("See:\n```pfq\nmain = a\n  b  c\n\n# d\n```\nEnd\n", 20, false),
              "See:\n    main = a\n      b  c\n\n    # d\nEnd\n");
}

TEST(markdown, list_items_hang) {
    EXPECT_EQ(markdown_to_text("- one two three four five\n- six\n  seven\n", 22, false),
              "- one two three four\n  five\n- six seven\n");
}

TEST(markdown, quoted_code_is_colored_or_left) {
    EXPECT_EQ(markdown_to_text("use `ip` here", 80, false), "use `ip` here\n");
    EXPECT_EQ(markdown_to_text("use `ip` here", 80, true), "use \x1b[36mip\x1b[0m here\n");
    EXPECT_EQ(markdown_to_text("an `open end", 80, true), "an \x1b[36mopen end\x1b[0m\n");
}

TEST(markdown, nothing_is_nothing) {
    EXPECT_EQ(markdown_to_text("", 80, true), "");
}

} // namespace
