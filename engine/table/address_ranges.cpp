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

/// The address behind it; the first one behind the last.
Address next(Address address) {
    return {address.high + (address.low == ~std::uint64_t{0} ? 1 : 0), address.low + 1};
}

} // namespace

void AddressRanges::add(Address address, unsigned length, unsigned bits) {
    const Address host = low_bits(bits - length);
    const Address first{address.high & ~host.high, address.low & ~host.low};
    ranges_.push_back({first, {first.high | host.high, first.low | host.low}});
}

void AddressRanges::seal() {
    std::ranges::sort(ranges_, {}, &Range::first);
    std::vector<Range> merged;
    for (const Range& range : ranges_) {
        if (merged.empty() || (merged.back().last < range.first && next(merged.back().last) != range.first))
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

std::vector<AddressRanges::Prefix> AddressRanges::prefixes(unsigned bits) const {
    std::vector<Prefix> all;
    for (const Range& range : ranges_)
        for (Address first = range.first;;) {
            // The largest block that starts here and does not go beyond the range.
            unsigned host = 0;
            Address last = first;
            for (; host < bits; ++host) {
                const Address more = low_bits(host + 1);
                if ((first.high & more.high) != 0 || (first.low & more.low) != 0)
                    break;
                const Address end{first.high | more.high, first.low | more.low};
                if (range.last < end)
                    break;
                last = end;
            }
            all.push_back({first, bits - host});
            if (last == range.last)
                break;
            first = next(last);
        }
    return all;
}

} // namespace pfq::engine
