#include "tests/unit/engine/queue_support.hpp"

#include <cerrno>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

namespace pfq::queue {
namespace {

Descriptor memory_file(std::size_t bytes) {
    Descriptor file(::memfd_create("ring", MFD_CLOEXEC));
    EXPECT_EQ(::ftruncate(file.get(), static_cast<off_t>(bytes)), 0);
    return file;
}

TEST(queue_ring, both_sides_see_the_same_memory) {
    const Descriptor file = memory_file(PFQ_RING_BYTES(0));
    const auto producer = Ring::map(file.get(), 0, Ring::Side::producer);
    const auto reader = Ring::map(file.get(), 0);
    ASSERT_TRUE(producer && reader);
    EXPECT_EQ(reader->size(), 128U << 10);
    producer->at(PFQ_RING_SIZE(0) + 32)[5] = 77;
    EXPECT_EQ(reader->at(32)[5], 77);
    EXPECT_EQ(reader->at(32), reinterpret_cast<const std::uint8_t*>(reader->control()) + PFQ_RING_DATA + 32);
    reader->release(48);
    EXPECT_EQ(producer->consumed(), 48U);
}

TEST(queue_ring, a_reader_can_write_to_the_control_page_only) {
    const Descriptor file = memory_file(PFQ_RING_BYTES(1)), zeros(::open("/dev/zero", O_RDONLY | O_CLOEXEC));
    const auto reader = Ring::map(file.get(), 1);
    ASSERT_TRUE(reader);
    // The kernel stores on our behalf, and tells instead of killing.
    EXPECT_EQ(::read(zeros.get(), reader->control(), PFQ_RING_DATA), static_cast<ssize_t>(PFQ_RING_DATA));
    for (const std::uint64_t place : {std::uint64_t{0}, reader->size() - PFQ_RING_ALIGN}) {
        EXPECT_EQ(::read(zeros.get(), reader->at(place), 1), -1);
        EXPECT_EQ(errno, EFAULT);
    }
}

TEST(queue_ring, memory_that_is_too_short_is_refused) {
    const Descriptor file = memory_file(PFQ_RING_BYTES(0) - 1);
    EXPECT_EQ(Ring::map(file.get(), 0).error(), EINVAL);
}

TEST(queue_ring, there_are_so_many_classes) {
    const Descriptor file = memory_file(std::size_t{1} << 40);
    for (unsigned size_class = 0; size_class < PFQ_RING_CLASSES; ++size_class)
        EXPECT_TRUE(Ring::map(file.get(), size_class)) << size_class;
    EXPECT_EQ(Ring::map(file.get(), PFQ_RING_CLASSES).error(), EINVAL);
}

TEST(queue_ring, what_cannot_be_mapped_is_an_error) {
    const auto bell = EventBell::create().value();
    EXPECT_EQ(Ring::map(bell->fd(), 0).error(), ENODEV);
}

TEST(queue_ring, a_move_keeps_the_mapping) {
    const Descriptor file = memory_file(PFQ_RING_BYTES(0));
    auto first = Ring::map(file.get(), 0, Ring::Side::producer);
    ASSERT_TRUE(first);
    Ring second = std::move(*first);
    second.at(0)[0] = 1;
    second = Ring(std::move(second));
    EXPECT_EQ(second.at(0)[0], 1);
}

TEST(queue_ring, every_place_of_a_longest_record_is_within_the_memory) {
    test::GuardedRing memory(64);
    const Ring ring = memory.ring();
    for (std::uint64_t index = 0; index < 256; ++index) {
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(ring.at(index)) % PFQ_RING_ALIGN, 0U);
        std::fill_n(ring.at(index), pfq_record_space(PFQ_RECORD_LIMIT), 1);
    }
    EXPECT_TRUE(memory.unharmed());
    ring.at(48)[pfq_record_space(PFQ_RECORD_LIMIT)] = 1;
    EXPECT_FALSE(memory.unharmed());
}

TEST(queue_ring, records_are_a_multiple_of_the_alignment) {
    EXPECT_EQ(pfq_record_space(0), 32U);
    EXPECT_EQ(pfq_record_space(1), 48U);
    EXPECT_EQ(pfq_record_space(64), 96U);
    EXPECT_EQ(pfq_record_space(PFQ_RECORD_LIMIT), 65568U);
}

} // namespace
} // namespace pfq::queue
