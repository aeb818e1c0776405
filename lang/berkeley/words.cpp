#include "lang/berkeley/words.hpp"

#include <algorithm>
#include <bit>

namespace pfq::lang::berkeley {

namespace {

std::uint64_t all_below(std::uint64_t value) {
    return value == 0 ? 0 : ~std::uint64_t{0} >> std::countl_zero(value);
}

} // namespace

std::uint64_t Words::bound(NodeId id) const {
    const auto found = bounds_.find(id);
    const std::uint64_t known = nodes_.upper_bound(id);
    return found == bounds_.end() ? known : std::min(known, found->second);
}

NodeId Words::at_most(NodeId id, std::uint64_t bound) {
    const auto [place, is_new] = bounds_.try_emplace(id, bound);
    place->second = std::min(place->second, bound);
    return id;
}

NodeId Words::wrapped(NodeId id) {
    return at_most(nodes_.arithmetic(Op::bit_and, id, nodes_.word(largest_word)), largest_word);
}

/// A result of 64 bits that is at most `bound`, as one of 32 bits.
NodeId Words::fitting(NodeId id, std::uint64_t bound) {
    return bound <= largest_word ? at_most(id, bound) : wrapped(id);
}

/// Adds the complement, as a difference below zero could be all ones.
NodeId Words::subtract(NodeId a, NodeId b) {
    if (nodes_.constant(b) == 0)
        return a;
    const NodeId complement = nodes_.arithmetic(Op::sub, nodes_.word(largest_word + 1), b);
    return wrapped(nodes_.arithmetic(Op::add, a, complement));
}

NodeId Words::shift_left(NodeId a, NodeId b) {
    const NodeId result = nodes_.arithmetic(Op::shl, a, b);
    const auto by = nodes_.constant(b);
    return by && *by < 32 ? fitting(result, bound(a) << *by) : wrapped(result);
}

NodeId Words::compute(Op op, NodeId a, NodeId b) {
    const std::uint64_t most_a = bound(a), most_b = bound(b);
    const auto result = [&] { return nodes_.arithmetic(op, a, b); };
    switch (op) {
    case Op::add:
        return fitting(result(), most_a + most_b);
    case Op::sub:
        return subtract(a, b);
    case Op::mul:
        return fitting(result(), most_a * most_b);
    case Op::div:
        return at_most(result(), most_a);
    case Op::mod:
        return at_most(result(), most_b == 0 ? 0 : std::min(most_a, most_b - 1));
    case Op::bit_and:
        return at_most(result(), std::min(most_a, most_b));
    case Op::shl:
        return shift_left(a, b);
    case Op::shr:
        return at_most(result(),
                       nodes_.constant(b) ? most_a >> std::min<std::uint64_t>(*nodes_.constant(b), 63) : most_a);
    default: // bit_or, bit_xor
        return at_most(result(), all_below(most_a | most_b));
    }
}

NodeId Words::negate(NodeId a) {
    return wrapped(nodes_.arithmetic(Op::sub, nodes_.word(largest_word + 1), a));
}

NodeId Words::select(NodeId condition, NodeId yes, NodeId no) {
    return at_most(nodes_.select(condition, yes, no), std::max(bound(yes), bound(no)));
}

NodeId Words::load(Base base, unsigned width, NodeId x, std::uint32_t k) {
    const NodeId offset = nodes_.arithmetic(Op::add, x, nodes_.word(k));
    return at_most(nodes_.load(base, width, offset, 0), (std::uint64_t{1} << (8 * width)) - 1);
}

} // namespace pfq::lang::berkeley
