#include "codegen/ranges.hpp"
#include <algorithm>
#include <map>

namespace pfq::codegen {

namespace {

/// The `host` lower bits, 0 to 64.
std::uint64_t host_bits(unsigned host) {
    return host >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << host) - 1;
}

void merge(Ranges& ranges) {
    std::ranges::sort(ranges, {}, &lang::WordSet::Range::low);
    Ranges merged;
    for (const auto& range : ranges) {
        const bool touches =
            !merged.empty() && (merged.back().high == ~std::uint64_t{0} || range.low <= merged.back().high + 1);
        if (touches)
            merged.back().high = std::max(merged.back().high, range.high);
        else
            merged.push_back(range);
    }
    ranges = std::move(merged);
}

} // namespace

PrefixRanges ranges_of(const lang::PrefixSet& set) {
    PrefixRanges result;
    std::map<std::uint64_t, Ranges> deep;
    for (const auto& prefix : set.prefixes) {
        if (!prefix.ipv6)
            result.ipv4.push_back({prefix.low, prefix.low | host_bits(32U - prefix.length)});
        else if (prefix.length <= 64)
            result.ipv6.push_back({prefix.high, prefix.high | host_bits(64U - prefix.length)});
        else
            deep[prefix.high].push_back({prefix.low, prefix.low | host_bits(128U - prefix.length)});
    }
    merge(result.ipv4);
    merge(result.ipv6);
    for (auto& [high, low] : deep) {
        merge(low);
        result.deep.push_back({high, std::move(low)});
    }
    return result;
}

} // namespace pfq::codegen
