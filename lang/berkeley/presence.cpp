#include "lang/berkeley/presence.hpp"

#include <algorithm>

namespace pfq::lang::berkeley {

Presence Presence::bytes(const Builder& nodes, NodeId x, std::uint64_t end) {
    const auto constant = nodes.constant(x);
    return Presence(constant ? std::vector<Item>{{no_node, *constant + end}} : std::vector<Item>{{x, end}});
}

bool Presence::certain(const Builder& nodes) const {
    return std::ranges::all_of(items_,
                               [&](const Item& item) { return item.end == 0 && nodes.truth(item.key) == true; });
}

bool Presence::impossible(const Builder& nodes) const {
    constexpr std::uint64_t most = 0xffffffffU; // bytes of a frame
    return std::ranges::any_of(
        items_, [&](const Item& item) { return item.end == 0 ? nodes.truth(item.key) == false : item.end > most; });
}

bool Presence::covers(const Presence& other) const {
    return std::ranges::all_of(other.items_, [this](const Item& wanted) {
        return std::ranges::any_of(items_, [&](const Item& item) {
            return item.end >= wanted.end && (item.key == wanted.key || (wanted.key == no_node && item.end != 0));
        });
    });
}

void Presence::join(const Presence& other) {
    for (const Item& item : other.items_) {
        const auto place = std::ranges::lower_bound(items_, item.key, {}, &Item::key);
        if (place != items_.end() && place->key == item.key)
            place->end = std::max(place->end, item.end);
        else
            items_.insert(place, item);
    }
}

void Presence::meet(const Presence& other) {
    std::vector<Item> common;
    for (const Item& item : items_) {
        const auto place = std::ranges::lower_bound(other.items_, item.key, {}, &Item::key);
        if (place != other.items_.end() && place->key == item.key)
            common.push_back({item.key, std::min(item.end, place->end)});
    }
    items_ = std::move(common);
}

NodeId Presence::node(Builder& nodes) const {
    NodeId all = nodes.boolean(true);
    for (const auto& [key, end] : items_) {
        if (end == 0) {
            all = nodes.both(all, key);
            continue;
        }
        const NodeId needed = key == no_node ? nodes.word(end) : nodes.arithmetic(Op::add, key, nodes.word(end));
        all = nodes.both(all, nodes.compare(Op::le, needed, nodes.field(Field::captured_length, 0)));
    }
    return all;
}

const Presence& PresenceOf::operator[](NodeId id) {
    while (known_.size() <= id) { // operands precede their users
        const auto next = static_cast<NodeId>(known_.size());
        Presence presence = describe(next);
        if (const auto more = declared_.find(next); more != declared_.end())
            presence.join(more->second);
        known_.push_back(std::move(presence));
    }
    return known_[id];
}

Presence PresenceOf::describe(NodeId id) const {
    const Node& node = nodes_.node(id);
    const auto of = [&](NodeId operand) { return known_[operand]; };
    const auto all = [&](NodeId a, NodeId b) {
        Presence both = of(a);
        both.join(of(b));
        return both;
    };
    const auto common = [&](NodeId a, NodeId b) {
        Presence either = of(a);
        either.meet(of(b));
        return either;
    };
    switch (node.op) {
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
    case Op::eq:
    case Op::ne:
    case Op::lt:
    case Op::le:
    case Op::both:
        return all(node.a, node.b);
    case Op::present:
    case Op::in_set:
        return of(node.a);
    case Op::select:
        return common(node.b, node.c);
    case Op::either:
        return common(node.a, node.b);
    default:
        return {};
    }
}

} // namespace pfq::lang::berkeley
