#include "engine/queue/bell.hpp"
#include <atomic>
#include <cerrno>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

namespace pfq::queue {
namespace {

std::size_t page_size() {
    return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

} // namespace

// The map's memory: a page with the consumer's position, a page with the producer's, then records. What is in the
// records does not matter here, so they are not mapped.
std::expected<std::unique_ptr<BpfBell>, int> BpfBell::open(Descriptor map) {
    const std::size_t page = page_size();
    void* consumer = ::mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_SHARED, map.get(), 0);
    if (consumer == MAP_FAILED)
        return std::unexpected(errno);
    void* producer = ::mmap(nullptr, page, PROT_READ, MAP_SHARED, map.get(), static_cast<off_t>(page));
    if (producer == MAP_FAILED) {
        const int error = errno;
        ::munmap(consumer, page);
        return std::unexpected(error);
    }
    return std::unique_ptr<BpfBell>(new BpfBell(std::move(map), consumer, producer));
}

BpfBell::BpfBell(Descriptor map, void* consumer_page, void* producer_page)
    : map_(std::move(map)), consumer_(static_cast<std::uint64_t*>(consumer_page)),
      producer_(static_cast<std::uint64_t*>(producer_page)) {}

BpfBell::~BpfBell() {
    ::munmap(consumer_, page_size());
    ::munmap(producer_, page_size());
}

// Records that are still being written count as rung: their producer cleared `armed` and published before, so the look
// at the rings that follows finds what they announce.
void BpfBell::drain() {
    const std::uint64_t rung = std::atomic_ref(*producer_).load(std::memory_order_acquire);
    const std::atomic_ref consumer(*consumer_);
    if (consumer.load(std::memory_order_relaxed) != rung)
        consumer.store(rung, std::memory_order_release);
}

std::expected<std::unique_ptr<EventBell>, int> EventBell::create() {
    Descriptor event(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    if (!event)
        return std::unexpected(errno);
    return std::make_unique<EventBell>(std::move(event));
}

void EventBell::drain() {
    eventfd_t count = 0;
    (void)::eventfd_read(event_.get(), &count); // fails when nothing was rung
}

void EventBell::ring() {
    (void)::eventfd_write(event_.get(), 1); // fails at 2^64 - 1 rings: it is readable then
}

} // namespace pfq::queue
