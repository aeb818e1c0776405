// The packet law: what must add up in a snapshot of the counters when no packet is in flight.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/counters.hpp"

namespace pfq::engine {

/// An equation that does not hold.
struct Violation {
    std::string where;    ///< "group 3", "socket web", "run"
    std::string equation; ///< "received = accepted + dropped + diverted"
    std::uint64_t left = 0;
    std::uint64_t right = 0;
    std::string numbers; ///< the right side's terms: "accepted 4, dropped 2, diverted 0"
    bool operator==(const Violation&) const = default;
};

/// Every violated equation, devices first; empty when the law holds.
[[nodiscard]] std::vector<Violation> check_law(const Snapshot& snapshot);
/// "group 3: received = accepted + dropped + diverted, but 7 is not 6 (accepted 4, dropped 2, diverted 0)"
[[nodiscard]] std::string print(const Violation& violation);

} // namespace pfq::engine
