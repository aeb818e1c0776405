// Boolean nodes of decisions: tests of words, and "if test then this else that" written with few nodes that have more
// than one user, as those are what executions repeat.
#pragma once
#include "lang/berkeley/words.hpp"
#include <optional>
#include <vector>

namespace pfq::lang::berkeley {

class Decisions {
public:
    Decisions(Builder& nodes, const Words& words) : nodes_(nodes), words_(words) {}

    /// The word is in the set, which is sorted. Of an absent word: false if the test is better written as one of the
    /// set, true if it is better written as the negation of one of the other words. Where both are good, `prefer_true`
    /// chooses the first.
    NodeId test(NodeId word, WordSet set, bool prefer_true);
    /// Tests of one word become one test, negations meet and go.
    NodeId both(NodeId a, NodeId b);
    NodeId either(NodeId a, NodeId b);
    /// if condition then yes else no
    NodeId choose(NodeId condition, NodeId yes, NodeId no);

private:
    /// One step down the right operands of `both` and `either`.
    struct Step {
        Op op;
        NodeId side;
    };
    using Steps = std::vector<Step>;

    [[nodiscard]] std::optional<NodeId> merged(NodeId a, NodeId b);
    [[nodiscard]] std::optional<NodeId> with_common_tail(NodeId condition, NodeId yes, NodeId no);
    [[nodiscard]] std::vector<NodeId> spine(NodeId id) const;
    [[nodiscard]] Steps steps(NodeId from, NodeId tail);
    NodeId conditional(NodeId condition, const Steps& steps, NodeId tail);

    Builder& nodes_;
    const Words& words_;
};

} // namespace pfq::lang::berkeley
