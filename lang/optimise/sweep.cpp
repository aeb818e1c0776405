// Removes what nothing needs and renumbers the rest, in the order of first use.
#include "lang/optimise/optimise.hpp"

#include <algorithm>
#include <set>

namespace pfq::lang {

namespace {

class Sweeper {
public:
    explicit Sweeper(const Pipeline& from)
        : from_(from), needed_(from.nodes.size(), false), number_(from.nodes.size()) {}

    Pipeline run() {
        need(from_.body);
        need_operands();
        renumber_nodes();
        to_.body = copy(from_.body);
        to_.slots = static_cast<std::uint32_t>(slots_.size());
        return std::move(to_);
    }

private:
    void need(NodeId id) {
        if (id != no_node)
            needed_[id] = true;
    }

    void need(const Block& block) {
        for (const Stmt& stmt : block) {
            need(stmt.a), need(stmt.b);
            need(stmt.body), need(stmt.other);
        }
    }

    /// Operands come before their users, so one walk down is enough.
    void need_operands() {
        for (std::size_t i = from_.nodes.size(); i-- > 0;) {
            const Node& node = from_.nodes[i];
            if (!needed_[i])
                continue;
            need(node.a), need(node.b), need(node.c);
            if (node.op == Op::slot)
                slots_.insert(node.imm);
        }
    }

    void renumber_nodes() {
        for (std::size_t i = 0; i < from_.nodes.size(); ++i) {
            if (!needed_[i])
                continue;
            Node node = from_.nodes[i];
            for (NodeId* operand : {&node.a, &node.b, &node.c})
                if (*operand != no_node)
                    *operand = number_[*operand];
            switch (node.op) {
            case Op::slot:
                node.imm = slot(node.imm);
                break;
            case Op::in_set:
                node.imm = pooled(to_.sets, from_.sets[node.imm]);
                break;
            case Op::in_prefixes:
                node.imm = pooled(to_.prefix_sets, from_.prefix_sets[node.imm]);
                break;
            case Op::in_bloom:
                node.imm = pooled(to_.blooms, from_.blooms[node.imm]);
                break;
            case Op::in_table:
                node.imm = pooled(to_.tables, from_.tables[node.imm]);
                break;
            default:
                break;
            }
            number_[i] = static_cast<NodeId>(to_.nodes.size());
            to_.nodes.push_back(node);
        }
    }

    std::uint64_t slot(std::uint64_t old) const {
        return static_cast<std::uint64_t>(std::distance(slots_.begin(), slots_.find(old)));
    }

    template <class T> static std::uint64_t pooled(std::vector<T>& pool, const T& item) {
        auto found = std::find(pool.begin(), pool.end(), item);
        if (found == pool.end())
            found = pool.insert(pool.end(), item);
        return static_cast<std::uint64_t>(found - pool.begin());
    }

    Block copy(const Block& block) {
        Block out;
        for (const Stmt& stmt : block) {
            if (stmt.kind == Stmt::Kind::snap && !slots_.contains(stmt.imm))
                continue;
            Stmt copied = stmt;
            if (stmt.a != no_node)
                copied.a = number_[stmt.a];
            if (stmt.b != no_node)
                copied.b = number_[stmt.b];
            if (stmt.kind == Stmt::Kind::snap)
                copied.imm = slot(stmt.imm);
            else if (stmt.kind == Stmt::Kind::forward)
                copied.imm = pooled(to_.devices, from_.devices[stmt.imm]);
            else if (stmt.kind == Stmt::Kind::log)
                copied.imm = pooled(to_.messages, from_.messages[stmt.imm]);
            copied.body = copy(stmt.body);
            copied.other = copy(stmt.other);
            if (stmt.kind == Stmt::Kind::branch && copied.body.empty() && copied.other.empty())
                continue;
            out.push_back(std::move(copied));
        }
        return out;
    }

    const Pipeline& from_;
    Pipeline to_;
    std::vector<bool> needed_;
    std::vector<NodeId> number_;
    std::set<std::uint64_t> slots_;
};

} // namespace

Pipeline sweep(const Pipeline& pipeline) {
    return Sweeper(pipeline).run();
}

} // namespace pfq::lang
