#include "engine/capture/input.hpp"
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pfq::capture {
namespace {

/// Owns a descriptor, but for standard input.
class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd_ > STDIN_FILENO)
            ::close(fd_);
    }
    [[nodiscard]] int get() const { return fd_; }

private:
    int fd_;
};

/// read(2) that waits on a descriptor somebody else made non-blocking; a signal ends the wait with EINTR.
ssize_t read_some(int fd, std::uint8_t* to, std::size_t size) {
    while (true) {
        const auto got = ::read(fd, to, size);
        if (got >= 0 || errno != EAGAIN)
            return got;
        pollfd wanted{fd, POLLIN, 0};
        if (::poll(&wanted, 1, -1) < 0)
            return -1;
    }
}

} // namespace

std::expected<std::unique_ptr<Input>, int> open_input(const std::string& path, bool allow_mapping) {
    const bool standard_input = path == "-";
    const int fd = standard_input ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return std::unexpected(errno);
    const auto descriptor = std::make_shared<Descriptor>(fd);
    struct stat status{};
    if (::fstat(fd, &status) != 0)
        return std::unexpected(errno);
    if (S_ISDIR(status.st_mode))
        return std::unexpected(EISDIR);
    // Files of /proc claim no bytes, and standard input may have been read in part: those are streams.
    const bool whole = S_ISREG(status.st_mode) && status.st_size > 0 && ::lseek(fd, 0, SEEK_CUR) == 0;
    if (whole && allow_mapping)
        return make_mapped_input(fd, static_cast<std::uint64_t>(status.st_size));
    return make_stream_input(
        [descriptor](std::uint8_t* to, std::size_t size) { return read_some(descriptor->get(), to, size); });
}

} // namespace pfq::capture
