// A set of addresses of one family, given as prefixes.
#pragma once
#include <compare>
#include <cstdint>
#include <vector>

namespace pfq::engine {

/// An IPv6 address, or an IPv4 address in the lower 32 bits of `low`.
struct Address {
    std::uint64_t high = 0, low = 0;
    auto operator<=>(const Address&) const = default;
};

/// The address with its last `host` bits (of 128) zero.
[[nodiscard]] Address without_host(Address address, unsigned host);

/// Whether any prefix covers an address is all that is asked, so prefixes become sorted disjoint ranges.
class AddressRanges {
public:
    /// Adds the prefix of `length` bits of an address of `bits` (32 or 128) bits; bits beyond the length are ignored.
    void add(Address address, unsigned length, unsigned bits);
    /// Call once after the last add and before the first contains.
    void seal();
    [[nodiscard]] bool contains(Address address) const;

private:
    struct Range {
        Address first, last;
    };
    std::vector<Range> ranges_;
};

} // namespace pfq::engine
