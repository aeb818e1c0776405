// The properties of one program, and of many.
#pragma once
#include "lang/pipeline/pipeline.hpp"
#include "tests/property/generator.hpp"
#include "tests/support/test_packet.hpp"
#include <map>
#include <string>
#include <vector>

namespace pfq::test {

/// What is wrong with a program: nothing, or a readable report that names the property that does not hold.
/// Properties that need no native code.
struct Compiled {
    std::string fault;
    bool refused = false; ///< for a reason that types cannot see (a choice at run time, say): a right answer, no fault
    lang::Pipeline plain, optimised;
};
[[nodiscard]] Compiled compile_program(const std::string& text);

/// The program written in another way means the same. Empty, or what is wrong.
[[nodiscard]] std::string check_format(const std::string& text, const lang::Pipeline& optimised);

/// All executions agree. Empty, or the packet and the verdicts.
class Native;
[[nodiscard]] std::string check_verdicts(const Compiled& compiled, const Native& native, std::size_t group,
                                         const std::vector<TestPacket>& packets);

/// The smallest program found that still has a fault of the same kind (the first line of its report).
struct Shrunk {
    std::string text, fault;
};
[[nodiscard]] Shrunk shrink(const ProgramTerm& program, const std::string& fault,
                            const std::vector<TestPacket>& packets);

/// Packets of capture files, spread over all of them; empty when there are none.
[[nodiscard]] std::vector<TestPacket> captured_packets(std::size_t most);

/// What was seen in a run.
struct Statistics {
    std::map<std::string, std::uint64_t> uses;
    std::map<std::size_t, std::uint64_t> sizes; ///< programs by pipeline nodes, rounded up to a power of two
    std::uint64_t programs = 0, comparisons = 0, passed = 0, largest = 0;
    std::uint64_t refused = 0; ///< well typed, but refused by evaluation; not among `programs`
    double generate = 0, compile = 0, native = 0, run = 0; ///< seconds
    std::vector<std::string> failures;
    void add(const Statistics& other);
};

/// One request's worth of programs, all from this seed.
[[nodiscard]] Statistics run_batch(std::uint64_t seed, std::size_t programs, const std::vector<TestPacket>& captured);

} // namespace pfq::test
