// Address prefixes as ranges of words, which is how code tests for them. No LLVM here.
#pragma once
#include "lang/pipeline/pipeline.hpp"
#include <cstdint>
#include <vector>

namespace pfq::codegen {

using Ranges = std::vector<lang::WordSet::Range>; ///< sorted, disjoint, not adjacent

/// IPv6 addresses with these upper 64 bits: the lower ones that belong to the set.
struct LongPrefixes {
    std::uint64_t high;
    Ranges low;
};

struct PrefixRanges {
    Ranges ipv4;                    ///< of the address
    Ranges ipv6;                    ///< of the upper 64 bits: prefixes up to /64
    std::vector<LongPrefixes> deep; ///< prefixes beyond /64, ascending by `high`
};

[[nodiscard]] PrefixRanges ranges_of(const lang::PrefixSet& set);

} // namespace pfq::codegen
