// The same filter three times: for PFQ, for libpcap, and written by hand.
#pragma once
#include "bench/hand/packet.hpp"

#include <span>
#include <string>

namespace pfq::bench {

struct Program {
    std::string name;
    unsigned tests;      ///< conditions in the text
    std::string pfq;     ///< for pfq run -e
    std::string tcpdump; ///< as an argument of tcpdump
    hand::Filter by_hand;
};

[[nodiscard]] std::span<const Program> programs();

} // namespace pfq::bench
