#include "tools/common/output.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/common/errors.hpp"

namespace pfq::tools {
namespace {

/// 0 or an errno value.
int write_all(int fd, std::string_view data) {
    while (!data.empty()) {
        const ssize_t written = ::write(fd, data.data(), data.size());
        if (written < 0 && errno != EINTR)
            return errno;
        if (written > 0)
            data.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

std::unexpected<std::string> failed(const std::string& path, int error_number) {
    return std::unexpected(system_error("write", path, error_number));
}

} // namespace

std::expected<void, std::string> write_output(const std::string& path, std::string_view data) {
    if (path == "-") {
        std::fflush(stdout);
        if (const int error = write_all(STDOUT_FILENO, data))
            return failed("standard output", error);
        return {};
    }
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return failed(path, errno);
    const int error = write_all(fd, data);
    if (::close(fd) != 0 || error)
        return failed(path, error ? error : errno);
    return {};
}

std::expected<void, std::string> replace_file(const std::string& path, std::string_view data) {
    std::error_code code;
    const std::string real = std::filesystem::canonical(path, code).string();
    struct stat status{};
    if (code || ::stat(real.c_str(), &status) != 0)
        return failed(path, code ? code.value() : errno);
    std::string temporary = real + ".XXXXXX";
    const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
    if (fd < 0)
        return failed(path, errno);
    int error = write_all(fd, data);
    if (error == 0 && ::fchmod(fd, status.st_mode & 07777) != 0)
        error = errno;
    if (::close(fd) != 0 && error == 0)
        error = errno;
    if (error == 0 && ::rename(temporary.c_str(), real.c_str()) != 0)
        error = errno;
    if (error == 0)
        return {};
    ::unlink(temporary.c_str());
    return failed(path, error);
}

} // namespace pfq::tools
