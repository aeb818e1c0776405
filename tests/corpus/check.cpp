#include "tests/corpus/check.hpp"
#include <gtest/gtest.h>

namespace pfq::test {

std::vector<Outcome> check_packets(const ProgramCase& program, const std::string& execution,
                                   const std::function<Outcome(const TestPacket&)>& run) {
    std::vector<Outcome> outcomes;
    for (const PacketCase& packet : program.packets) {
        const Outcome outcome = run(packet.packet);
        const std::string wrong = differences(packet.expected, packet.packet.mark, outcome, outcomes);
        if (!wrong.empty())
            ADD_FAILURE() << place(program, packet.line) << ": " << execution << "\nprogram " << program.program
                          << "\npacket  " << packet.text << "\n"
                          << wrong;
        outcomes.push_back(outcome);
    }
    return outcomes;
}

} // namespace pfq::test
