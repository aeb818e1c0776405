// run-jobs FILE: loads and runs the jobs of a file on this kernel. Says what was done, and what is wrong.
#include "tests/support/bpf/job.hpp"
#include <fstream>
#include <iostream>

namespace {

using namespace pfq::test;

constexpr std::size_t most_told = 20;

} // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: run-jobs FILE\n";
        return 2;
    }
    std::ifstream in(argv[1], std::ios::binary);
    const OnCpu keep(0);
    std::size_t jobs = 0, rejected = 0, packets = 0, refused = 0, different = 0;
    const auto tell = [&](const BpfJob& job, const std::string& what) {
        if (rejected + different <= most_told)
            std::cout << "FAULT " << job.name << ", " << name(job.hook) << ": " << what << '\n';
    };
    try {
        for (BpfJob job; read(in, job); job = {}) {
            ++jobs;
            try {
                const auto object = load(job);
                const JobResult result = run(job, *object);
                packets += result.ran;
                refused += result.refused;
                for (const std::string& fault : result.faults) {
                    ++different;
                    tell(job, fault);
                }
            } catch (const NotLoaded& error) {
                ++rejected;
                tell(job, error.what());
            }
        }
    } catch (const std::exception& error) {
        std::cout << "FAULT " << error.what() << '\n';
        return 1;
    }
    std::cout << "jobs " << jobs << " rejected " << rejected << " packets " << packets << " refused " << refused
              << " different " << different << '\n';
    return rejected + different == 0 ? 0 : 1;
}
