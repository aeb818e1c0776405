#include "lang/berkeley/decisions.hpp"

#include <algorithm>
#include <bit>

#include "lang/berkeley/sets.hpp"

namespace pfq::lang::berkeley {

namespace {

constexpr std::size_t longest_spine = 64; ///< nodes that are looked at for a common tail
constexpr std::size_t most_steps = 4;     ///< that are made conditional: each one repeats the condition

/// What a word is otherwise, and which of its lower bits are cut off.
struct Prefix {
    NodeId word;
    std::uint64_t low; ///< those bits, set
};

std::optional<Prefix> as_prefix(const Builder& nodes, const Words& words, NodeId id) {
    const Node& node = nodes.node(id);
    if (node.op != Op::bit_and)
        return std::nullopt;
    const bool left = nodes.constant(node.a).has_value();
    const NodeId word = left ? node.b : node.a;
    const auto mask = nodes.constant(left ? node.a : node.b);
    if (!mask || words.bound(word) == 0 || words.bound(word) > largest_word)
        return std::nullopt; // of more than 32 bits: the mask is what cuts a result to its width
    const std::uint64_t all = ~std::uint64_t{0} >> std::countl_zero(words.bound(word));
    const std::uint64_t low = all & ~*mask;
    return (low & (low + 1)) == 0 ? std::optional(Prefix{word, low}) : std::nullopt;
}

/// The words whose prefixes are in the set.
WordSet extended(const WordSet& set, std::uint64_t low) {
    WordSet wide;
    for (const auto& range : set.ranges)
        if (const auto first = (range.low + low) & ~low, last = range.high & ~low; first <= last)
            wide.ranges.push_back({first, last | low});
    return normalised(std::move(wide));
}

} // namespace

NodeId Decisions::test(NodeId word, WordSet set, bool prefer_true) {
    while (const auto prefix = as_prefix(nodes_, words_, word)) {
        set = extended(set, prefix->low);
        word = prefix->word;
    }
    const std::uint64_t most = words_.bound(word);
    set = intersection(set, {{{0, most}}});
    if (set.ranges.empty())
        return nodes_.boolean(false);
    WordSet others = complement(set, most);
    if (others.ranges.empty())
        return nodes_.boolean(true);
    const std::size_t here = set.ranges.size(), there = others.ranges.size();
    if (here < there || (here == there && prefer_true))
        return node(nodes_, {word, std::move(set), false});
    return node(nodes_, {word, std::move(others), true});
}

/// Both as one test, when they are tests of the same word.
std::optional<NodeId> Decisions::merged(NodeId a, NodeId b) {
    const auto first = word_test(nodes_, a), second = word_test(nodes_, b);
    if (!first || !second || first->word != second->word)
        return std::nullopt;
    return node(nodes_, berkeley::both(*first, *second));
}

NodeId Decisions::both(NodeId a, NodeId b) {
    if (const auto one = merged(a, b))
        return *one;
    if (nodes_.node(b).op == Op::both)
        if (const auto one = merged(a, nodes_.node(b).a))
            return nodes_.both(*one, nodes_.node(b).b);
    if (nodes_.node(a).op == Op::both)
        if (const auto one = merged(nodes_.node(a).b, b))
            return nodes_.both(nodes_.node(a).a, *one);
    return nodes_.both(a, b);
}

NodeId Decisions::either(NodeId a, NodeId b) {
    if (nodes_.node(a).op == Op::negate && nodes_.node(b).op == Op::negate)
        return nodes_.negate(both(nodes_.node(a).a, nodes_.node(b).a));
    return nodes_.either(a, b);
}

NodeId Decisions::choose(NodeId condition, NodeId yes, NodeId no) {
    if (const auto known = nodes_.truth(condition))
        return *known ? yes : no;
    if (yes == no)
        return yes;
    if (nodes_.node(condition).op == Op::negate)
        return choose(nodes_.node(condition).a, no, yes);
    if (const auto known = nodes_.truth(yes))
        return *known ? either(condition, no) : both(nodes_.negate(condition), no);
    if (const auto known = nodes_.truth(no))
        return *known ? either(nodes_.negate(condition), yes) : both(condition, yes);
    if (const auto shorter = with_common_tail(condition, yes, no))
        return *shorter;
    return either(both(condition, yes), both(nodes_.negate(condition), no));
}

std::vector<NodeId> Decisions::spine(NodeId id) const {
    std::vector<NodeId> nodes{id};
    while (nodes.size() < longest_spine) {
        const Node& node = nodes_.node(nodes.back());
        if (node.op != Op::both && node.op != Op::either)
            break;
        nodes.push_back(node.b);
    }
    return nodes;
}

/// The steps from a node down its spine to `tail`, with equal ones in a row as one.
Decisions::Steps Decisions::steps(NodeId from, NodeId tail) {
    Steps all;
    for (NodeId at = from; at != tail; at = nodes_.node(at).b) {
        const Node node = nodes_.node(at);
        if (all.empty() || all.back().op != node.op)
            all.push_back({node.op, node.a});
        else
            all.back().side = node.op == Op::both ? both(all.back().side, node.a) : either(all.back().side, node.a);
    }
    return all;
}

/// The steps where the condition holds, the tail alone where it does not.
NodeId Decisions::conditional(NodeId condition, const Steps& steps, NodeId tail) {
    for (auto step = steps.rbegin(); step != steps.rend(); ++step)
        tail = step->op == Op::both ? both(either(nodes_.negate(condition), step->side), tail)
                                    : either(both(condition, step->side), tail);
    return tail;
}

/// When both sides end in the same tail: the tail once, behind the steps of both sides, made conditional.
std::optional<NodeId> Decisions::with_common_tail(NodeId condition, NodeId yes, NodeId no) {
    const std::vector<NodeId> other = spine(no);
    for (const NodeId tail : spine(yes)) {
        if (std::ranges::find(other, tail) == other.end())
            continue;
        const Steps on_yes = steps(yes, tail), on_no = steps(no, tail);
        if (on_yes.size() + on_no.size() > most_steps)
            return std::nullopt;
        return conditional(condition, on_yes, conditional(nodes_.negate(condition), on_no, tail));
    }
    return std::nullopt;
}

} // namespace pfq::lang::berkeley
