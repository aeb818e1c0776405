// A consumer that writes nonsense into everything that it can write, without end, while packets arrive: it harms
// nobody.
#include <cstring>
#include <fcntl.h>
#include <random>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/live/counters.hpp"
#include "engine/live/socket.hpp"
#include "tests/unit/live/traffic.hpp"

namespace pfq::engine::live {
namespace {

using test::Consumer;
using test::must;
using test::pipeline;

constexpr std::uint64_t packets = 100'000; ///< at least

/// What the kernel has said since this was made.
class KernelLog {
public:
    KernelLog() : file_(::open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {
        if (file_)
            ::lseek(file_.get(), 0, SEEK_END);
        else
            std::puts("NOT TESTED: the kernel's log cannot be read here");
    }
    /// Lines that speak of errors of the kernel itself.
    [[nodiscard]] std::vector<std::string> complaints() const {
        std::vector<std::string> found;
        char text[8192];
        for (ssize_t size; file_ && (size = ::read(file_.get(), text, sizeof text)) > 0;) {
            const std::string line(text, static_cast<std::size_t>(size));
            for (const char* word : {"BUG", "WARNING", "Oops", "general protection"})
                if (line.find(word) != std::string::npos) {
                    found.push_back(line);
                    break;
                }
        }
        return found;
    }

private:
    Descriptor file_;
};

/// Memory of a map, as much of it as the kernel lets us write.
class Writable {
public:
    Writable(std::uint32_t id, std::size_t size) : map_(must(open_map(id))), size_(size) {
        void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, map_.get(), 0);
        if (memory == MAP_FAILED)
            throw std::runtime_error("cannot map what is to be written");
        memory_ = static_cast<std::uint8_t*>(memory);
    }
    Writable(Writable&& other) noexcept
        : map_(std::move(other.map_)), size_(other.size_), memory_(std::exchange(other.memory_, nullptr)) {}
    ~Writable() {
        if (memory_ != nullptr)
            ::munmap(memory_, size_);
    }
    [[nodiscard]] std::span<std::uint8_t> bytes() const { return {memory_, size_}; }
    [[nodiscard]] int map() const { return map_.get(); }

private:
    Descriptor map_;
    std::size_t size_;
    std::uint8_t* memory_;
};

void write(std::span<std::uint8_t> memory, std::size_t offset, std::uint64_t value) {
    std::memcpy(memory.data() + offset, &value, sizeof value);
}

class hostile_live : public test::TrafficTest {
protected:
    static unsigned listen(Engine& engine, unsigned number, std::uint64_t budget) {
        auto transaction = must(engine.begin());
        const unsigned slot = must(transaction->add_socket({.name = "s", .budget = budget}));
        must(transaction->add_group({.number = number, .pipeline = pipeline("udp"), .text = "udp"}));
        must(transaction->join(number, slot));
        must(transaction->bind(number, {.device = "in0"}));
        must(transaction->commit());
        return slot;
    }
    /// The control pages get values that are nearly right, too: those go further.
    static void spoil(std::span<const Writable> rings, const Writable& bell, std::mt19937_64& random) {
        for (const Writable& ring : rings) {
            const auto memory = ring.bytes();
            std::uint64_t produced;
            std::memcpy(&produced, memory.data() + offsetof(pfq_ring_control, produced), sizeof produced);
            const std::uint64_t claims[] = {random(),
                                            0,
                                            ~std::uint64_t{0},
                                            produced,
                                            produced - 16,
                                            produced + 16,
                                            produced - 32,
                                            produced / 2,
                                            produced ^ random() % 64};
            write(memory, offsetof(pfq_ring_control, consumed), claims[random() % std::size(claims)]);
            write(memory, offsetof(pfq_ring_control, armed), random());
            write(memory, offsetof(pfq_ring_control, produced), random());
            for (unsigned i = 0; i < 64; ++i) // control page, records, slack
                write(memory, random() % (memory.size() - 8), random());
        }
        write(bell.bytes(), random() % 2 == 0 ? 0 : random() % (bell.bytes().size() - 8), random() >> random() % 64);
    }
};

TEST_F(hostile_live, a_consumer_that_writes_nonsense) {
    const KernelLog log;
    auto engine = must(Engine::open()), hostile = must(Engine::open());
    const unsigned slot = listen(*engine, 0, std::uint64_t{64} << 20), theirs = listen(*hostile, 1, 1U << 20);
    const Socket& socket = hostile->socket(theirs).description();
    std::vector<Writable> rings;
    for (const std::uint32_t ring : socket.rings)
        rings.emplace_back(ring, PFQ_RING_BYTES(socket.ring_class));
    const Writable bell(socket.bell, static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)));
    const long page = ::sysconf(_SC_PAGESIZE);
    EXPECT_EQ(::mmap(nullptr, static_cast<std::size_t>(page), PROT_READ | PROT_WRITE, MAP_SHARED, bell.map(), page),
              MAP_FAILED)
        << "the kernel's own page of the bell can be written";

    Consumer consumer(engine->socket(slot).reader());
    std::uint64_t rounds = 0;
    const std::uint64_t sent = under_traffic([&] {
        std::mt19937_64 random(7);
        for (const std::uint64_t end = received() + packets; received() < end;)
            for (unsigned i = 0; i < 100; ++i, ++rounds)
                spoil(rings, bell, random);
    });
    must(wait_for_programs(engine->socket(slot).description(), engine->maps()));
    consumer.finish();

    const Snapshot counters = read_counters(must(engine->state()), engine->maps());
    const SocketCounters& ours = counters.sockets[0].counters;
    const SocketCounters& its = counters.sockets[1].counters;
    for (const auto& group : counters.groups)
        EXPECT_EQ(std::tie(group.counters.received, group.counters.accepted, group.counters.offered),
                  std::tie(sent, sent, sent));
    EXPECT_EQ(ours.offered, sent);
    EXPECT_EQ(ours.queued + ours.queue_full, sent);
    EXPECT_EQ(consumer.numbers().size(), ours.queued);
    EXPECT_EQ(consumer.out_of_order(), 0U);
    EXPECT_EQ(consumer.damaged(), 0U);
    EXPECT_EQ(its.offered, sent);
    EXPECT_EQ(its.queued + dropped(Scope::socket, its), sent);
    EXPECT_GT(its.bad_claim, 0U);
    std::printf("%lu packets, %lu rounds of nonsense: %lu queued, %lu bad claims, %lu queue full\n", sent, rounds,
                its.queued, its.bad_claim, its.queue_full);
    EXPECT_EQ(log.complaints(), std::vector<std::string>());
}

} // namespace
} // namespace pfq::engine::live
