// Checks that a pipeline is well-formed.
#include "lang/pipeline/limits.hpp"
#include "lang/pipeline/pipeline.hpp"
#include <bit>
#include <tuple>

namespace pfq::lang {

namespace {

std::string number(std::uint64_t value) {
    return std::to_string(value);
}

/// Walks a pipeline; every function returns the first fault, or an empty text.
class Checker {
public:
    explicit Checker(const Pipeline& pipeline) : pipeline_(pipeline) {}

    std::string run() const {
        if (pipeline_.slots > max_slots)
            return number(pipeline_.slots) + " slots, at most " + number(max_slots) + " are possible";
        if (pipeline_.nodes.size() >= no_node)
            return "too many nodes";
        if (auto fault = pools(); !fault.empty())
            return fault;
        for (NodeId id = 0; id < pipeline_.nodes.size(); ++id)
            if (auto fault = node(id); !fault.empty())
                return "node " + number(id) + " (" + name(pipeline_.nodes[id].op) + "): " + fault;
        return block(pipeline_.body, 1, false);
    }

private:
    enum class Type : std::uint8_t { word, boolean };

    // ---- sets, prefixes, filters, tables

    static std::string word_set(const WordSet& set) {
        const WordSet::Range* before = nullptr;
        for (const auto& range : set.ranges) {
            if (range.low > range.high)
                return "a range whose low end is above its high end";
            if (before && (before->high == ~std::uint64_t{0} || range.low <= before->high + 1))
                return "ranges that are not sorted, disjoint and apart";
            before = &range;
        }
        return {};
    }

    static bool prefix_valid(const Prefix& prefix) {
        if (prefix.length > (prefix.ipv6 ? 128 : 32))
            return false;
        if (!prefix.ipv6 && (prefix.high != 0 || prefix.low >> 32U != 0))
            return false;
        const unsigned host = (prefix.ipv6 ? 128U : 32U) - prefix.length; // bits that must be zero
        if (host > 64)
            return prefix.low == 0 && std::countr_zero(prefix.high) >= static_cast<int>(host - 64);
        return std::countr_zero(prefix.low) >= static_cast<int>(host);
    }

    static std::string prefix_set(const PrefixSet& set) {
        const auto rank = [](const Prefix& p) { return std::tuple(p.ipv6, p.high, p.low, p.length); };
        const Prefix* before = nullptr;
        for (const auto& prefix : set.prefixes) {
            if (!prefix_valid(prefix))
                return "a prefix with an invalid length or bits beyond its length";
            if (before && rank(*before) >= rank(prefix))
                return "prefixes that are not sorted and different";
            before = &prefix;
        }
        return {};
    }

    std::string pools() const {
        for (std::size_t i = 0; i < pipeline_.sets.size(); ++i)
            if (auto fault = word_set(pipeline_.sets[i]); !fault.empty())
                return "set " + number(i) + " has " + fault;
        for (std::size_t i = 0; i < pipeline_.prefix_sets.size(); ++i)
            if (auto fault = prefix_set(pipeline_.prefix_sets[i]); !fault.empty())
                return "prefix set " + number(i) + " has " + fault;
        for (std::size_t i = 0; i < pipeline_.blooms.size(); ++i)
            if (!std::has_single_bit(pipeline_.blooms[i].bits.size()))
                return "bloom filter " + number(i) + " has a size that is not a power of two";
        for (std::size_t i = 0; i < pipeline_.tables.size(); ++i)
            if (pipeline_.tables[i].kind > TableKind::flow)
                return "table " + number(i) + " has an invalid kind";
        return {};
    }

    // ---- nodes

    static std::string below(std::uint64_t index, std::size_t size, const char* what) {
        if (index < size)
            return {};
        return std::string(what) + " " + number(index) + " does not exist, there are " + number(size);
    }

    /// `limit`: the operand must be a node before that one.
    std::string operand(NodeId id, Type type, std::size_t limit) const {
        if (id == no_node)
            return "an operand is missing";
        if (id >= limit)
            return "operand " + number(id) + " does not precede its user";
        if (is_bool(pipeline_.nodes[id].op) != (type == Type::boolean))
            return "operand " + number(id) + (type == Type::boolean ? " is not a boolean" : " is not a word");
        return {};
    }

    static Type operand_type(Op op, unsigned which) {
        switch (op) {
        case Op::select:
            return which == 0 ? Type::boolean : Type::word;
        case Op::negate:
        case Op::both:
        case Op::either:
        case Op::differ:
            return Type::boolean;
        default:
            return Type::word;
        }
    }

    std::string node(NodeId id) const {
        const Node& node = pipeline_.nodes[id];
        if (node.op > Op::in_table)
            return "invalid operation";
        if (node.level > max_shift)
            return "level " + number(node.level) + " is above " + number(max_shift);
        const NodeId ids[] = {node.a, node.b, node.c};
        for (unsigned i = 0; i < 3; ++i) {
            if (i >= operands(node.op)) {
                if (ids[i] != no_node)
                    return "has more than " + number(operands(node.op)) + " operands";
            } else if (auto fault = operand(ids[i], operand_type(node.op, i), id); !fault.empty()) {
                return fault;
            }
        }
        return leaf(node);
    }

    /// Whatever is not an operand.
    std::string leaf(const Node& node) const {
        switch (node.op) {
        case Op::field:
            return below(node.sub, fields().size(), "field");
        case Op::input:
            return node.sub < static_cast<unsigned>(Input::mark) ? ""
                                                                 : "input " + number(node.sub) + " cannot be read here";
        case Op::slot:
            return below(node.imm, pipeline_.slots, "slot");
        case Op::load:
            if (node.sub != 1 && node.sub != 2 && node.sub != 4)
                return "width " + number(node.sub) + " is not 1, 2 or 4";
            return node.imm <= static_cast<unsigned>(Base::payload) ? "" : "invalid base " + number(node.imm);
        case Op::boolean:
            return node.imm <= 1 ? "" : "value " + number(node.imm) + " is not 0 or 1";
        case Op::in_set:
            return below(node.imm, pipeline_.sets.size(), "set");
        case Op::in_bloom:
            return below(node.imm, pipeline_.blooms.size(), "bloom filter");
        case Op::in_prefixes:
            return node.sub < 1 || node.sub > 3 ? "invalid side " + number(node.sub)
                                                : below(node.imm, pipeline_.prefix_sets.size(), "prefix set");
        case Op::in_table:
            return node.sub < 1 || node.sub > 3 ? "invalid side " + number(node.sub)
                                                : below(node.imm, pipeline_.tables.size(), "table");
        default:
            return {};
        }
    }

    // ---- statements

    std::string block(const Block& statements, unsigned depth, bool attempted) const {
        if (depth > max_depth)
            return "statements are nested deeper than " + number(max_depth);
        for (const Stmt& stmt : statements) {
            if (auto fault = statement(stmt); !fault.empty())
                return std::string("statement ") + name(stmt.kind) + ": " + fault;
            if (attempted && stmt.kind == Stmt::Kind::drop && stmt.sub != 0)
                return "statement drop: a filter cannot drop in an attempt";
            const bool inner = attempted || stmt.kind == Stmt::Kind::attempt;
            if (auto fault = block(stmt.body, depth + 1, inner); !fault.empty())
                return fault;
            if (auto fault = block(stmt.other, depth + 1, inner); !fault.empty())
                return fault;
        }
        return {};
    }

    /// Operands: their number and type.
    std::string statement(const Stmt& stmt) const {
        using Kind = Stmt::Kind;
        if (stmt.kind > Kind::log)
            return "invalid kind";
        const bool blocks = stmt.kind == Kind::branch || stmt.kind == Kind::attempt;
        if (!blocks && !(stmt.body.empty() && stmt.other.empty()))
            return "cannot have blocks";
        const bool first = stmt.kind == Kind::branch || stmt.kind == Kind::set_mark || stmt.kind == Kind::set_state ||
                           stmt.kind == Kind::steer || stmt.kind == Kind::slice;
        const bool second = stmt.kind == Kind::steer && stmt.sub == static_cast<unsigned>(Fanout::double_steer);
        if ((!first && stmt.a != no_node) || (!second && stmt.b != no_node))
            return "has too many operands";
        const auto type = stmt.kind == Kind::branch ? Type::boolean : Type::word;
        if (first)
            if (auto fault = operand(stmt.a, type, pipeline_.nodes.size()); !fault.empty())
                return fault;
        if (second)
            if (auto fault = operand(stmt.b, type, pipeline_.nodes.size()); !fault.empty())
                return fault;
        return detail(stmt);
    }

    /// Whatever is not an operand.
    std::string detail(const Stmt& stmt) const {
        using Kind = Stmt::Kind;
        switch (stmt.kind) {
        case Kind::drop:
            return stmt.sub > static_cast<unsigned>(DropBy::vlan) ? "invalid dropper " + number(stmt.sub) : "";
        case Kind::snap:
            if (stmt.sub != static_cast<unsigned>(Input::mark) && stmt.sub != static_cast<unsigned>(Input::state))
                return "input " + number(stmt.sub) + " is neither mark nor state";
            return below(stmt.imm, pipeline_.slots, "slot");
        case Kind::steer:
            return stmt.sub < static_cast<unsigned>(Fanout::steer) ||
                           stmt.sub > static_cast<unsigned>(Fanout::to_socket)
                       ? "invalid way to steer " + number(stmt.sub)
                       : "";
        case Kind::forward:
            if (stmt.sub > 1)
                return "invalid variant " + number(stmt.sub);
            if (stmt.imm >= max_devices)
                return "device " + number(stmt.imm) + " is above " + number(max_devices - 1);
            return below(stmt.imm, pipeline_.devices.size(), "device");
        case Kind::count:
            return stmt.sub > 1 ? "invalid variant " + number(stmt.sub) : below(stmt.imm, max_counters, "counter");
        case Kind::log:
            if (stmt.sub > static_cast<unsigned>(LogKind::dummy))
                return "invalid kind of log " + number(stmt.sub);
            if (stmt.sub == static_cast<unsigned>(LogKind::message) ||
                stmt.sub == static_cast<unsigned>(LogKind::dummy))
                return below(stmt.imm, pipeline_.messages.size(), "message");
            return {};
        default:
            return {};
        }
    }

    const Pipeline& pipeline_;
};

} // namespace

std::string check(const Pipeline& pipeline) {
    return Checker(pipeline).run();
}

} // namespace pfq::lang
