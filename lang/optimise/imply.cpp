// Walks the statements with the facts of the path, and answers the tests that they decide.
#include "lang/optimise/facts.hpp"
#include "lang/optimise/passes.hpp"

namespace pfq::lang {

namespace {

constexpr std::uint64_t max_work = 4'000'000; ///< nodes looked at; beyond it the rest stays as it is
constexpr unsigned max_recursion = 400;       ///< deeper operands stay as they are

class Implier {
public:
    explicit Implier(Pipeline& pipeline) : nodes_(pipeline), facts_(nodes_) {}

    void run() {
        Block body = nodes_.pipeline().body; // a copy: the original stays whole if nodes run out
        walk(body);
        nodes_.pipeline().body = std::move(body);
    }

private:
    /// The node under the facts of the path.
    NodeId simplify(NodeId id, unsigned depth = 0) {
        if (id == no_node || depth > max_recursion || ++work_ > max_work)
            return id;
        if (auto known = facts_.truth(id))
            return nodes_.boolean(*known);
        if (auto known = facts_.value(id))
            return nodes_.word(*known);
        const Node node = nodes_.node(id);
        if (operands(node.op) == 0)
            return id;
        if (memo_version_ != facts_.version())
            memo_.clear(), memo_version_ = facts_.version();
        if (auto known = memo_.find(id); known != memo_.end())
            return known->second;
        const NodeId a = simplify(node.a, depth + 1), b = simplify(node.b, depth + 1), c = simplify(node.c, depth + 1);
        NodeId result = id;
        if (a != node.a || b != node.b || c != node.c)
            result = nodes_.rebuild(node, a, b, c);
        else if (node.op == Op::in_set && facts_.value(node.a))
            result = nodes_.in_set(nodes_.word(*facts_.value(node.a)), WordSet(nodes_.pipeline().sets[node.imm]));
        memo_[id] = result;
        return result;
    }

    /// Simplifies a block in place; false when its end cannot be reached. On return the facts are those of its end.
    bool walk(Block& block) {
        for (std::size_t i = 0; i < block.size(); ++i) {
            Stmt& stmt = block[i];
            stmt.a = simplify(stmt.a), stmt.b = simplify(stmt.b);
            bool reaches = true;
            if (stmt.kind == Stmt::Kind::branch)
                reaches = branch(block, i);
            else if (stmt.kind == Stmt::Kind::attempt)
                reaches = attempt(stmt);
            else if (stmt.kind == Stmt::Kind::drop)
                reaches = false;
            else if (stmt.kind == Stmt::Kind::steer)
                after_steering(stmt);
            if (!reaches) {
                block.erase(block.begin() + static_cast<std::ptrdiff_t>(std::min(i + 1, block.size())), block.end());
                return false;
            }
        }
        return true;
    }

    void after_steering(const Stmt& stmt) {
        for (NodeId key : {stmt.a, stmt.b})
            if (key != no_node && nodes_.constant(key) != absent)
                facts_.learn(nodes_.present(key), true);
    }

    bool attempt(Stmt& stmt) {
        const std::size_t before = facts_.mark();
        const bool body = walk(stmt.body);
        facts_.back_to(before);
        const bool other = walk(stmt.other);
        facts_.back_to(before);
        return body || other;
    }

    /// block[i] is a branch. A decided one is replaced by its statements, which are then walked by the caller's loop.
    bool branch(Block& block, std::size_t& i) {
        Stmt& stmt = block[i];
        if (auto known = nodes_.truth(stmt.a)) {
            Block taken = std::move(*known ? stmt.body : stmt.other);
            block.erase(block.begin() + static_cast<std::ptrdiff_t>(i));
            block.insert(block.begin() + static_cast<std::ptrdiff_t>(i), std::make_move_iterator(taken.begin()),
                         std::make_move_iterator(taken.end()));
            --i; // look at the first of them next
            return true;
        }
        if (nodes_.node(stmt.a).op == Op::negate) {
            stmt.a = nodes_.node(stmt.a).a;
            std::swap(stmt.body, stmt.other);
        }
        const std::size_t before = facts_.mark();
        facts_.learn(stmt.a, true);
        const bool then_reaches = walk(stmt.body);
        facts_.back_to(before);
        facts_.learn(stmt.a, false);
        const bool else_reaches = walk(stmt.other);
        facts_.back_to(before);
        if (!then_reaches && !else_reaches && stmt.body == stmt.other) {
            Block same = std::move(stmt.body);
            block.resize(i);
            block.insert(block.end(), std::make_move_iterator(same.begin()), std::make_move_iterator(same.end()));
            i = block.size();
            return false;
        }
        if (then_reaches != else_reaches)
            facts_.learn(stmt.a, then_reaches); // only one side goes on
        return then_reaches || else_reaches;
    }

    Builder nodes_;
    Facts facts_;
    std::unordered_map<NodeId, NodeId> memo_;
    std::uint64_t memo_version_ = 0;
    std::uint64_t work_ = 0;
};

} // namespace

void remove_implied(Pipeline& pipeline) {
    Implier(pipeline).run();
}

} // namespace pfq::lang
