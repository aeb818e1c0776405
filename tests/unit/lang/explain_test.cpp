// Every code has a page; its failing programs fail with that code, its mended ones compile.
#include "tests/unit/lang/compiled.hpp"

namespace pfq::test {

namespace {

/// The programs of a page under a fence like "```pfq-fail".
std::vector<std::string> blocks(std::string_view page, const std::string& fence) {
    std::vector<std::string> found;
    std::string current;
    bool inside = false;
    while (!page.empty()) {
        const auto end = page.find('\n');
        const std::string line(page.substr(0, end));
        page.remove_prefix(end == std::string_view::npos ? page.size() : end + 1);
        if (!inside && line == fence) {
            inside = true;
            current.clear();
        } else if (inside && line == "```") {
            inside = false;
            found.push_back(current);
        } else if (inside) {
            current += line + "\n";
        }
    }
    return found;
}

} // namespace

class Explain : public testing::TestWithParam<lang::CodeInfo> {};

TEST_P(Explain, PageIsThere) {
    const auto page = lang::explanation(GetParam().code);
    EXPECT_TRUE(page.starts_with("# " + std::string(GetParam().name) + ": ")) << page.substr(0, 60);
    EXPECT_FALSE(blocks(page, "```pfq-fail").empty() && blocks(page, "```pfq-generated").empty());
}

TEST_P(Explain, FailingProgramsFailWithTheCode) {
    for (const auto& text : blocks(lang::explanation(GetParam().code), "```pfq-fail"))
        EXPECT_EQ(Compiled(text).first_error().substr(0, 5), GetParam().name) << text << Compiled(text).errors();
}

TEST_P(Explain, MendedProgramsCompile) {
    const Modules modules = {{"Lib.Filter", "module Lib.Filter where\nweb = tcp >-> port 80\n"}};
    for (const auto& text : blocks(lang::explanation(GetParam().code), "```pfq"))
        EXPECT_EQ(Compiled(text, modules).errors(), "") << text;
}

INSTANTIATE_TEST_SUITE_P(Codes, Explain, testing::ValuesIn(lang::all_codes()),
                         [](const auto& tested) { return std::string(tested.param.name); });

} // namespace pfq::test
