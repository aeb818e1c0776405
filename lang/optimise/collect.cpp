// Chains of `or` over one value become one set test: `any has_port [80, 443, 8000..8010]` is two look-ups.
#include <map>

#include "lang/optimise/passes.hpp"

namespace pfq::lang {

namespace {

class Collector {
public:
    explicit Collector(Pipeline& pipeline)
        : nodes_(pipeline), count_(pipeline.nodes.size()), shared_(count_, false), mapped_(count_, no_node) {}

    void run() {
        find_roots();
        for (NodeId id = 0; id < count_; ++id)
            mapped_[id] = rewrite(id);
        replace(nodes_.pipeline().body);
    }

private:
    /// An `or` that something other than an `or` uses is the top of a chain.
    void find_roots() {
        std::vector<unsigned> users(count_, 0);
        for (NodeId id = 0; id < count_; ++id) {
            const Node& node = nodes_.node(id);
            for (NodeId operand : {node.a, node.b, node.c})
                if (operand != no_node && (node.op != Op::either || ++users[operand] > 1))
                    shared_[operand] = true;
        }
        mark(nodes_.pipeline().body);
    }

    void mark(const Block& block) {
        for (const Stmt& stmt : block) {
            for (NodeId operand : {stmt.a, stmt.b})
                if (operand != no_node)
                    shared_[operand] = true;
            mark(stmt.body), mark(stmt.other);
        }
    }

    NodeId rewrite(NodeId id) {
        const Node node = nodes_.node(id);
        if (node.op == Op::either)
            return shared_[id] ? chain(id) : no_node; // an inner `or` is read by the chain above it
        auto operand = [&](NodeId old) { return old == no_node ? no_node : mapped_[old]; };
        return operands(node.op) == 0 ? id : nodes_.rebuild(node, operand(node.a), operand(node.b), operand(node.c));
    }

    NodeId chain(NodeId root) {
        words_.clear(), prefixes_.clear(), others_.clear();
        std::vector<NodeId> pending{nodes_.node(root).b, nodes_.node(root).a};
        while (!pending.empty()) {
            const NodeId id = pending.back();
            pending.pop_back();
            if (nodes_.node(id).op == Op::either && !shared_[id]) {
                pending.push_back(nodes_.node(id).b);
                pending.push_back(nodes_.node(id).a);
            } else {
                leaf(mapped_[id]);
            }
        }
        NodeId result = nodes_.boolean(false);
        for (auto& [word, set] : words_)
            result = nodes_.either(result, nodes_.in_set(word, std::move(set)));
        for (auto& [key, set] : prefixes_)
            result =
                nodes_.either(result, nodes_.in_prefixes(key.first, static_cast<Side>(key.second), std::move(set)));
        for (NodeId other : others_) // the cheap tests stand first
            result = nodes_.either(result, other);
        return result;
    }

    void leaf(NodeId id) {
        const Node& node = nodes_.node(id);
        if (node.op == Op::eq && nodes_.constant(node.b)) {
            words_[node.a].ranges.push_back({*nodes_.constant(node.b), *nodes_.constant(node.b)});
        } else if (node.op == Op::in_set) {
            const auto& ranges = nodes_.pipeline().sets[node.imm].ranges;
            auto& target = words_[node.a].ranges;
            target.insert(target.end(), ranges.begin(), ranges.end());
        } else if (node.op == Op::in_prefixes) {
            const auto& more = nodes_.pipeline().prefix_sets[node.imm].prefixes;
            auto& target = prefixes_[{node.level, node.sub}].prefixes;
            target.insert(target.end(), more.begin(), more.end());
        } else {
            others_.push_back(id);
        }
    }

    void replace(Block& block) {
        for (Stmt& stmt : block) {
            for (NodeId* operand : {&stmt.a, &stmt.b})
                if (*operand != no_node)
                    *operand = mapped_[*operand];
            replace(stmt.body), replace(stmt.other);
        }
    }

    Builder nodes_;
    NodeId count_;
    std::vector<bool> shared_;
    std::vector<NodeId> mapped_;
    std::map<NodeId, WordSet> words_;
    std::map<std::pair<std::uint8_t, std::uint16_t>, PrefixSet> prefixes_;
    std::vector<NodeId> others_;
};

} // namespace

void collect_sets(Pipeline& pipeline) {
    Collector(pipeline).run();
}

} // namespace pfq::lang
