#include "tools/pfq/capture/printer.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/common/errors.hpp"

extern char** environ;

namespace pfq::tools {
namespace {

/// Of tcpdump, and of no interest: the user knows nothing of the pipe, and has closed the other one.
constexpr std::array<std::string_view, 2> left_out = {"reading from file -",
                                                      "tcpdump: Unable to write output: Broken pipe"};

bool is_left_out(std::string_view line) {
    return std::ranges::any_of(left_out, [&](std::string_view start) { return line.starts_with(start); });
}

struct Spawn {
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    Spawn() {
        posix_spawnattr_init(&attributes);
        posix_spawn_file_actions_init(&actions);
    }
    ~Spawn() {
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&actions);
    }
};

/// In a process group of its own: the signal of a terminal shall end the capture, and what is in the pipe be printed.
int spawn(std::vector<std::string> words, int input, int errors, pid_t& process) {
    Spawn how;
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    for (const int number : {SIGPIPE, SIGXFSZ})
        sigaddset(&defaults, number);
    posix_spawnattr_setsigmask(&how.attributes, &none);
    posix_spawnattr_setsigdefault(&how.attributes, &defaults);
    posix_spawnattr_setpgroup(&how.attributes, 0);
    posix_spawnattr_setflags(&how.attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    posix_spawn_file_actions_adddup2(&how.actions, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&how.actions, errors, STDERR_FILENO);
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    return posix_spawnp(&process, argv[0], &how.actions, &how.attributes, argv.data(), environ);
}

} // namespace

bool reader_has_gone(int fd) {
    pollfd asked{fd, POLLOUT, 0};
    return poll(&asked, 1, 0) == 1 && (asked.revents & POLLERR) != 0;
}

std::expected<std::unique_ptr<Printer>, std::string> Printer::start(const std::vector<std::string>& flags,
                                                                    const std::optional<std::string>& user) {
    int packets[2], errors[2];
    if (pipe2(packets, O_CLOEXEC) != 0)
        return std::unexpected(system_error("make", "a pipe", errno));
    const codegen::Descriptor input(packets[0]);
    std::unique_ptr<Printer> printer(new Printer);
    printer->pipe_ = codegen::Descriptor(packets[1]);
    if (pipe2(errors, O_CLOEXEC) != 0)
        return std::unexpected(system_error("make", "a pipe", errno));
    const codegen::Descriptor messages(errors[1]);
    std::vector<std::string> words = {"tcpdump", "-r", "-"};
    words.insert(words.end(), flags.begin(), flags.end());
    if (user)
        words.insert(words.end(), {"-Z", *user});
    const int failure = spawn(std::move(words), input.get(), messages.get(), printer->process_);
    if (failure != 0) {
        close(errors[0]);
        printer->process_ = -1;
        return std::unexpected(failure == ENOENT ? "packets are printed by tcpdump, which is not installed; install "
                                                   "it, or write packets with -w FILE"
                                                 : system_error("start", "tcpdump", failure));
    }
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    printer->messages_ = std::jthread([printer = printer.get(), from = errors[0]] { printer->relay(from); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return printer;
}

/// What tcpdump has to say goes on to standard error.
void Printer::relay(int errors) {
    FILE* from = fdopen(errors, "r");
    char* line = nullptr;
    std::size_t room = 0;
    while (getline(&line, &room, from) > 0)
        if (!is_left_out(line))
            std::fputs(line, stderr);
    std::free(line);
    std::fclose(from);
}

bool Printer::gone() const {
    return reader_has_gone(pipe_.get());
}

std::string Printer::finish() {
    pipe_ = codegen::Descriptor();
    if (process_ < 0)
        return {};
    int status = 0;
    while (waitpid(process_, &status, 0) < 0 && errno == EINTR)
        ;
    process_ = -1;
    if (messages_.joinable())
        messages_.join();
    const bool good = (WIFEXITED(status) && WEXITSTATUS(status) == 0) || reader_has_gone(STDOUT_FILENO);
    return good ? "" : "tcpdump, which prints the packets, has failed";
}

} // namespace pfq::tools
