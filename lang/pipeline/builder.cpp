#include "lang/pipeline/builder.hpp"

#include <algorithm>

#include "lang/pipeline/semantics.hpp"

namespace pfq::lang {

Builder::Builder(Pipeline& pipeline) : pipeline_(pipeline) {
    for (NodeId id = 0; id < pipeline.nodes.size(); ++id)
        known_.try_emplace(pipeline.nodes[id], id);
}

std::size_t Builder::Hash::operator()(const Node& n) const {
    std::uint64_t h = (static_cast<std::uint64_t>(n.op) << 40) ^ (std::uint64_t{n.level} << 32) ^ n.sub;
    for (std::uint64_t part : {std::uint64_t{n.a}, std::uint64_t{n.b}, std::uint64_t{n.c}, n.imm})
        h = (h ^ part) * 0x9e3779b97f4a7c15u, h ^= h >> 29;
    return h;
}

NodeId Builder::intern(Node node) {
    auto [place, is_new] = known_.try_emplace(node, static_cast<NodeId>(pipeline_.nodes.size()));
    if (is_new) {
        if (pipeline_.nodes.size() >= max_nodes)
            throw TooManyNodes{};
        pipeline_.nodes.push_back(node);
    }
    return place->second;
}

NodeId Builder::word(std::uint64_t value) {
    return intern({.op = Op::constant, .imm = value});
}
NodeId Builder::boolean(bool value) {
    return intern({.op = Op::boolean, .imm = value ? 1u : 0u});
}

NodeId Builder::field(Field field, unsigned level) {
    if (fields()[static_cast<std::size_t>(field)].layer == Layer::frame)
        level = 0; // one node: the frame is the same at every level
    return intern(
        {.op = Op::field, .level = static_cast<std::uint8_t>(level), .sub = static_cast<std::uint16_t>(field)});
}

NodeId Builder::input(Input input) {
    return intern({.op = Op::input, .sub = static_cast<std::uint16_t>(input)});
}
NodeId Builder::slot(std::uint32_t number) {
    return intern({.op = Op::slot, .imm = number});
}

NodeId Builder::load(Base base, unsigned width, NodeId offset, unsigned level) {
    if (constant(offset) == absent)
        return word(absent);
    if (base == Base::frame)
        level = 0;
    return intern({.op = Op::load,
                   .level = static_cast<std::uint8_t>(level),
                   .sub = static_cast<std::uint16_t>(width),
                   .a = offset,
                   .imm = static_cast<std::uint64_t>(base)});
}

std::optional<std::uint64_t> Builder::constant(NodeId id) const {
    const Node& n = node(id);
    return n.op == Op::constant ? std::optional(n.imm) : std::nullopt;
}

std::optional<bool> Builder::truth(NodeId id) const {
    const Node& n = node(id);
    return n.op == Op::boolean ? std::optional(n.imm != 0) : std::nullopt;
}

NodeId Builder::arithmetic(Op op, NodeId a, NodeId b) {
    auto x = constant(a), y = constant(b);
    if (x == absent || y == absent)
        return word(absent);
    if (x && y)
        return word(lang::arithmetic(op, *x, *y));
    const bool neutral_zero =
        op == Op::add || op == Op::sub || op == Op::bit_or || op == Op::bit_xor || op == Op::shl || op == Op::shr;
    if (y == 0 && neutral_zero)
        return a;
    if (x == 0 && (op == Op::add || op == Op::bit_or || op == Op::bit_xor))
        return b;
    if (y == 1 && (op == Op::mul || op == Op::div))
        return a;
    const bool commutes = op == Op::add || op == Op::mul || op == Op::bit_and || op == Op::bit_or || op == Op::bit_xor;
    if (op == Op::bit_and && a == b)
        return a;
    if (op == Op::bit_and && y && (*y & (*y + 1)) == 0 && upper_bound(a) <= *y)
        return a; // the mask keeps every bit that can be set
    if (commutes && a > b)
        std::swap(a, b);
    return intern({.op = op, .a = a, .b = b});
}

NodeId Builder::select(NodeId condition, NodeId then_node, NodeId else_node) {
    if (auto known = truth(condition))
        return *known ? then_node : else_node;
    if (then_node == else_node)
        return then_node;
    return intern({.op = Op::select, .a = condition, .b = then_node, .c = else_node});
}

NodeId Builder::compare(Op op, NodeId a, NodeId b) {
    auto x = constant(a), y = constant(b);
    if (x == absent || y == absent)
        return boolean(false);
    if (x && y)
        return boolean(lang::compare(op, *x, *y));
    if (a == b)
        return op == Op::eq || op == Op::le ? present(a) : boolean(false);
    if (x && !y && (op == Op::eq || op == Op::ne))
        return compare(op, b, a); // constants stand right
    if (y) {
        const std::uint64_t top = upper_bound(a);
        if (op == Op::eq && *y > top)
            return boolean(false);
        if ((op == Op::ne && *y > top) || (op == Op::le && *y >= top) || (op == Op::lt && *y > top))
            return present(a);
        if (op == Op::lt && *y == 0)
            return boolean(false);
    }
    if (x) {
        const std::uint64_t top = upper_bound(b);
        if (*x > top || (op == Op::lt && *x >= top))
            return boolean(false);
        if (op == Op::le && *x == 0)
            return present(b);
    }
    if (!x && !y && a > b && (op == Op::eq || op == Op::ne))
        std::swap(a, b);
    return intern({.op = op, .a = a, .b = b});
}

NodeId Builder::present(NodeId a) {
    if (auto value = constant(a))
        return boolean(*value != absent);
    if (always_present(a))
        return boolean(true);
    return intern({.op = Op::present, .a = a});
}

NodeId Builder::negate(NodeId a) {
    if (auto known = truth(a))
        return boolean(!*known);
    if (node(a).op == Op::negate)
        return node(a).a;
    return intern({.op = Op::negate, .a = a});
}

NodeId Builder::both(NodeId a, NodeId b) {
    if (auto known = truth(a))
        return *known ? b : a;
    if (auto known = truth(b))
        return *known ? a : b;
    if (a == b)
        return a;
    if (negate(a) == b)
        return boolean(false);
    if (node(a).op == Op::negate && node(b).op == Op::negate)
        return negate(either(node(a).a, node(b).a)); // so that `all (not . p)` collects like `any p`
    return intern({.op = Op::both, .a = a, .b = b});
}

NodeId Builder::either(NodeId a, NodeId b) {
    if (auto known = truth(a))
        return *known ? a : b;
    if (auto known = truth(b))
        return *known ? b : a;
    if (a == b)
        return a;
    if (negate(a) == b)
        return boolean(true);
    return intern({.op = Op::either, .a = a, .b = b});
}

NodeId Builder::differ(NodeId a, NodeId b) {
    if (auto known = truth(a))
        return *known ? negate(b) : b;
    if (auto known = truth(b))
        return *known ? negate(a) : a;
    if (a == b)
        return boolean(false);
    if (a > b)
        std::swap(a, b);
    return intern({.op = Op::differ, .a = a, .b = b});
}

namespace {

/// The index of an equal element, which is appended when there is none.
template <class T> std::uint64_t index_of(std::vector<T>& pool, T item) {
    auto found = std::find(pool.begin(), pool.end(), item);
    if (found == pool.end())
        found = pool.insert(pool.end(), std::move(item));
    return static_cast<std::uint64_t>(found - pool.begin());
}

} // namespace

NodeId Builder::in_set(NodeId a, WordSet set) {
    set = normalised(std::move(set));
    if (set.ranges.empty())
        return boolean(false);
    if (auto value = constant(a))
        return boolean(contains(set, *value));
    if (set.ranges.size() == 1 && set.ranges[0].low == set.ranges[0].high)
        return compare(Op::eq, a, word(set.ranges[0].low));
    return intern({.op = Op::in_set, .a = a, .imm = index_of(pipeline_.sets, std::move(set))});
}

NodeId Builder::in_prefixes(unsigned level, Side side, PrefixSet set) {
    set = normalised(std::move(set));
    if (set.prefixes.empty())
        return boolean(false);
    return intern({.op = Op::in_prefixes,
                   .level = static_cast<std::uint8_t>(level),
                   .sub = static_cast<std::uint16_t>(side),
                   .imm = index_of(pipeline_.prefix_sets, std::move(set))});
}

NodeId Builder::in_bloom(NodeId a, Bloom bloom) {
    if (auto value = constant(a))
        return boolean(contains(bloom, *value));
    return intern({.op = Op::in_bloom, .a = a, .imm = index_of(pipeline_.blooms, std::move(bloom))});
}

NodeId Builder::in_table(unsigned level, Side side, std::uint32_t table) {
    return intern({.op = Op::in_table,
                   .level = static_cast<std::uint8_t>(level),
                   .sub = static_cast<std::uint16_t>(side),
                   .imm = table});
}

NodeId Builder::rebuild(const Node& n, NodeId a, NodeId b, NodeId c) {
    switch (n.op) {
    case Op::select:
        return select(a, b, c);
    case Op::eq:
    case Op::ne:
    case Op::lt:
    case Op::le:
        return compare(n.op, a, b);
    case Op::present:
        return present(a);
    case Op::negate:
        return negate(a);
    case Op::both:
        return both(a, b);
    case Op::either:
        return either(a, b);
    case Op::differ:
        return differ(a, b);
    case Op::load:
        return load(static_cast<Base>(n.imm), n.sub, a, n.level);
    case Op::in_set:
        return in_set(a, WordSet(pipeline_.sets[n.imm]));
    case Op::add:
    case Op::sub:
    case Op::mul:
    case Op::div:
    case Op::mod:
    case Op::bit_and:
    case Op::bit_or:
    case Op::bit_xor:
    case Op::shl:
    case Op::shr:
    case Op::mix:
        return arithmetic(n.op, a, b);
    default:
        break;
    }
    Node copy = n;
    copy.a = a, copy.b = b, copy.c = c;
    return intern(copy);
}

} // namespace pfq::lang
