#include "tools/common/output.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <unistd.h>

namespace {

using namespace pfq::tools;
namespace fs = std::filesystem;

struct Output : testing::Test {
    fs::path directory = fs::path(testing::TempDir()) / ("pfq-output-" + std::to_string(::getpid()));
    void SetUp() override { fs::create_directories(directory); }
    void TearDown() override { fs::remove_all(directory); }
    static std::string content(const fs::path& path) {
        std::ostringstream text;
        text << std::ifstream(path).rdbuf();
        return text.str();
    }
};

TEST_F(Output, files_are_created_and_truncated) {
    const fs::path path = directory / "a";
    ASSERT_TRUE(write_output(path.string(), "a longer text"));
    ASSERT_TRUE(write_output(path.string(), "short"));
    EXPECT_EQ(content(path), "short");
}

TEST_F(Output, errors_name_the_file) {
    EXPECT_EQ(write_output("/nonexistent/a", "x").error(), "cannot write '/nonexistent/a': No such file or directory");
    EXPECT_EQ(write_output("/dev/full", "x").error(), "cannot write '/dev/full': No space left on device");
    EXPECT_EQ(replace_file("/nonexistent/a", "x").error(), "cannot write '/nonexistent/a': No such file or directory");
}

TEST_F(Output, replacing_keeps_mode_and_links_and_leaves_nothing) {
    const fs::path path = directory / "a", link = directory / "link";
    std::ofstream(path) << "old";
    fs::permissions(path, fs::perms::owner_read | fs::perms::group_read);
    fs::create_symlink("a", link);
    ASSERT_TRUE(replace_file(link.string(), "new"));
    EXPECT_EQ(content(path), "new");
    EXPECT_TRUE(fs::is_symlink(link));
    EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::group_read);
    EXPECT_EQ(std::distance(fs::directory_iterator(directory), {}), 2);
}

} // namespace
