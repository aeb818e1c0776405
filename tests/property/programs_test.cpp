// Random programs through the whole compiler: PFQ_PROPERTY_PROGRAMS says how many, PFQ_PROPERTY_SEED adds a seed.
#include "tests/property/worker.hpp"
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <gtest/gtest.h>
#include <iostream>
#include <mutex>
#include <random>
#include <thread>

namespace {

using namespace pfq::test;

constexpr std::size_t batch_size = 64; // groups of one native object
constexpr std::size_t usual_programs = 20'480;
constexpr std::uint64_t fixed_seed = 20260101;
constexpr std::size_t enough_failures = 3;

std::size_t wanted_programs() {
    const char* text = std::getenv("PFQ_PROPERTY_PROGRAMS");
    return text ? std::strtoull(text, nullptr, 10) : usual_programs;
}

/// Most batches are from the fixed seed, the same in every run; one in sixteen is from a fresh one.
Statistics run_all(std::size_t programs, std::uint64_t fresh_seed, const std::vector<TestPacket>& captured) {
    const std::size_t batches = (programs + batch_size - 1) / batch_size;
    std::atomic<std::size_t> next = 0;
    std::mutex guard;
    Statistics all;
    const auto work = [&] {
        for (std::size_t i = next++; i < batches; i = next++) {
            const std::uint64_t seed = (i % 16 == 15 ? fresh_seed : fixed_seed) + i * 1'000'003;
            const Statistics batch = run_batch(seed, std::min(batch_size, programs - i * batch_size), captured);
            const std::lock_guard lock(guard);
            all.add(batch);
            if (all.failures.size() >= enough_failures)
                next = batches;
        }
    };
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < std::clamp(std::thread::hardware_concurrency(), 1U, 8U); ++i)
        threads.emplace_back(work);
    for (std::thread& thread : threads)
        thread.join();
    return all;
}

void print(const Statistics& all) {
    std::cout << all.programs << " programs (and " << all.refused << " refused by evaluation), " << all.comparisons
              << " packets, of which " << all.passed * 100 / std::max<std::uint64_t>(1, all.comparisons)
              << "% passed; seconds: generate " << all.generate << ", compile and format " << all.compile
              << ", native code " << all.native << ", run " << all.run << "\npipeline nodes:";
    for (const auto& [nodes, count] : all.sizes)
        std::cout << "  <=" << nodes << ": " << count;
    std::cout << "  largest: " << all.largest << "\nuses of names and forms:";
    for (const auto& [name, count] : all.uses)
        std::cout << ' ' << name << '=' << count;
    std::cout << '\n';
}

TEST(property, random_programs) {
    const char* given = std::getenv("PFQ_PROPERTY_SEED");
    const std::uint64_t fresh = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::cout << "fresh seed " << fresh << " (PFQ_PROPERTY_SEED repeats it)\n";
    const auto captured = captured_packets(20'000);
    if (captured.empty())
        std::cout << "NO CAPTURE FILES: set PFQ_CAPTURES to a folder with some\n";
    else
        std::cout << captured.size() << " packets of capture files\n";
    const std::size_t programs = wanted_programs();
    const Statistics all = run_all(programs, fresh, captured);
    print(all);
    for (const std::string& failure : all.failures)
        ADD_FAILURE() << failure;
    EXPECT_GT(all.programs, 0U);
    EXPECT_LE(all.refused * 50, all.programs) << "the generator should make programs that compile";
    if (programs < 5000 || HasFailure())
        return; // too few for every name to have its turn
    EXPECT_EQ(all.programs, programs);
    EXPECT_GE(all.largest, 200U);
    for (const auto& [name, count] : all.uses)
        EXPECT_GT(count, 0U) << name << " was never generated";
}

} // namespace
