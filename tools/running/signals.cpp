#include "tools/running/signals.hpp"

#include <csignal>
#include <unistd.h>

namespace pfq::tools {
namespace {

std::atomic<bool> stop_requested{false};
std::atomic<bool> statistics_requested{false};
std::atomic<unsigned> flushes{0};
static_assert(std::atomic<bool>::is_always_lock_free, "signal handlers use it");

constexpr int handled[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE, SIGXFSZ};
struct sigaction before[std::size(handled)];

void request_stop(int number) {
    if (stop_requested.exchange(true))
        _exit(128 + number);
}

void request_statistics(int) {
    statistics_requested = true;
}

void request_flush(int) {
    ++flushes;
}

void handle(int number, void (*handler)(int)) {
    struct sigaction action{}; // without SA_RESTART: a read from a pipe shall end
    action.sa_handler = handler;
    sigaction(number, &action, nullptr);
}

} // namespace

RunSignals::RunSignals() {
    stop_requested = false;
    for (std::size_t i = 0; i < std::size(handled); ++i)
        sigaction(handled[i], nullptr, &before[i]);
    handle(SIGINT, request_stop);
    handle(SIGTERM, request_stop);
    if (before[2].sa_handler != SIG_IGN)
        handle(SIGHUP, request_stop);
    handle(SIGUSR1, request_statistics);
    handle(SIGUSR2, request_flush);
    handle(SIGPIPE, SIG_IGN);
    handle(SIGXFSZ, SIG_IGN);
}

RunSignals::~RunSignals() {
    for (std::size_t i = 0; i < std::size(handled); ++i)
        sigaction(handled[i], &before[i], nullptr);
}

const std::atomic<bool>& RunSignals::stop() {
    return stop_requested;
}
std::atomic<unsigned>& RunSignals::flush_requests() {
    return flushes;
}
bool RunSignals::take_statistics_request() {
    return statistics_requested.exchange(false);
}

} // namespace pfq::tools
