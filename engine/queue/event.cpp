#include "engine/queue/event.hpp"
#include <cerrno>
#include <sys/eventfd.h>

namespace pfq::queue {

std::expected<Event, int> Event::create() {
    codegen::Descriptor descriptor(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    if (!descriptor)
        return std::unexpected(errno);
    return Event(std::move(descriptor));
}

// The flag follows the descriptor: the other way round, a clear() in between would take the flag and leave the
// descriptor readable for ever.
void Event::raise() {
    (void)::eventfd_write(descriptor_.get(), 1);
    raised_.store(true, std::memory_order_release);
}

void Event::clear() {
    eventfd_t count = 0;
    if (raised_.load(std::memory_order_relaxed) && raised_.exchange(false, std::memory_order_acquire))
        (void)::eventfd_read(descriptor_.get(), &count);
}

} // namespace pfq::queue
