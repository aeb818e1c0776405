#include "engine/queue/hold_timer.hpp"
#include <cerrno>
#include <ctime>
#include <sys/timerfd.h>

namespace pfq::queue {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

} // namespace

std::expected<std::unique_ptr<HoldTimer>, int> MonotonicTimer::create() {
    codegen::Descriptor descriptor(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
    if (!descriptor)
        return std::unexpected(errno);
    return std::unique_ptr<HoldTimer>(new MonotonicTimer(std::move(descriptor)));
}

std::uint64_t MonotonicTimer::now() const {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * second + static_cast<std::uint64_t>(time.tv_nsec);
}

// Setting it takes back the expiration too, so nothing is ever read from it. A reader that polls sets the same time
// again and again: no system call then.
void MonotonicTimer::wake_at(std::uint64_t time) {
    if (time == set_)
        return;
    set_ = time;
    itimerspec setting{};
    setting.it_value.tv_sec = static_cast<time_t>(time / second);
    setting.it_value.tv_nsec = static_cast<long>(time % second);
    ::timerfd_settime(descriptor_.get(), TFD_TIMER_ABSTIME, &setting, nullptr);
}

} // namespace pfq::queue
