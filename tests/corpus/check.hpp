// Comparison of what an execution says with what a case expects.
#pragma once
#include "tests/corpus/case_file.hpp"
#include <functional>

namespace pfq::test {

/// Runs the packets of one case by one execution; a failure of the current test for every difference. Returns what it
/// said about each packet.
std::vector<Outcome> check_packets(const ProgramCase& program, const std::string& execution,
                                   const std::function<Outcome(const TestPacket&)>& run);

} // namespace pfq::test
