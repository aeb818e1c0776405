// The value of every kind of node.
#include "lang/reference/nodes.hpp"

namespace pfq::lang::reference {

namespace {

bool wants(const Node& node, Side side) {
    return (node.sub & static_cast<unsigned>(side)) != 0;
}

} // namespace

Nodes::Nodes(const Pipeline& pipeline, const PacketInput& packet, const Environment& environment)
    : pipeline_(pipeline), packet_(packet), environment_(environment), levels_(parse(packet)),
      slots_(pipeline.slots, 0), memo_(pipeline.nodes.size()) {}

std::uint64_t Nodes::value(NodeId id) {
    std::vector<NodeId> pending{id}; // not recursion: chains of nodes may be longer than the stack is deep
    while (!pending.empty()) {
        const NodeId next = pending.back();
        if (known(next)) {
            pending.pop_back();
            continue;
        }
        const Node& node = pipeline_.nodes[next];
        bool ready = true;
        for (const NodeId operand : {node.a, node.b, node.c})
            if (!known(operand)) {
                pending.push_back(operand);
                ready = false;
            }
        if (ready)
            memo_[next] = {true, compute(node)};
    }
    return memo(id);
}

void Nodes::set_slot(std::size_t slot, std::uint64_t value) {
    slots_[slot] = value;
    memo_.assign(memo_.size(), {});
}

std::uint64_t Nodes::compute(const Node& node) const {
    return is_bool(node.op) ? boolean(node) : word(node);
}

std::uint64_t Nodes::word(const Node& node) const {
    switch (node.op) {
    case Op::constant:
        return node.imm;
    case Op::field:
        return levels_[node.level][static_cast<Field>(node.sub)];
    case Op::input:
        return input(static_cast<Input>(node.sub));
    case Op::slot:
        return slots_[node.imm];
    case Op::load:
        return load(node);
    case Op::select:
        return memo(node.a) == 1 ? memo(node.b) : memo(node.c);
    default:
        return arithmetic(node.op, memo(node.a), memo(node.b));
    }
}

bool Nodes::boolean(const Node& node) const {
    const std::uint64_t a = memo(node.a);
    const std::uint64_t b = memo(node.b);
    switch (node.op) {
    case Op::boolean:
        return node.imm == 1;
    case Op::present:
        return a != absent;
    case Op::negate:
        return a == 0;
    case Op::both:
    case Op::either:
    case Op::differ:
        return connect(node.op, a == 1, b == 1);
    case Op::in_set:
        return contains(pipeline_.sets[node.imm], a);
    case Op::in_prefixes:
        return in_prefixes(node);
    case Op::in_bloom:
        return contains(pipeline_.blooms[node.imm], a);
    case Op::in_table:
        return in_table(node);
    default:
        return compare(node.op, a, b);
    }
}

std::uint64_t Nodes::input(Input which) const {
    switch (which) {
    case Input::device:
        return packet_.device;
    case Input::queue:
        return packet_.queue;
    case Input::sequence:
        return packet_.sequence;
    case Input::time:
        return packet_.time_ns;
    case Input::device_address:
        return packet_.device_address;
    case Input::device_address6_high:
        return packet_.device_address6_high;
    case Input::device_address6_low:
        return packet_.device_address6_low;
    case Input::mark:
    case Input::state:
        break;
    }
    return absent;
}

std::uint64_t Nodes::load(const Node& node) const {
    const std::uint64_t offset = memo(node.a);
    std::uint64_t base = 0;
    switch (static_cast<Base>(node.imm)) {
    case Base::frame:
        break;
    case Base::l3:
        base = levels_[node.level][Field::l3_offset];
        break;
    case Base::l4:
        base = levels_[node.level][Field::l4_offset];
        break;
    case Base::payload:
        base = levels_[node.level][Field::payload_offset];
        break;
    }
    if (offset == absent || base == absent)
        return absent;
    return read(packet_.bytes, base + offset, node.sub);
}

bool Nodes::in_prefixes(const Node& node) const {
    const Level& level = levels_[node.level];
    const PrefixSet& set = pipeline_.prefix_sets[node.imm];
    const auto source = level.source();
    const auto destination = level.destination();
    return (wants(node, Side::source) && source && contains(set, *source)) ||
           (wants(node, Side::destination) && destination && contains(set, *destination));
}

bool Nodes::in_flow_table(const Node& node) const {
    const Level& level = levels_[node.level];
    const std::uint64_t source_port = level[Field::source_port];
    const std::uint64_t destination_port = level[Field::destination_port];
    if (source_port == absent || destination_port == absent)
        return false;
    const End source{*level.source(), static_cast<std::uint16_t>(source_port)};
    const End destination{*level.destination(), static_cast<std::uint16_t>(destination_port)};
    return environment_.lookup(node.imm,
                               flow_key(source, destination, static_cast<std::uint8_t>(level[Field::l4_protocol])));
}

bool Nodes::in_table(const Node& node) const {
    if (!environment_.lookup)
        return false;
    const Level& level = levels_[node.level];
    const auto address_in = [&](Side side, const std::optional<Address>& address) {
        return wants(node, side) && address && environment_.lookup(node.imm, address_key(*address));
    };
    const auto port_in = [&](Side side, std::uint64_t port) {
        return wants(node, side) && port != absent &&
               environment_.lookup(node.imm, port_key(static_cast<std::uint16_t>(port)));
    };
    switch (pipeline_.tables[node.imm].kind) {
    case TableKind::address:
        return address_in(Side::source, level.source()) || address_in(Side::destination, level.destination());
    case TableKind::port:
        return port_in(Side::source, level[Field::source_port]) ||
               port_in(Side::destination, level[Field::destination_port]);
    case TableKind::flow:
        return in_flow_table(node);
    }
    return false;
}

} // namespace pfq::lang::reference
