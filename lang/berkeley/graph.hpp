// The decisions of a program as a graph, and the few that are left of it once those that together are one are joined:
// what `a and (b or not c)` became in instructions is one decision again.
#pragma once
#include "lang/berkeley/decisions.hpp"
#include <vector>

namespace pfq::lang::berkeley {

/// Numbers of vertices; the two ends are vertices as well.
using VertexId = std::uint32_t;

/// A packet that fails the guard is rejected; else it goes to `yes` if the condition holds, and to `no`.
struct Vertex {
    NodeId guard;
    NodeId condition = no_node;
    VertexId yes = 0, no = 0;
    [[nodiscard]] bool decides() const { return yes != no; }
};

class Graph {
public:
    static constexpr VertexId reject = 0, accept = 1;

    Graph(Builder& nodes, Decisions& decisions) : nodes_(nodes), decisions_(decisions), vertices_(2) {}

    /// Successors have to be added before.
    VertexId add(const Vertex& vertex);
    /// What is left of all that is reached from `first`, which stays.
    void reduce(VertexId first);

    /// Not of the ends.
    [[nodiscard]] const Vertex& operator[](VertexId id) const { return vertices_[id]; }
    [[nodiscard]] bool used(VertexId id) const { return users_[id] != 0; }
    /// One more than the largest number.
    [[nodiscard]] VertexId size() const { return static_cast<VertexId>(vertices_.size()); }

private:
    void count_users(VertexId first);
    bool join(VertexId id);
    [[nodiscard]] bool absorbable(VertexId id) const;
    bool become_next(VertexId id);
    bool absorb(VertexId id, bool by_yes);

    Builder& nodes_;
    Decisions& decisions_;
    std::vector<Vertex> vertices_;
    std::vector<unsigned> users_; ///< edges that lead to a vertex; the first has one more
};

} // namespace pfq::lang::berkeley
