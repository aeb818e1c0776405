// pfq-compile: one request on stdin, one reply on stdout. A separate process, so that LLVM's size, crashes and memory
// are never the caller's. Exit status 0 when a reply was written, good or bad.
#include "codegen/backend.hpp"
#include "codegen/build.hpp"
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

namespace {

using namespace pfq::codegen;

[[maybe_unused]] constexpr rlim_t memory_limit = rlim_t{4} << 30; ///< bytes of address space
constexpr rlim_t time_limit = 60;                                 ///< seconds of CPU time
constexpr std::size_t request_limit = std::size_t{256} << 20;
constexpr std::size_t stack_size = std::size_t{1}
                                   << 30; ///< generators recurse along chains of nodes; only what is used is committed

void limit(int resource, rlim_t value) {
    rlimit now{};
    getrlimit(static_cast<__rlimit_resource>(resource), &now);
    if (now.rlim_max == RLIM_INFINITY || value < now.rlim_max) {
        now.rlim_cur = now.rlim_max = value;
        setrlimit(static_cast<__rlimit_resource>(resource), &now);
    }
}

bool read_all(std::string& bytes) {
    char buffer[65536];
    for (;;) {
        const ssize_t got = read(STDIN_FILENO, buffer, sizeof buffer);
        if (got == 0)
            return true;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || bytes.size() + static_cast<std::size_t>(got) > request_limit)
            return false;
        bytes.append(buffer, static_cast<std::size_t>(got));
    }
}

void answer(const Reply& reply) {
    const std::string bytes = encode(reply);
    for (std::size_t done = 0; done < bytes.size();) {
        const ssize_t put = write(STDOUT_FILENO, bytes.data() + done, bytes.size() - done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            _exit(1);
        done += static_cast<std::size_t>(put);
    }
}

void refuse(const std::string& text) {
    answer({.ok = false, .output = text, .build = build_id(), .timings = {}});
}

[[noreturn]] void give_up(const char* text) {
    refuse(std::string("the code generator gave up: ") + text);
    _exit(0);
}

void* serve(void*) {
    try {
        std::string bytes;
        if (!read_all(bytes)) {
            refuse("cannot read the request, or it is too large");
        } else if (auto request = decode_request(bytes); !request) {
            refuse(request.error());
        } else {
            answer(build(*request));
        }
    } catch (const std::exception& error) {
        refuse(std::string("the code generator failed: ") + error.what());
    }
    _exit(0); // destructors would only cost time
}

} // namespace

int main() {
#ifndef __SANITIZE_ADDRESS__ // whose shadow memory alone is terabytes of address space
    limit(RLIMIT_AS, memory_limit);
#endif
    limit(RLIMIT_CPU, time_limit);
    limit(RLIMIT_CORE, 0);
    on_fatal_error(give_up);
    pthread_attr_t attributes;
    pthread_t thread{};
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stack_size);
    if (const int error = pthread_create(&thread, &attributes, serve, nullptr); error != 0) {
        refuse("cannot start the code generator: error " + std::to_string(error));
        return 0;
    }
    pthread_join(thread, nullptr);
    return 0;
}
