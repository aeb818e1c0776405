// The meaning of the pure operations of a pipeline, shared by compile-time folding and the reference evaluator.
#pragma once
#include "lang/pipeline/pipeline.hpp"
#include <tuple>
#include <utility>

namespace pfq::lang {

/// The hash of docs/packet-model.md. Of plain words: all ones is a value here. The result has 32 bits.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    std::uint64_t x = a * 0x9e3779b97f4a7c15U + b;
    x ^= x >> 32U;
    x *= 0xd6e8feb86659fd93U;
    x ^= x >> 32U;
    x *= 0xd6e8feb86659fd93U;
    x ^= x >> 32U;
    return x & 0xffffffffU;
}

/// The operations add to shr, and mix: Word64 op Word64, where either may be absent, and so may the result.
/// For any other operation: absent.
[[nodiscard]] constexpr std::uint64_t arithmetic(Op op, std::uint64_t a, std::uint64_t b) {
    if (a == absent || b == absent)
        return absent;
    switch (op) {
    case Op::add:
        return a + b;
    case Op::sub:
        return a - b;
    case Op::mul:
        return a * b;
    case Op::div:
        return b == 0 ? absent : a / b;
    case Op::mod:
        return b == 0 ? absent : a % b;
    case Op::bit_and:
        return a & b;
    case Op::bit_or:
        return a | b;
    case Op::bit_xor:
        return a ^ b;
    case Op::shl:
        return b >= 64 ? 0 : a << b;
    case Op::shr:
        return b >= 64 ? 0 : a >> b;
    case Op::mix:
        return mix(a, b);
    default:
        return absent;
    }
}

/// The operations eq, ne, lt, le: false when either word is absent. For any other operation: false.
[[nodiscard]] constexpr bool compare(Op op, std::uint64_t a, std::uint64_t b) {
    if (a == absent || b == absent)
        return false;
    switch (op) {
    case Op::eq:
        return a == b;
    case Op::ne:
        return a != b;
    case Op::lt:
        return a < b;
    case Op::le:
        return a <= b;
    default:
        return false;
    }
}

/// The operations both, either, differ. For any other operation: false.
[[nodiscard]] constexpr bool connect(Op op, bool a, bool b) {
    switch (op) {
    case Op::both:
        return a && b;
    case Op::either:
        return a || b;
    case Op::differ:
        return a != b;
    default:
        return false;
    }
}

/// in_set: false for an absent word.
[[nodiscard]] constexpr bool contains(const WordSet& set, std::uint64_t word) {
    if (word == absent)
        return false;
    for (const WordSet::Range& range : set.ranges)
        if (range.low <= word && word <= range.high)
            return true;
    return false;
}

/// An address as the bytes of a packet tell it: IPv4 in the lower 32 bits of `low`. All ones is a value, never absent.
struct Address {
    bool ipv6 = false;
    std::uint64_t high = 0, low = 0;
    bool operator==(const Address&) const = default;
};

/// The bits of an address that a prefix of `length` (0 to 32, 0 to 128) looks at.
[[nodiscard]] constexpr Address truncated(Address address, unsigned length) {
    const unsigned position = address.ipv6 ? length : length + 96; // as in a word of 128 bits
    const auto mask = [](unsigned bits) {
        return bits == 0 ? 0 : bits >= 64 ? ~std::uint64_t{0} : ~std::uint64_t{0} << (64 - bits);
    };
    address.high &= mask(position);
    address.low &= position <= 64 ? 0 : mask(position - 64);
    return address;
}

[[nodiscard]] constexpr bool contains(const PrefixSet& set, const Address& address) {
    for (const Prefix& prefix : set.prefixes)
        if (truncated(address, prefix.length) == Address{prefix.ipv6, prefix.high, prefix.low} &&
            address.ipv6 == prefix.ipv6)
            return true;
    return false;
}

/// Number of the bit that hash `i` (0 to 3) of a filter with `bins` bits (a power of two) names for a masked word.
[[nodiscard]] constexpr std::uint64_t bloom_bin(std::uint64_t masked, unsigned i, std::uint64_t bins) {
    return mix(masked, i + 1) & (bins - 1);
}

/// in_bloom: false for an absent word.
[[nodiscard]] constexpr bool contains(const Bloom& bloom, std::uint64_t word) {
    if (word == absent)
        return false;
    const std::uint64_t masked = word & bloom.mask;
    for (unsigned i = 0; i < 4; ++i) {
        const std::uint64_t bin = bloom_bin(masked, i, bloom.bits.size() * 64);
        if ((bloom.bits[bin / 64] >> (bin % 64) & 1U) == 0)
            return false;
    }
    return true;
}

/// What in_table looks up. The same members as struct pfq_table_key of the datapath.
struct TableKey {
    std::uint64_t high = 0, low = 0;   ///< address (IPv4 in low), or the port in low; flow: the smaller end
    std::uint64_t high2 = 0, low2 = 0; ///< flow: the larger end
    std::uint16_t port = 0, port2 = 0; ///< flow: ports of the ends
    std::uint8_t protocol = 0;         ///< flow
    bool ipv6 = false;                 ///< family of the addresses
    bool operator==(const TableKey&) const = default;
    auto operator<=>(const TableKey&) const = default;
};

[[nodiscard]] constexpr TableKey address_key(const Address& address) {
    return {.high = address.high, .low = address.low, .ipv6 = address.ipv6};
}

[[nodiscard]] constexpr TableKey port_key(std::uint16_t port) {
    return {.low = port};
}

/// One end of a flow.
struct End {
    Address address;
    std::uint16_t port = 0;
};

/// The key of a flow is the same for both of its directions: ends are ordered by (high, low, port).
[[nodiscard]] constexpr TableKey flow_key(End a, End b, std::uint8_t protocol) {
    const auto rank = [](const End& end) { return std::tuple(end.address.high, end.address.low, end.port); };
    if (rank(b) < rank(a))
        std::swap(a, b);
    return {.high = a.address.high,
            .low = a.address.low,
            .high2 = b.address.high,
            .low2 = b.address.low,
            .port = a.port,
            .port2 = b.port,
            .protocol = protocol,
            .ipv6 = a.address.ipv6};
}

} // namespace pfq::lang
