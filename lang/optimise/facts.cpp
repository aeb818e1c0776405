#include "lang/optimise/facts.hpp"

namespace pfq::lang {

namespace {

/// Fields that only packets of one transport protocol have.
std::optional<std::uint64_t> protocol_of(Field field) {
    switch (field) {
    case Field::tcp_sequence:
    case Field::tcp_acknowledgment:
    case Field::tcp_header_length:
    case Field::tcp_flags:
    case Field::tcp_window:
    case Field::tcp_urgent:
        return 6;
    case Field::udp_length:
        return 17;
    default:
        return std::nullopt;
    }
}

} // namespace

std::optional<bool> Facts::truth(NodeId id) const {
    auto found = truths_.find(id);
    return found == truths_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::uint64_t> Facts::value(NodeId id) const {
    auto found = values_.find(id);
    return found == values_.end() ? std::nullopt : std::optional(found->second);
}

void Facts::set_truth(NodeId id, bool truth) {
    if (nodes_.truth(id) || !truths_.emplace(id, truth).second)
        return;
    trail_.push_back({id, true});
    ++version_;
}

void Facts::set_value(NodeId id, std::uint64_t value) {
    if (nodes_.constant(id) || !values_.emplace(id, value).second)
        return;
    trail_.push_back({id, false});
    ++version_;
}

void Facts::back_to(std::size_t mark) {
    while (trail_.size() > mark) {
        if (trail_.back().is_truth)
            truths_.erase(trail_.back().id);
        else
            values_.erase(trail_.back().id);
        trail_.pop_back();
        ++version_;
    }
}

void Facts::learn_present(NodeId word) {
    const NodeId test = nodes_.present(word);
    if (nodes_.truth(test) || truth(test))
        return;
    set_truth(test, true);
    const Node node = nodes_.node(word);
    if (node.op != Op::field)
        return;
    if (auto protocol = protocol_of(static_cast<Field>(node.sub)))
        set_value(nodes_.field(Field::l4_protocol, node.level), *protocol);
    if (fields()[node.sub].layer == Layer::l4)
        learn_present(nodes_.field(Field::l4_protocol, node.level));
    if (fields()[node.sub].layer == Layer::l3 || fields()[node.sub].layer == Layer::l4)
        learn_present(nodes_.field(Field::ip_version, node.level));
}

void Facts::learn(NodeId id, bool truth) {
    std::vector<std::pair<NodeId, bool>> pending{{id, truth}};
    while (!pending.empty()) {
        auto [test, answer] = pending.back();
        pending.pop_back();
        if (this->truth(test))
            continue;
        set_truth(test, answer);
        const Node node = nodes_.node(test);
        switch (node.op) {
        case Op::negate:
            pending.emplace_back(node.a, !answer);
            break;
        case Op::both:
            if (answer)
                pending.emplace_back(node.b, true), pending.emplace_back(node.a, true);
            break;
        case Op::either:
            if (!answer)
                pending.emplace_back(node.b, false), pending.emplace_back(node.a, false);
            break;
        case Op::eq:
            if (answer && nodes_.constant(node.b))
                set_value(node.a, *nodes_.constant(node.b));
            [[fallthrough]];
        case Op::ne:
        case Op::lt:
        case Op::le:
            if (answer)
                learn_present(node.a), learn_present(node.b);
            break;
        case Op::present:
        case Op::in_set:
        case Op::in_bloom:
            if (answer)
                learn_present(node.a);
            break;
        default:
            break;
        }
    }
}

} // namespace pfq::lang
