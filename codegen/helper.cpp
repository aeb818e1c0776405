#include "codegen/helper.hpp"
#include "codegen/descriptor.hpp"
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

extern char** environ;

namespace pfq::codegen {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t reply_limit = std::size_t{256} << 20;

std::string system_error(const char* what, int error) {
    return std::string("cannot ") + what + ": " + std::strerror(error);
}

/// A helper on the other end of a socket pair (its stdin and stdout are one socket: both directions are shut down
/// separately, and writing to a helper that died is an error, not a signal).
class Process {
public:
    ~Process() {
        if (pid_ > 0) {
            kill(pid_, SIGKILL);
            finish();
        }
    }

    std::string start(const std::string& path) {
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
            return system_error("make a socket pair", errno);
        socket_ = Descriptor(pair[0]);
        const Descriptor theirs(pair[1]);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, theirs.get(), STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&actions, theirs.get(), STDOUT_FILENO);
        std::string name = "pfq-compile";
        char* arguments[] = {name.data(), nullptr};
        const int error = posix_spawn(&pid_, path.c_str(), &actions, nullptr, arguments, environ);
        posix_spawn_file_actions_destroy(&actions);
        if (error != 0)
            pid_ = -1;
        return error == 0 ? "" : system_error(("run " + path).c_str(), error);
    }

    /// Writes the input while reading the output. Returns an error or nothing.
    std::string exchange(std::string_view input, std::string& output, Clock::time_point end) {
        fcntl(socket_.get(), F_SETFL, O_NONBLOCK);
        for (;;) {
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
            if (left <= 0)
                return "the compile helper took too long and was stopped";
            pollfd waiting{socket_.get(), static_cast<short>(input.empty() ? POLLIN : POLLIN | POLLOUT), 0};
            if (poll(&waiting, 1, static_cast<int>(std::min<long>(left, 1000))) < 0 && errno != EINTR)
                return system_error("wait for the compile helper", errno);
            if ((waiting.revents & POLLOUT) && !input.empty())
                if (auto error = send_some(input); !error.empty())
                    return error;
            if (!(waiting.revents & (POLLIN | POLLHUP | POLLERR)))
                continue;
            char buffer[65536];
            const ssize_t got = read(socket_.get(), buffer, sizeof buffer);
            if (got == 0 || (got < 0 && errno == ECONNRESET))
                return "";
            if (got < 0 && errno != EAGAIN && errno != EINTR)
                return system_error("read from the compile helper", errno);
            if (got > 0)
                output.append(buffer, static_cast<std::size_t>(got));
            if (output.size() > reply_limit)
                return "the compile helper wrote too much";
        }
    }

    /// Exit status as of waitpid.
    int finish() {
        int status = 0;
        while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = -1;
        return status;
    }

private:
    std::string send_some(std::string_view& input) {
        const ssize_t sent = send(socket_.get(), input.data(), input.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EPIPE) {
            input = {}; // it does not listen; what it says, or how it ended, tells more
            return "";
        }
        if (sent < 0)
            return errno == EAGAIN || errno == EINTR ? "" : system_error("write to the compile helper", errno);
        input.remove_prefix(static_cast<std::size_t>(sent));
        if (input.empty())
            shutdown(socket_.get(), SHUT_WR);
        return "";
    }

    pid_t pid_ = -1;
    Descriptor socket_;
};

} // namespace

std::string find_helper() {
    if (const char* path = std::getenv("PFQ_COMPILE"); path && *path)
        return path;
    std::error_code error;
    const fs::path here = fs::read_symlink("/proc/self/exe", error).parent_path();
    for (const fs::path& candidate : {here / "pfq-compile", here / "../libexec/pfq/pfq-compile",
                                      fs::path(PFQ_HELPER_INSTALLED), fs::path(PFQ_HELPER_BUILT)})
        if (access(candidate.c_str(), X_OK) == 0)
            return candidate.string();
    return {};
}

std::expected<std::string, std::string> run_helper(const std::string& path, std::string_view input,
                                                   std::chrono::milliseconds limit) {
    Process process;
    if (auto error = process.start(path); !error.empty())
        return std::unexpected(error);
    std::string output;
    if (auto error = process.exchange(input, output, Clock::now() + limit); !error.empty())
        return std::unexpected(error);
    const int status = process.finish();
    if (WIFSIGNALED(status))
        return std::unexpected("the compile helper was ended by signal " + std::to_string(WTERMSIG(status)));
    if (WEXITSTATUS(status) != 0)
        return std::unexpected("the compile helper failed with status " + std::to_string(WEXITSTATUS(status)));
    return output;
}

} // namespace pfq::codegen
