// Rings and bells that are maps of the kernel.
#include "tests/unit/engine/queue_support.hpp"

#include <array>
#include <bpf/bpf.h>
#include <cerrno>
#include <gmock/gmock.h>
#include <linux/bpf.h>

namespace pfq::queue {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

bpf_insn instruction(std::uint8_t code, std::uint8_t to, std::uint8_t from, std::int16_t offset,
                     std::int32_t immediate) {
    bpf_insn result{};
    result.code = code;
    result.dst_reg = to & 15;
    result.src_reg = from & 15;
    result.off = offset;
    result.imm = immediate;
    return result;
}

/// A program that rings as datapath/deliver.h does.
Descriptor load_ringer(int bell) {
    const std::array<bpf_insn, 10> program = {
        instruction(BPF_ST | BPF_MEM | BPF_DW, 10, 0, -8, 0),
        instruction(BPF_LD | BPF_IMM | BPF_DW, 1, BPF_PSEUDO_MAP_FD, 0, bell),
        instruction(0, 0, 0, 0, 0),
        instruction(BPF_ALU64 | BPF_MOV | BPF_X, 2, 10, 0, 0),
        instruction(BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, -8),
        instruction(BPF_ALU64 | BPF_MOV | BPF_K, 3, 0, 0, 8),
        instruction(BPF_ALU64 | BPF_MOV | BPF_K, 4, 0, 0, BPF_RB_FORCE_WAKEUP),
        instruction(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_ringbuf_output),
        instruction(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, XDP_PASS),
        instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
    };
    return Descriptor(::bpf_prog_load(BPF_PROG_TYPE_XDP, "ringer", "GPL", program.data(), program.size(), nullptr));
}

struct QueueBpf : testing::Test {
    void SetUp() override {
        bell_map = Descriptor(::bpf_map_create(BPF_MAP_TYPE_RINGBUF, "bell", 0, 0, 4096, nullptr));
        if (!bell_map && errno == EPERM)
            GTEST_SKIP() << "needs CAP_BPF: run as root";
        ASSERT_TRUE(bell_map) << errno;
        ringer = load_ringer(bell_map.get());
        ASSERT_TRUE(ringer) << errno;
    }
    void ring(int times = 1) const {
        std::array<std::uint8_t, 64> packet{};
        LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = packet.data(), .data_size_in = packet.size(),
                    .repeat = times);
        ASSERT_EQ(::bpf_prog_test_run_opts(ringer.get(), &options), 0);
    }
    /// A copy of the descriptor for a bell that owns it.
    [[nodiscard]] std::unique_ptr<BpfBell> make_bell() const {
        return BpfBell::open(Descriptor(::dup(bell_map.get()))).value();
    }
    Descriptor bell_map, ringer;
};

/// The kernel wakes those who poll from an interrupt that it sends itself: a moment later.
bool becomes_readable(int fd) {
    return test::readable(fd, test::surely);
}

TEST_F(QueueBpf, a_bell_is_readable_from_a_ring_until_it_is_drained) {
    const auto bell = make_bell();
    EXPECT_FALSE(test::readable(bell->fd()));
    bell->drain();
    for (unsigned round = 0; round < 3; ++round) {
        ring();
        EXPECT_TRUE(becomes_readable(bell->fd()));
        bell->drain();
        EXPECT_FALSE(test::readable(bell->fd()));
    }
}

// A page of records of 16 bytes: more rings than it holds do not matter, and draining makes room again.
TEST_F(QueueBpf, a_bell_that_is_full_still_rings) {
    const auto bell = make_bell();
    for (unsigned round = 0; round < 3; ++round) {
        ring(1000);
        EXPECT_TRUE(becomes_readable(bell->fd()));
        bell->drain();
        EXPECT_FALSE(test::readable(bell->fd()));
    }
}

TEST_F(QueueBpf, what_is_no_ring_buffer_is_refused) {
    Descriptor array(::bpf_map_create(BPF_MAP_TYPE_ARRAY, "array", 4, 8, 1, nullptr));
    ASSERT_TRUE(array);
    EXPECT_FALSE(BpfBell::open(std::move(array)));
    EXPECT_EQ(BpfBell::open(Descriptor()).error(), EBADF);
}

Descriptor ring_map(std::uint32_t bytes) {
    LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE);
    return Descriptor(::bpf_map_create(BPF_MAP_TYPE_ARRAY, "ring", 4, bytes, 1, &options));
}

TEST_F(QueueBpf, a_ring_is_one_value_of_an_array) {
    for (unsigned size_class = 0; size_class < 3; ++size_class) {
        const Descriptor map = ring_map(PFQ_RING_BYTES(size_class));
        ASSERT_TRUE(map);
        EXPECT_TRUE(Ring::map(map.get(), size_class));
        EXPECT_EQ(Ring::map(map.get(), size_class + 1).error(), EINVAL);
    }
}

TEST_F(QueueBpf, a_reader_sleeps_on_maps) {
    const Descriptor map = ring_map(PFQ_RING_BYTES(0));
    const auto view = Ring::map(map.get(), 0, Ring::Side::producer).value();
    auto reader = QueueReader::create(make_bell()).value();
    reader->add_ring(Ring::map(map.get(), 0).value());
    EXPECT_THAT(reader->read(), IsEmpty());
    EXPECT_FALSE(test::readable(reader->fd()));

    const auto silent = EventBell::create().value(); // tells when a program would ring
    pfq_ring_state state{};
    Producer producer(state, &view, *silent);
    for (std::uint32_t i = 0; i < 3; ++i) {
        const std::array<std::uint8_t, 60> packet{};
        pfq_record header{};
        header.mark = i;
        ASSERT_TRUE(producer.offer(header, packet));
        ASSERT_TRUE(test::readable(silent->fd()));
        silent->drain();
        ring();
        EXPECT_TRUE(becomes_readable(reader->fd()));
        EXPECT_THAT(test::numbers_of(reader->read()), ElementsAre(i));
        EXPECT_TRUE(test::readable(reader->fd()));
        EXPECT_THAT(reader->read(), IsEmpty());
        EXPECT_FALSE(test::readable(reader->fd()));
    }
}

} // namespace
} // namespace pfq::queue
