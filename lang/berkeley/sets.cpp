#include "lang/berkeley/sets.hpp"

#include <algorithm>

namespace pfq::lang::berkeley {

namespace {

constexpr std::size_t few = 8; ///< ranges of a set that is worth looking at

WordSet united(WordSet a, const WordSet& b) {
    a.ranges.insert(a.ranges.end(), b.ranges.begin(), b.ranges.end());
    return normalised(std::move(a));
}

WordSet without(const WordSet& a, const WordSet& b) {
    return intersection(a, complement(b, absent - 1));
}

} // namespace

WordSet intersection(const WordSet& a, const WordSet& b) {
    WordSet common;
    for (const auto& x : a.ranges)
        for (const auto& y : b.ranges)
            if (const auto low = std::max(x.low, y.low), high = std::min(x.high, y.high); low <= high)
                common.ranges.push_back({low, high});
    return normalised(std::move(common));
}

WordSet complement(const WordSet& set, std::uint64_t most) {
    WordSet rest;
    std::uint64_t next = 0;
    for (const auto& range : set.ranges) {
        if (range.low > next)
            rest.ranges.push_back({next, std::min(range.low - 1, most)});
        next = range.high + 1;
        if (range.high >= most)
            return rest;
    }
    rest.ranges.push_back({next, most});
    return rest;
}

std::optional<WordTest> word_test(const Builder& nodes, NodeId id) {
    const Node* node = &nodes.node(id);
    const bool negated = node->op == Op::negate;
    if (negated)
        node = &nodes.node(node->a);
    if (node->op == Op::eq && nodes.constant(node->b))
        return WordTest{node->a, {{{*nodes.constant(node->b), *nodes.constant(node->b)}}}, negated};
    if (node->op == Op::in_set && nodes.pipeline().sets[node->imm].ranges.size() <= few)
        return WordTest{node->a, nodes.pipeline().sets[node->imm], negated};
    return std::nullopt;
}

NodeId node(Builder& nodes, const WordTest& test) {
    const NodeId inside = nodes.in_set(test.word, test.set);
    return test.negated ? nodes.negate(inside) : inside;
}

WordTest both(const WordTest& a, const WordTest& b) {
    if (a.negated && b.negated)
        return {a.word, united(a.set, b.set), true};
    if (a.negated)
        return {a.word, without(b.set, a.set), false};
    return {a.word, b.negated ? without(a.set, b.set) : intersection(a.set, b.set), false};
}

} // namespace pfq::lang::berkeley
