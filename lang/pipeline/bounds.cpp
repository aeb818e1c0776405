// What is known of a word without looking at a packet: its width, and whether it can be absent.
#include "lang/pipeline/builder.hpp"

#include <algorithm>
#include <tuple>

namespace pfq::lang {

namespace {

constexpr std::uint64_t bits(unsigned n) {
    return (std::uint64_t{1} << n) - 1;
}

std::uint64_t field_bound(Field field) {
    switch (field) {
    case Field::vlan_count:
        return 4;
    case Field::ip_version:
        return 6;
    case Field::ip_tos:
    case Field::ip_ttl:
    case Field::l4_protocol:
    case Field::tcp_flags:
    case Field::icmp_type:
    case Field::icmp_code:
        return bits(8);
    case Field::tcp_header_length:
        return 60;
    case Field::eth_type:
    case Field::vlan_tci:
    case Field::vlan_tpid:
    case Field::vlan_inner_tci:
    case Field::ip_frag:
    case Field::source_port:
    case Field::destination_port:
    case Field::tcp_window:
    case Field::tcp_urgent:
    case Field::udp_length:
        return bits(16);
    case Field::ip6_flow_label:
        return bits(20);
    case Field::eth_destination:
    case Field::eth_source:
        return bits(48);
    case Field::ip6_source_high:
    case Field::ip6_source_low:
    case Field::ip6_destination_high:
    case Field::ip6_destination_low:
        return absent - 1;
    default:
        return bits(32);
    }
}

} // namespace

std::uint64_t Builder::upper_bound(NodeId id, unsigned depth) const {
    constexpr unsigned deep_enough = 8; // deeper operands count as unbounded
    const Node& n = node(id);
    if (depth > deep_enough)
        return absent - 1;
    auto bound = [&](NodeId operand) { return upper_bound(operand, depth + 1); };
    // An absent branch has no value that could be too big.
    auto branch = [&](NodeId operand) { return constant(operand) == absent ? 0 : bound(operand); };
    switch (n.op) {
    case Op::constant:
        return n.imm;
    case Op::field:
        return field_bound(static_cast<Field>(n.sub));
    case Op::slot:
    case Op::mix:
        return bits(32);
    case Op::load:
        return bits(8 * n.sub);
    case Op::bit_and:
        return std::min(bound(n.a), bound(n.b));
    case Op::select:
        return std::max(branch(n.b), branch(n.c));
    case Op::input:
        return static_cast<Input>(n.sub) == Input::queue ? bits(16) : absent - 1;
    case Op::mod:
        if (auto divisor = constant(n.b); divisor && *divisor != 0)
            return *divisor - 1;
        return absent - 1;
    case Op::shr:
        if (auto by = constant(n.b); by && *by < 64)
            return bound(n.a) >> *by;
        return absent - 1;
    default:
        return absent - 1;
    }
}

bool Builder::always_present(NodeId id) const {
    const Node& n = node(id);
    switch (n.op) {
    case Op::constant:
        return n.imm != absent;
    case Op::slot:
        return true;
    case Op::field:
        return fields()[n.sub].layer == Layer::frame;
    case Op::input:
        switch (static_cast<Input>(n.sub)) {
        case Input::device:
        case Input::queue:
            return true;
        default:
            return false; // wide enough to reach all ones
        }
    case Op::mix:
    case Op::bit_and:
        return always_present(n.a) && always_present(n.b); // only two absent words give all ones
    case Op::mod:
        return always_present(n.a) && constant(n.b).value_or(0) != 0;
    default:
        return false;
    }
}

WordSet normalised(WordSet set) {
    auto& r = set.ranges;
    std::erase_if(r, [](const WordSet::Range& range) { return range.low > range.high || range.low == absent; });
    for (auto& range : r)
        range.high = std::min(range.high, absent - 1);
    std::sort(r.begin(), r.end(), [](const auto& x, const auto& y) { return x.low < y.low; });
    std::size_t kept = 0;
    for (const auto& range : r) {
        if (kept > 0 && range.low <= r[kept - 1].high + 1)
            r[kept - 1].high = std::max(r[kept - 1].high, range.high);
        else
            r[kept++] = range;
    }
    r.resize(kept);
    return set;
}

PrefixSet normalised(PrefixSet set) {
    auto& p = set.prefixes;
    auto key = [](const Prefix& x) { return std::tuple(x.ipv6, x.high, x.low, x.length); };
    std::sort(p.begin(), p.end(), [&](const Prefix& x, const Prefix& y) { return key(x) < key(y); });
    p.erase(std::unique(p.begin(), p.end()), p.end());
    return set;
}

} // namespace pfq::lang
