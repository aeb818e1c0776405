// Builds the DAG of a pipeline: nodes are hash-consed, so that equal computations are one node, and folded as they
// are made, so that conditions known at compile time are constants.
#pragma once
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "lang/pipeline/pipeline.hpp"

namespace pfq::lang {

/// Thrown when a program grows beyond max_nodes; the compiler turns it into E0505.
struct TooManyNodes {};
inline constexpr std::size_t max_nodes = 1U << 19;

class Builder {
public:
    /// Goes on where `pipeline` is: equal nodes that it has already are found again.
    explicit Builder(Pipeline& pipeline);

    NodeId word(std::uint64_t value);
    NodeId boolean(bool value);
    NodeId field(Field field, unsigned level);
    NodeId input(Input input);
    NodeId slot(std::uint32_t number);
    NodeId load(Base base, unsigned width, NodeId offset, unsigned level);
    NodeId arithmetic(Op op, NodeId a, NodeId b); ///< add ... shr and mix
    NodeId select(NodeId condition, NodeId then_node, NodeId else_node);
    NodeId compare(Op op, NodeId a, NodeId b); ///< eq, ne, lt, le
    NodeId present(NodeId a);
    NodeId negate(NodeId a);
    NodeId both(NodeId a, NodeId b);
    NodeId either(NodeId a, NodeId b);
    NodeId differ(NodeId a, NodeId b);
    NodeId in_set(NodeId a, WordSet set);
    NodeId in_prefixes(unsigned level, Side side, PrefixSet set);
    NodeId in_bloom(NodeId a, Bloom bloom);
    NodeId in_table(unsigned level, Side side, std::uint32_t table);

    [[nodiscard]] const Node& node(NodeId id) const { return pipeline_.nodes[id]; }
    [[nodiscard]] std::optional<std::uint64_t> constant(NodeId id) const; ///< the value of a constant word
    [[nodiscard]] std::optional<bool> truth(NodeId id) const;             ///< the value of a constant boolean
    /// An upper bound of the node's value when it is present.
    [[nodiscard]] std::uint64_t upper_bound(NodeId id, unsigned depth = 0) const;
    [[nodiscard]] bool always_present(NodeId id) const;
    [[nodiscard]] Pipeline& pipeline() { return pipeline_; }
    [[nodiscard]] const Pipeline& pipeline() const { return pipeline_; }

    /// The same node with other operands, folded again.
    NodeId rebuild(const Node& node, NodeId a, NodeId b, NodeId c);

private:
    struct Hash {
        std::size_t operator()(const Node& node) const;
    };
    NodeId intern(Node node);

    Pipeline& pipeline_;
    std::unordered_map<Node, NodeId, Hash> known_;
};

/// Makes ranges sorted, disjoint and not adjacent.
[[nodiscard]] WordSet normalised(WordSet set);
[[nodiscard]] PrefixSet normalised(PrefixSet set);

} // namespace pfq::lang
