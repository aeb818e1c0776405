#include "engine/table/address_ranges.hpp"

#include <algorithm>

namespace pfq::engine {
namespace {

/// The lowest `bits` bits set.
Address low_bits(unsigned bits) {
    if (bits >= 128)
        return {~std::uint64_t{0}, ~std::uint64_t{0}};
    if (bits >= 64)
        return {(std::uint64_t{1} << (bits - 64)) - 1, ~std::uint64_t{0}};
    return {0, (std::uint64_t{1} << bits) - 1};
}

} // namespace

Address without_host(Address address, unsigned host) {
    const Address bits = low_bits(host);
    return {address.high & ~bits.high, address.low & ~bits.low};
}

void AddressRanges::add(Address address, unsigned length, unsigned bits) {
    const Address host = low_bits(bits - length);
    const Address first = without_host(address, bits - length);
    ranges_.push_back({first, {first.high | host.high, first.low | host.low}});
}

void AddressRanges::seal() {
    std::ranges::sort(ranges_, {}, &Range::first);
    std::vector<Range> merged;
    for (const Range& range : ranges_) {
        if (merged.empty() || merged.back().last < range.first)
            merged.push_back(range);
        else
            merged.back().last = std::max(merged.back().last, range.last);
    }
    ranges_ = std::move(merged);
}

bool AddressRanges::contains(Address address) const {
    const auto next = std::ranges::upper_bound(ranges_, address, {}, &Range::first);
    return next != ranges_.begin() && address <= std::prev(next)->last;
}

} // namespace pfq::engine
