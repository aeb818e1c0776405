// Five hundred times attached and detached: the kernel, the descriptors and the memory of the process stay as they are.
#include <algorithm>
#include <bpf/bpf.h>
#include <fstream>
#include <thread>
#include <unistd.h>

#include "tests/unit/live/namespace.hpp"

namespace pfq::engine::live {
namespace {

using test::must;
using test::pipeline;

#ifdef __SANITIZE_ADDRESS__ // a sample, for memory errors
constexpr unsigned cycles = 40;
#else
constexpr unsigned cycles = 500;
#endif
constexpr unsigned warm_up = cycles / 10; ///< allocators fill their pools
/// What the process may grow by over all cycles behind the warm-up: less than 600 bytes for each.
constexpr std::uint64_t memory_bound = 256 << 10;

/// Ids of what states name in the kernel.
struct Objects {
    std::vector<std::uint32_t> maps, programs, links;

    /// So that they do not grow with the cycles.
    Objects() {
        for (auto* ids : {&maps, &programs, &links})
            ids->assign(std::size_t{cycles} * (64 + 2 * processors()), 0);
        for (auto* ids : {&maps, &programs, &links})
            ids->clear();
    }

    void add(const State& state) {
        for (const auto& [name, id] : state.maps)
            maps.push_back(id);
        for (const Socket& socket : state.sockets) {
            maps.insert(maps.end(), socket.rings.begin(), socket.rings.end());
            maps.push_back(socket.bell);
        }
        for (const Device& device : state.devices) {
            maps.insert(maps.end(), {device.inputs, device.counters});
            programs.push_back(device.program);
            links.push_back(device.link);
        }
    }
    /// How many of them the kernel still has.
    [[nodiscard]] std::size_t left() const {
        const auto count = [](const std::vector<std::uint32_t>& ids, int (*open)(std::uint32_t)) {
            return static_cast<std::size_t>(std::ranges::count_if(ids, [&](std::uint32_t id) {
                const codegen::Descriptor fd(open(id));
                return static_cast<bool>(fd);
            }));
        };
        return count(maps, bpf_map_get_fd_by_id) + count(programs, bpf_prog_get_fd_by_id) +
               count(links, bpf_link_get_fd_by_id);
    }
};

std::size_t open_descriptors() {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

/// Bytes that belong to this process alone; pages of files and of the kernel's maps come and go.
std::uint64_t memory() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (std::uint64_t kilobytes = 0; word == "RssAnon:" && status >> kilobytes)
            return kilobytes << 10;
    throw std::runtime_error("/proc/self/status: there is no RssAnon");
}

class cycles_live : public test::LiveTest {
protected:
    /// Comes, gets a packet, and leaves again.
    void cycle(unsigned number, Objects& objects) {
        constexpr Mode modes[] = {Mode::native, Mode::tc, Mode::generic};
        auto engine = must(Engine::open());
        auto transaction = must(engine->begin());
        const unsigned slot = must(transaction->add_socket({.name = "s", .budget = 1U << 18}));
        must(transaction->add_group({.number = 0, .pipeline = pipeline("steer_flow"), .text = "steer_flow"}));
        must(transaction->join(0, slot));
        must(transaction->bind(0, {.device = "in0", .mode = modes[number % 3]}));
        must(transaction->commit());
        ASSERT_EQ(transaction->state().devices[0].mode, modes[number % 3]);
        objects.add(transaction->state());
        transaction.reset();
        send(1);
        while (engine->socket(slot).reader().wait(std::chrono::milliseconds(50)).empty())
            ;
    }
};

TEST_F(cycles_live, nothing_grows) {
    Objects objects;
    std::size_t descriptors = 0;
    std::uint64_t bytes = 0;
    for (unsigned i = 0; i < cycles; ++i) {
        cycle(i, objects);
        if (i == warm_up) {
            descriptors = open_descriptors();
            bytes = memory();
        }
        ASSERT_TRUE(i < warm_up || open_descriptors() == descriptors) << open_descriptors() << " in cycle " << i;
    }
    EXPECT_EQ(objects.programs.size(), cycles);
    EXPECT_EQ(objects.links.size(), cycles);
    EXPECT_GT(objects.maps.size(), 3 * cycles);
    for (unsigned wait = 0; wait < 600 && objects.left() != 0; ++wait) // the kernel removes them a little later
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_EQ(objects.left(), 0U);
    const std::uint64_t now = memory();
    std::printf("memory behind %u and %u cycles: %lu and %lu bytes, %zu descriptors\n", warm_up, cycles, bytes, now,
                descriptors);
#ifndef __SANITIZE_ADDRESS__ // which keeps what was freed
    EXPECT_LE(now, bytes + memory_bound);
#endif
}

} // namespace
} // namespace pfq::engine::live
