#include "tools/common/terminal.hpp"

#include <charconv>
#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

namespace pfq::tools {
namespace {

std::string_view environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

/// FORCE_COLOR=0 means no force.
bool forces(const char* name) {
    const std::string_view value = environment(name);
    return !value.empty() && value != "0";
}

} // namespace

bool is_terminal(int fd) {
    return ::isatty(fd) == 1;
}

bool use_color(std::optional<std::string_view> when, int fd) {
    if (when == "always" || when == "never")
        return when == "always";
    if (!environment("NO_COLOR").empty())
        return false;
    if (forces("FORCE_COLOR") || forces("CLICOLOR_FORCE"))
        return true;
    if (const std::string_view own = environment("PFQ_COLOR"); own == "always" || own == "never")
        return own == "always";
    return is_terminal(fd) && environment("TERM") != "dumb";
}

unsigned terminal_width(int fd) {
    const std::string_view columns = environment("COLUMNS");
    unsigned width = 0;
    std::from_chars(columns.data(), columns.data() + columns.size(), width);
    if (width != 0)
        return width;
    winsize size{};
    if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col != 0)
        return size.ws_col;
    return 80;
}

} // namespace pfq::tools
