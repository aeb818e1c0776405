// Colors, suggestions, error lines and program texts.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "tools/common/errors.hpp"
#include "tools/common/program_source.hpp"
#include "tools/common/terminal.hpp"

namespace {

using namespace pfq::tools;

/// Clears what decides about color, and restores nothing: every test sets what it needs.
struct Terminal : testing::Test {
    void SetUp() override {
        for (const char* name : {"NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "PFQ_COLOR", "COLUMNS"})
            ::unsetenv(name);
        ASSERT_EQ(::pipe(pipe_), 0);
    }
    void TearDown() override {
        ::close(pipe_[0]);
        ::close(pipe_[1]);
    }
    int pipe_[2] = {};
    [[nodiscard]] bool color(std::optional<std::string_view> when = {}) const { return use_color(when, pipe_[1]); }
};

TEST_F(Terminal, color_is_off_in_a_pipe) {
    EXPECT_FALSE(color());
}

TEST_F(Terminal, color_follows_the_order_of_wishes) {
    ::setenv("PFQ_COLOR", "always", 1);
    EXPECT_TRUE(color());
    ::setenv("PFQ_COLOR", "never", 1);
    ::setenv("CLICOLOR_FORCE", "1", 1);
    EXPECT_TRUE(color());
    ::setenv("CLICOLOR_FORCE", "0", 1);
    EXPECT_FALSE(color());
    ::setenv("FORCE_COLOR", "1", 1);
    EXPECT_TRUE(color());
    ::setenv("NO_COLOR", "1", 1);
    EXPECT_FALSE(color());
    EXPECT_TRUE(color("always"));
    ::setenv("NO_COLOR", "", 1);
    EXPECT_TRUE(color());
    EXPECT_FALSE(color("never"));
    EXPECT_TRUE(color("auto"));
}

TEST_F(Terminal, width_comes_from_columns) {
    EXPECT_EQ(terminal_width(pipe_[1]), 80u);
    ::setenv("COLUMNS", "132", 1);
    EXPECT_EQ(terminal_width(pipe_[1]), 132u);
    ::setenv("COLUMNS", "many", 1);
    EXPECT_EQ(terminal_width(pipe_[1]), 80u);
}

TEST(errors, are_lines_of_text_or_json) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(Reporter("run").failure(system_error("open", "x", ENOENT)), exit_runtime_error);
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "pfq run: cannot open 'x': No such file or directory\n");
    testing::internal::CaptureStderr();
    EXPECT_EQ(Reporter("run", true).usage("odd \xff name"), exit_usage);
    const auto document = nlohmann::json::parse(testing::internal::GetCapturedStderr());
    EXPECT_EQ(document.at("type"), "error");
    EXPECT_EQ(document.at("version"), 1);
    EXPECT_EQ(document.at("command"), "run");
    EXPECT_EQ(document.at("code"), 2);
    EXPECT_EQ(document.at("message"), "odd \xef\xbf\xbd name");
}

struct Program : testing::Test {
    std::filesystem::path directory =
        std::filesystem::path(testing::TempDir()) / ("pfq-program-" + std::to_string(::getpid()));
    void SetUp() override { std::filesystem::create_directories(directory / "Lib"); }
    void TearDown() override { std::filesystem::remove_all(directory); }
    std::string write(const char* name, const char* text) const {
        std::ofstream(directory / name) << text;
        return (directory / name).string();
    }
};

TEST_F(Program, text_and_file_become_sources) {
    EXPECT_EQ(program_from_text("main = ip").sources[0].name(), "-e");
    const std::string path = write("p.pfq", "main = tcp");
    const auto program = program_from_file(path);
    ASSERT_TRUE(program) << program.error();
    EXPECT_EQ(program->sources[program->file].text(), "main = tcp");
    EXPECT_EQ(program->sources[program->file].name(), path);
}

TEST_F(Program, modules_are_found_beside_the_file) {
    const std::string main = write("p.pfq", "import Lib.Filter");
    write("Lib/Filter.pfq", "module Lib.Filter where");
    write("Lib/Old.hs", "module Lib.Old where");
    const auto program = program_from_file(main);
    ASSERT_TRUE(program) << program.error();
    const auto module = program->loader("Lib.Filter");
    ASSERT_TRUE(module);
    EXPECT_EQ(module->file_name, (directory / "Lib/Filter.pfq").string());
    EXPECT_EQ(module->text, "module Lib.Filter where");
    EXPECT_TRUE(program->loader("Lib.Old"));
    EXPECT_FALSE(program->loader("Lib.Other"));
    EXPECT_TRUE(program->load_errors->empty());
}

TEST_F(Program, a_module_that_is_there_but_cannot_be_read_is_told) {
    std::filesystem::create_directories(directory / "Lib/Filter.pfq");
    const auto program = program_from_file(write("p.pfq", ""));
    ASSERT_TRUE(program) << program.error();
    EXPECT_FALSE(program->loader("Lib.Filter"));
    EXPECT_THAT(*program->load_errors,
                testing::ElementsAre("cannot read '" + (directory / "Lib/Filter.pfq").string() + "': Is a directory"));
}

TEST_F(Program, errors_name_the_path_and_the_reason) {
    EXPECT_EQ(program_from_file("/nonexistent/p.pfq").error(),
              "cannot open '/nonexistent/p.pfq': No such file or directory");
    EXPECT_EQ(read_text("/dev/zero").error(), "cannot read '/dev/zero': longer than 16 MiB");
}

} // namespace
