// Random programs in the kernel: compiled to eBPF objects, loaded, run, compared with the reference evaluator.
#pragma once
#include "tests/property/kernel_parts.hpp"
#include "tests/support/bpf/make_job.hpp"
#include <map>
#include <string>
#include <vector>

namespace pfq::test {

/// What one seed makes: programs that share one object, or are each alone in theirs.
struct KernelLot {
    std::uint64_t seed = 0;
    unsigned programs = 1;
    bool together = false; ///< all in one object
    bool large = false;    ///< 500 nodes and more
    Hook hook = Hook::xdp;
    codegen::Shape shape = codegen::Shape::automatic;
};

struct KernelStatistics {
    std::map<std::string, std::uint64_t> uses;  ///< of names and forms of the language
    Parts parts = no_parts();                   ///< of pipelines
    std::map<std::size_t, std::uint64_t> sizes; ///< programs by pipeline nodes, rounded up to a power of two
    std::uint64_t programs = 0, alone = 0, objects = 0, packets = 0, refused = 0;
    std::uint64_t largest = 0;           ///< nodes
    std::vector<std::uint32_t> verified; ///< instructions, by object
    std::vector<double> milliseconds;    ///< to load, by object
    std::vector<std::string> failures;
    void add(const KernelStatistics& other);
};

/// Must be called on a thread that keeps to one processor.
[[nodiscard]] KernelStatistics run_lot(const KernelLot& lot);

} // namespace pfq::test
