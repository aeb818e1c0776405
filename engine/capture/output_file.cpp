#include "engine/capture/output_file.hpp"
#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pfq::capture {
namespace {

CaptureError system_error(const std::string& name, int code) {
    const char* remedy = "";
    switch (code) {
    case ENOSPC:
        remedy = "; free space, or write elsewhere";
        break;
    case EACCES:
    case EPERM:
        remedy = "; you may not write there";
        break;
    case EROFS:
        remedy = "; write to another file system";
        break;
    case EPIPE:
        remedy = ": its reader has gone";
        break;
    default:
        break;
    }
    return {fmt::format("{}: {}{}", name, std::strerror(code), remedy), 0, code};
}

bool same_file(const struct stat& file, const std::string& path) {
    struct stat other{};
    const int result = path == "-" ? ::fstat(STDIN_FILENO, &other) : ::stat(path.c_str(), &other);
    return result == 0 && other.st_dev == file.st_dev && other.st_ino == file.st_ino;
}

} // namespace

OutputFile::OutputFile(int fd, bool owned, std::string name)
    : name_(std::move(name)), fd_(fd), owned_(owned),
      buffer_(std::make_unique_for_overwrite<std::uint8_t[]>(buffer_size)), piece_(buffer_.get()),
      cursor_(buffer_.get()), limit_(buffer_.get() + buffer_size) {
    struct stat status{};
    regular_ = ::fstat(fd_, &status) == 0 && S_ISREG(status.st_mode);
    if (regular_) {
        const bool appends = (::fcntl(fd_, F_GETFL) & O_APPEND) != 0;
        base_ = appends ? status.st_size : std::max<off_t>(::lseek(fd_, 0, SEEK_CUR), 0);
    }
}

OutputFile::~OutputFile() {
    if (owned_ && fd_ >= 0)
        ::close(fd_);
}

OutputFile::Result OutputFile::create(const std::string& path, std::span<const std::string> inputs) {
    const bool standard_output = path == "-";
    const std::string name = standard_output ? "standard output" : path;
    const int fd = standard_output ? STDOUT_FILENO : ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        return std::unexpected(system_error(name, errno));
    std::unique_ptr<OutputFile> file(new OutputFile(fd, !standard_output, name));
    struct stat status{};
    if (::fstat(fd, &status) != 0)
        return std::unexpected(system_error(name, errno));
    if (file->regular_) {
        for (const auto& input : inputs) {
            if (same_file(status, input))
                return std::unexpected(
                    CaptureError{fmt::format("{}: the file is being read; write to another one", name), 0, 0});
        }
        if (!standard_output && ::ftruncate(fd, 0) != 0)
            return std::unexpected(system_error(name, errno));
    }
    return file;
}

OutputFile::Result OutputFile::adopt(int fd, std::string name) {
    if (::fcntl(fd, F_GETFL) < 0)
        return std::unexpected(system_error(name, errno));
    return std::unique_ptr<OutputFile>(new OutputFile(fd, false, std::move(name)));
}

void OutputFile::end_piece() {
    if (cursor_ != piece_)
        pieces_.push_back({piece_, static_cast<std::size_t>(cursor_ - piece_)});
    piece_ = cursor_;
}

void OutputFile::refer(const std::uint8_t* data, std::size_t bytes) {
    end_piece();
    pieces_.push_back({const_cast<std::uint8_t*>(data), bytes});
}

bool OutputFile::flush() {
    if (error_)
        return false;
    end_piece();
    const bool written = pieces_.empty() || write_pieces();
    pieces_.clear();
    piece_ = cursor_ = buffer_.get();
    if (written) {
        flushed_ = end_;
        ends_.clear();
    }
    return written;
}

bool OutputFile::write_pieces() {
    std::span<iovec> rest = pieces_;
    while (!rest.empty()) {
        std::size_t count = 0;
        if (const int code = write_once(rest.first(std::min<std::size_t>(rest.size(), IOV_MAX)), count); code != 0) {
            fail(code);
            return false;
        }
        written_ += count;
        while (!rest.empty() && count >= rest.front().iov_len) {
            count -= rest.front().iov_len;
            rest = rest.subspan(1);
        }
        if (count != 0) {
            rest.front().iov_base = static_cast<std::uint8_t*>(rest.front().iov_base) + count;
            rest.front().iov_len -= count;
        }
    }
    return true;
}

/// One writev(2) that waits when the descriptor is non-blocking, and goes on after a signal. 0, or errno.
int OutputFile::write_once(std::span<iovec> pieces, std::size_t& count) {
    while (true) {
        const auto result = ::writev(fd_, pieces.data(), static_cast<int>(pieces.size()));
        if (result > 0) {
            count = static_cast<std::size_t>(result);
            return 0;
        }
        if (result == 0)
            return EIO; // nothing written, nothing said: trying again would never end
        if (errno == EAGAIN) {
            pollfd wanted{fd_, POLLOUT, 0};
            ::poll(&wanted, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
}

// What was written of the last record is of no use to anybody, and would make the file a damaged one.
void OutputFile::fail(int code) {
    error_ = system_error(name_, code);
    const auto beyond = std::ranges::upper_bound(ends_, written_, {}, &End::bytes);
    if (beyond != ends_.begin())
        flushed_ = *std::prev(beyond);
    if (regular_ && ::ftruncate(fd_, base_ + static_cast<off_t>(flushed_.bytes)) == 0)
        written_ = flushed_.bytes;
    ends_.clear();
}

bool OutputFile::close() {
    const bool flushed = flush();
    if (!owned_ || fd_ < 0)
        return flushed;
    const int result = ::close(fd_);
    fd_ = -1;
    if (result == 0 || error_)
        return flushed;
    error_ = system_error(name_, errno);
    return false;
}

} // namespace pfq::capture
