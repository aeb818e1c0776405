#include "codegen/analysis.hpp"
#include <algorithm>
#include <bit>

namespace pfq::codegen {

using lang::Field;
using lang::Node;
using lang::NodeId;
using lang::Op;
using lang::Stmt;

namespace {

constexpr std::uint64_t bits(unsigned count) {
    return (std::uint64_t{1} << count) - 1;
}
constexpr std::uint64_t widest = lang::absent - 1;

std::uint64_t field_bound(Field field) {
    switch (field) {
    case Field::ip6_source_high:
    case Field::ip6_source_low:
    case Field::ip6_destination_high:
    case Field::ip6_destination_low:
        return widest;
    case Field::eth_destination:
    case Field::eth_source:
        return bits(48);
    case Field::eth_type:
    case Field::source_port:
    case Field::destination_port:
        return bits(16);
    case Field::ip_version:
    case Field::l4_protocol:
    case Field::tcp_flags:
        return bits(8);
    default:
        return bits(34); // offsets and lengths included
    }
}

std::uint64_t input_bound(lang::Input input) {
    switch (input) {
    case lang::Input::queue:
        return bits(16);
    case lang::Input::device:
    case lang::Input::mark:
    case lang::Input::state:
        return bits(32);
    default:
        return widest;
    }
}

/// Beyond one instruction. Sets of addresses ask for the family first and may look at both ends.
unsigned own_cost(Op op) {
    switch (op) {
    case Op::field:
    case Op::load:
    case Op::in_set:
        return 6;
    case Op::in_prefixes:
    case Op::in_bloom:
        return 40;
    case Op::in_table:
        return 120;
    default:
        return 0;
    }
}

std::uint64_t all_below(std::uint64_t value) {
    return value == 0 ? 0 : ~std::uint64_t{0} >> std::countl_zero(value);
}

class Analyser {
public:
    explicit Analyser(const lang::Pipeline& pipeline) : pipeline_(pipeline) {}

    Analysis run() {
        result_.nodes.resize(pipeline_.nodes.size());
        for (NodeId id = 0; id < pipeline_.nodes.size(); ++id)
            describe(pipeline_.nodes[id], result_.nodes[id]);
        statements(pipeline_.body);
        for (NodeId id = static_cast<NodeId>(pipeline_.nodes.size()); id-- > 0;)
            if (result_.nodes[id].used)
                spread(pipeline_.nodes[id]);
        return std::move(result_);
    }

private:
    const NodeFacts& at(NodeId id) const { return result_.nodes[id]; }

    void describe(const Node& node, NodeFacts& facts) const {
        const NodeId operands[] = {node.a, node.b, node.c};
        unsigned cost = 1;
        for (unsigned i = 0; i < lang::operands(node.op); ++i) {
            cost += at(operands[i]).cost;
            facts.reads_slot |= at(operands[i]).reads_slot;
        }
        if (node.op == Op::constant || node.op == Op::boolean || node.op == Op::input || node.op == Op::slot)
            cost = 0;
        else
            cost += own_cost(node.op);
        facts.cost = static_cast<std::uint8_t>(std::min(cost, 255U));
        facts.reads_slot |= node.op == Op::slot;
        if (!lang::is_bool(node.op))
            word(node, facts);
    }

    /// Bound and presence. A result that may reach all ones may be absent.
    void word(const Node& node, NodeFacts& facts) const {
        facts.bound = bound(node);
        bool operands_absent = false;
        if (node.op == Op::select)
            operands_absent = at(node.b).maybe_absent || at(node.c).maybe_absent;
        else
            for (unsigned i = 0; i < lang::operands(node.op); ++i)
                operands_absent |= at(i == 0 ? node.a : node.b).maybe_absent;
        switch (node.op) {
        case Op::field:
            facts.maybe_absent = lang::fields()[node.sub].layer != lang::Layer::frame;
            return;
        case Op::load:
            facts.maybe_absent = true;
            return;
        case Op::div:
        case Op::mod:
            operands_absent |= pipeline_.nodes[node.b].op != Op::constant || pipeline_.nodes[node.b].imm == 0;
            break;
        default:
            break;
        }
        facts.maybe_absent = operands_absent || facts.bound >= widest;
        if (node.op == Op::constant)
            facts.maybe_absent = node.imm == lang::absent;
    }

    std::uint64_t bound(const Node& node) const {
        const std::uint64_t a = node.a == lang::no_node ? 0 : at(node.a).bound;
        const std::uint64_t b = node.b == lang::no_node ? 0 : at(node.b).bound;
        const bool constant_b = node.b != lang::no_node && pipeline_.nodes[node.b].op == Op::constant;
        switch (node.op) {
        case Op::constant:
            return node.imm;
        case Op::field:
            return field_bound(static_cast<Field>(node.sub));
        case Op::input:
            return input_bound(static_cast<lang::Input>(node.sub));
        case Op::slot:
        case Op::mix:
            return bits(32);
        case Op::load:
            return bits(8 * node.sub);
        case Op::add:
            return a < widest - b ? a + b : widest;
        case Op::mul:
            return std::bit_width(a) + std::bit_width(b) < 64 ? a * b : widest;
        case Op::div:
            return a;
        case Op::mod:
            return b == 0 ? 0 : std::min(a, b - 1);
        case Op::bit_and:
            return std::min(a, b);
        case Op::bit_or:
        case Op::bit_xor:
            return all_below(a | b);
        case Op::shl:
            return constant_b && b < 64 && std::bit_width(a) + b < 64 ? a << b : widest;
        case Op::shr:
            return constant_b && b < 64 ? a >> b : a;
        case Op::select:
            return std::max(b, at(node.c).bound);
        default:
            return widest;
        }
    }

    void statements(const lang::Block& block) {
        for (const Stmt& stmt : block) {
            ++result_.statements;
            use(stmt.a);
            use(stmt.b);
            statements(stmt.body);
            statements(stmt.other);
        }
    }

    void use(NodeId id) {
        if (id == lang::no_node)
            return;
        result_.nodes[id].used = true;
        ++result_.nodes[id].users;
    }

    void spread(const Node& node) {
        ++result_.used;
        use(node.a);
        use(node.b);
        use(node.c);
        const bool field = node.op == Op::field && lang::fields()[node.sub].layer != lang::Layer::frame;
        const bool based = node.op == Op::load && static_cast<lang::Base>(node.imm) != lang::Base::frame;
        result_.parses |= field || based || node.op == Op::in_prefixes || node.op == Op::in_table;
    }

    const lang::Pipeline& pipeline_;
    Analysis result_;
};

} // namespace

Analysis analyse(const lang::Pipeline& pipeline) {
    return Analyser(pipeline).run();
}

} // namespace pfq::codegen
