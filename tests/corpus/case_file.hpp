// The files of cases. Their notation is explained in tests/corpus/README.md.
#pragma once
#include "tests/corpus/expectation.hpp"
#include "tests/corpus/world.hpp"
#include "tests/support/test_packet.hpp"
#include <filesystem>
#include <string>
#include <vector>

namespace pfq::test {

/// One packet with what a program has to say about it.
struct PacketCase {
    unsigned line = 0;
    std::string text; ///< the notation
    TestPacket packet;
    Expectation expected;
};

/// One program with the packets it gets.
struct ProgramCase {
    std::string file; ///< its name without folders
    unsigned line = 0;
    std::string program;
    Tables tables;
    bool bpf_alone = false; ///< fits the stack of eBPF only as the one group of its object
    std::vector<PacketCase> packets;
};

/// "file:line", for failure messages.
[[nodiscard]] std::string place(const ProgramCase& program, unsigned line);

/// Throws std::invalid_argument: "file:line: what is wrong".
[[nodiscard]] std::vector<ProgramCase> read_cases(const std::filesystem::path& file);

/// All files of the corpus, sorted.
[[nodiscard]] std::vector<std::filesystem::path> case_files();

} // namespace pfq::test
