// Any well-typed program verifies: random programs, loaded into this kernel and run by it, say what the reference
// evaluator says. PFQ_KERNEL_PERCENT makes it shorter or longer, PFQ_PROPERTY_SEED repeats a fresh seed.
#include "tests/property/kernel_lot.hpp"
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <random>
#include <thread>
#include <unistd.h>

namespace {

using namespace pfq;
using namespace pfq::test;

constexpr std::uint64_t fixed_seed = 20261128;
constexpr unsigned alone_lots = 75, alone_programs = 16;        // 1200 programs, each alone in its object
constexpr unsigned together_lots = 110, together_programs = 16; // 1760 in groups of one object
constexpr unsigned large_lots = 60;                             // one program each
constexpr std::size_t enough_failures = 3;
constexpr int skipped = 77;

std::vector<KernelLot> all_lots(std::uint64_t fresh_seed, unsigned percent) {
    using codegen::Shape;
    std::vector<KernelLot> lots;
    const auto add = [&](unsigned count, unsigned programs, bool together, bool large) {
        for (unsigned i = 0; i < std::max(1U, count * percent / 100); ++i) {
            KernelLot lot{.programs = programs, .together = together, .large = large};
            // Most are from the fixed seed, the same in every run; one in eight is from a fresh one.
            lot.seed = (i % 8 == 7 ? fresh_seed : fixed_seed) + lots.size() * 1'000'003;
            lot.hook = i % 2 == 0 ? Hook::xdp : Hook::tc;
            lot.shape = i / 2 % 2 == 0 ? Shape::automatic : Shape::stored;
            lots.push_back(lot);
        }
    };
    add(large_lots, 1, false, true); // the longest first
    add(together_lots, together_programs, true, false);
    add(alone_lots, alone_programs, false, false);
    return lots;
}

KernelStatistics run_all(const std::vector<KernelLot>& lots) {
    std::atomic<std::size_t> next = 0;
    std::mutex guard;
    KernelStatistics all;
    const auto work = [&](unsigned cpu) {
        const OnCpu keep(cpu);
        for (std::size_t i = next++; i < lots.size(); i = next++) {
            KernelStatistics one;
            try {
                one = run_lot(lots[i]);
            } catch (const std::exception& error) {
                one.failures.push_back("seed " + std::to_string(lots[i].seed) + ": " + error.what());
            }
            const std::lock_guard lock(guard);
            all.add(one);
            if (all.failures.size() >= enough_failures)
                next = lots.size();
        }
    };
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < std::clamp(std::thread::hardware_concurrency(), 1U, 8U); ++i)
        threads.emplace_back(work, i);
    for (std::thread& thread : threads)
        thread.join();
    return all;
}

template <class T> void print_middle_and_most(const char* what, std::vector<T> values) {
    std::ranges::sort(values);
    if (!values.empty())
        std::cout << what << ": median " << values[values.size() / 2] << ", 99% " << values[values.size() * 99 / 100]
                  << ", most " << values.back() << '\n';
}

void print(const KernelStatistics& all) {
    std::cout << all.programs << " programs in " << all.objects << " objects, " << all.alone << " alone ("
              << all.refused << " others refused by evaluation or not of the wanted size), " << all.packets
              << " packets compared\npipeline nodes:";
    for (const auto& [nodes, count] : all.sizes)
        std::cout << "  <=" << nodes << ": " << count;
    std::cout << "  largest: " << all.largest << '\n';
    print_middle_and_most("instructions verified", all.verified);
    print_middle_and_most("milliseconds to load", all.milliseconds);
}

int fail(const std::string& what) {
    std::cout << "FAILED: " << what << std::endl;
    return 1;
}

/// What random programs do not lead to: booleans that are known are folded, the vocabulary has no name for where the
/// transport header is, and a state that was not set before is known. unit_codegen's random pipelines have them.
bool comes_from_pipelines_only(const std::string& part) {
    return part == "operation boolean" || part == "field l4_offset" || part == "input state";
}

int check_coverage(const KernelStatistics& all) {
    int failed = 0;
    for (const auto* counts : {&all.uses, &all.parts})
        for (const auto& [name, count] : *counts)
            if (count == 0 && !comes_from_pipelines_only(name))
                failed |= fail(name + " was never in a program");
    if (all.programs < 3000 || all.alone < 1000)
        failed |= fail("too few programs");
    if (all.largest < 1000)
        failed |= fail("no program was large");
    return failed;
}

} // namespace

int main() {
    if (geteuid() != 0) {
        std::cout << "skipped: loading eBPF programs needs root\n";
        return skipped;
    }
    const char* seed = std::getenv("PFQ_PROPERTY_SEED");
    const char* share = std::getenv("PFQ_KERNEL_PERCENT");
    const std::uint64_t fresh = seed ? std::strtoull(seed, nullptr, 10) : std::random_device{}();
    const auto percent = static_cast<unsigned>(share ? std::strtoul(share, nullptr, 10) : 100);
    std::cout << "fresh seed " << fresh << " (PFQ_PROPERTY_SEED repeats it)" << std::endl;
    const KernelStatistics all = run_all(all_lots(fresh, percent));
    print(all);
    int failed = 0;
    for (const std::string& failure : all.failures)
        failed |= fail(failure);
    if (percent >= 100 && failed == 0)
        failed = check_coverage(all);
    return failed;
}
