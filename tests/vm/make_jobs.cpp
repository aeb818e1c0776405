// make-jobs FILE PROGRAMS SEED: writes the whole corpus, as XDP and as TC program, and so many random programs as jobs,
// for kernels where no compiler is.
#include "tests/corpus/bpf_lots.hpp"
#include "tests/property/kernel_group.hpp"
#include "tests/property/worker.hpp"
#include <cstdlib>
#include <fstream>
#include <iostream>

namespace {

using namespace pfq;
using namespace pfq::test;

constexpr std::size_t packets_of_random = 16;
constexpr unsigned sizes = 10; ///< programs of up to 2, 4, ..., 1024 names and forms take turns

std::size_t write_corpus(std::ostream& out) {
    std::size_t jobs = 0;
    for (const auto& file : case_files()) {
        const auto cases = read_cases(file);
        for (const BpfLot& lot : make_lots(cases))
            for (const Hook hook : {Hook::xdp, Hook::tc}) {
                BpfJob job = make_job(file.stem(), hook, lot);
                add_packets(job, lot);
                write(out, job);
                ++jobs;
            }
    }
    return jobs;
}

/// Each alone in its object.
std::size_t write_random(std::ostream& out, std::size_t programs, std::uint64_t seed) {
    Generator generator(seed);
    std::size_t written = 0, largest = 0;
    for (unsigned i = 0; written < programs; ++i) {
        const std::string text = test::text(generator.next(2U << (i % sizes)));
        const Compiled compiled = compile_program(text);
        if (compiled.refused)
            continue;
        if (!compiled.fault.empty())
            throw std::runtime_error("a program " + compiled.fault + "\n" + text);
        const auto packets = runnable_packets(seed + i, packets_of_random);
        const std::vector<BpfGroup> groups = {make_group(text, compiled.optimised, packets)};
        BpfJob job = make_job("random, seed " + std::to_string(seed) + ", program " + std::to_string(i),
                              i % 2 == 0 ? Hook::xdp : Hook::tc, codegen::Shape::automatic, groups);
        add_packets(job, groups, packets);
        write(out, job);
        ++written;
        largest = std::max(largest, compiled.optimised.nodes.size());
    }
    std::cout << written << " random programs, the largest of " << largest << " nodes\n";
    return written;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::cerr << "usage: make-jobs FILE PROGRAMS SEED\n";
        return 2;
    }
    try {
        std::ofstream out(argv[1], std::ios::binary);
        const std::size_t corpus = write_corpus(out);
        const std::size_t random =
            write_random(out, std::strtoull(argv[2], nullptr, 10), std::strtoull(argv[3], nullptr, 10));
        out.close();
        if (!out)
            throw std::runtime_error(std::string("cannot write ") + argv[1]);
        std::cout << corpus + random << " jobs\n";
    } catch (const std::exception& error) {
        std::cerr << "make-jobs: " << error.what() << '\n';
        return 1;
    }
}
