#include "lang/berkeley/graph.hpp"

#include <utility>

namespace pfq::lang::berkeley {

VertexId Graph::add(const Vertex& vertex) {
    vertices_.push_back(vertex);
    return size() - 1;
}

void Graph::count_users(VertexId first) {
    users_.assign(size(), 0);
    users_[first] = 1;
    for (VertexId id = size(); id-- > accept + 1;) { // users come after what they use
        if (users_[id] == 0)
            continue;
        ++users_[vertices_[id].yes];
        if (vertices_[id].decides())
            ++users_[vertices_[id].no];
    }
}

void Graph::reduce(VertexId first) {
    count_users(first);
    for (bool again = true; std::exchange(again, false);)
        for (VertexId id = accept + 1; id < size(); ++id)
            while (users_[id] != 0 && join(id))
                again = true;
}

/// Joins a vertex with one that only it leads to.
bool Graph::join(VertexId id) {
    return vertices_[id].decides() ? absorb(id, true) || absorb(id, false) : become_next(id);
}

bool Graph::absorbable(VertexId id) const {
    return id > accept && users_[id] == 1;
}

/// Of a vertex that decides nothing.
bool Graph::become_next(VertexId id) {
    Vertex& vertex = vertices_[id];
    const VertexId next_id = vertex.yes;
    if (!absorbable(next_id))
        return false;
    const NodeId guard = vertex.guard;
    vertex = vertices_[next_id];
    vertex.guard = nodes_.both(guard, vertex.guard);
    users_[next_id] = 0;
    return true;
}

/// Of a vertex that decides, on one way, nothing or where both lead to the other way as well: that of `a or b`, of
/// `a and b`, and of the same with b negated.
bool Graph::absorb(VertexId id, bool by_yes) {
    Vertex& outer = vertices_[id];
    VertexId& way = by_yes ? outer.yes : outer.no;
    const VertexId other = by_yes ? outer.no : outer.yes;
    if (!absorbable(way))
        return false;
    const Vertex inner = vertices_[way];
    const bool decides = inner.decides();
    if (decides && inner.yes != other && inner.no != other)
        return false;
    const bool others = other == reject; // fail anyway, so the guard may be for all
    const NodeId condition = by_yes ? nodes_.negate(outer.condition) : outer.condition;
    outer.guard = nodes_.both(outer.guard, others ? inner.guard : nodes_.either(condition, inner.guard));
    users_[way] = 0;
    if (!decides) {
        way = inner.yes;
        if (way == other)
            --users_[other];
        return true;
    }
    --users_[other];
    const bool negated = (inner.yes == other) == by_yes;
    const NodeId more = negated ? nodes_.negate(inner.condition) : inner.condition;
    outer.condition = by_yes ? decisions_.both(outer.condition, more) : decisions_.either(outer.condition, more);
    way = inner.yes == other ? inner.no : inner.yes;
    return true;
}

} // namespace pfq::lang::berkeley
