#include "engine/queue/ring.hpp"
#include <cassert>
#include <cerrno>
#include <sys/mman.h>
#include <sys/stat.h>

namespace pfq::queue {
namespace {

static_assert(sizeof(pfq_ring_control) <= PFQ_RING_DATA);
static_assert(sizeof(pfq_record) + PFQ_RECORD_LIMIT + PFQ_RING_ALIGN - 1 <= PFQ_RING_SLACK);
static_assert(std::atomic_ref<pfq_u64>::is_always_lock_free && std::atomic_ref<pfq_u32>::is_always_lock_free);

/// A file must have every byte that is mapped: touching the rest would kill the process. Maps see to it themselves.
bool long_enough(int fd, std::size_t bytes) {
    struct stat status{};
    if (::fstat(fd, &status) != 0)
        return false;
    return !S_ISREG(status.st_mode) || static_cast<std::uint64_t>(status.st_size) >= bytes;
}

} // namespace

std::expected<Ring, int> Ring::map(int fd, unsigned size_class, Side side) {
    if (size_class >= PFQ_RING_CLASSES || !long_enough(fd, PFQ_RING_BYTES(size_class)))
        return std::unexpected(EINVAL);
    const std::size_t bytes = PFQ_RING_BYTES(size_class);
    void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED)
        return std::unexpected(errno);
    Ring ring(static_cast<std::uint8_t*>(memory), PFQ_RING_SIZE(size_class), true);
    // What a reader trusts in the ring, no stray store of its process shall change.
    if (side == Side::reader && ::mprotect(ring.memory_ + PFQ_RING_DATA, bytes - PFQ_RING_DATA, PROT_READ) != 0)
        return std::unexpected(errno);
    return ring;
}

Ring::Ring(std::span<std::uint8_t> memory)
    : Ring(memory.data(), memory.size() - PFQ_RING_DATA - PFQ_RING_SLACK, false) {
    assert(reinterpret_cast<std::uintptr_t>(memory_) % 64 == 0);
    assert(memory.size() > PFQ_RING_DATA + PFQ_RING_SLACK && size_ >= 64 && (size_ & (size_ - 1)) == 0);
}

Ring::~Ring() {
    if (memory_ != nullptr && mapped_)
        ::munmap(memory_, PFQ_RING_DATA + size_ + PFQ_RING_SLACK);
}

} // namespace pfq::queue
