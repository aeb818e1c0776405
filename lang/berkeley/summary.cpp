#include "lang/berkeley/summary.hpp"

#include "lang/berkeley/graph.hpp"
#include "lang/berkeley/guards.hpp"

namespace pfq::lang::berkeley {

namespace {

class Summary {
public:
    Summary(const std::vector<Step>& steps, Builder& nodes, PresenceOf& presence, Decisions& decisions)
        : steps_(steps), nodes_(nodes), decisions_(decisions), hopeful_(find_hopeful(steps, nodes)),
          guards_(find_guards(steps, hopeful_, nodes, presence)), graph_(nodes, decisions) {}

    Filter run() {
        if (!hopeful_.front())
            return {.accepts = nodes_.boolean(false), .keep = nodes_.word(0), .mark_slot = {}};
        const VertexId first = draw();
        graph_.reduce(first);
        return {.accepts = accepts(first), .keep = keep(), .mark_slot = {}};
    }

private:
    /// The steps as a graph, where those that neither decide nor guard anything are left out.
    VertexId draw() {
        std::vector<VertexId> vertex(steps_.size(), Graph::reject);
        const NodeId always = nodes_.boolean(true);
        for (std::size_t i = steps_.size(); i-- > 0;) {
            const Step& step = steps_[i];
            if (!hopeful_[i])
                continue;
            Vertex made{.guard = guards_[i].node(nodes_), .condition = always};
            if (step.to.empty()) {
                made.condition = step.accepts;
                made.yes = Graph::accept, made.no = Graph::reject;
            } else {
                made.yes = made.no = vertex[step.to.front()];
            }
            if (step.to.size() == 2) {
                made.condition = step.condition;
                made.no = vertex[step.to.back()];
            }
            if (nodes_.truth(made.condition) == true)
                made.no = made.yes;
            vertex[i] = !made.decides() && guards_[i].empty() ? made.yes : graph_.add(made);
        }
        return vertex.front();
    }

    /// The decision of all that is left, if all that has to be captured is: and whether it is, which for most packets
    /// one comparison with the largest of all lengths tells.
    NodeId accepts(VertexId first) {
        struct Rest {
            NodeId accepts, captured;
        };
        std::vector<Rest> rest(graph_.size());
        const NodeId always = nodes_.boolean(true);
        rest[Graph::reject] = {nodes_.boolean(false), always};
        rest[Graph::accept] = {always, always};
        for (VertexId id = Graph::accept + 1; id < graph_.size(); ++id) {
            if (!graph_.used(id))
                continue;
            const Vertex& vertex = graph_[id];
            const Rest &yes = rest[vertex.yes], &no = rest[vertex.no];
            const NodeId captured = vertex.yes == Graph::reject ? no.captured
                                    : vertex.no == Graph::reject
                                        ? yes.captured
                                        : decisions_.choose(vertex.condition, yes.captured, no.captured);
            rest[id] = {decisions_.choose(vertex.condition, yes.accepts, no.accepts),
                        nodes_.both(vertex.guard, captured)};
        }
        Presence all;
        for (const Presence& guard : guards_)
            all.join(guard);
        const NodeId enough = all.node(nodes_);
        const NodeId captured = rest[first].captured == enough ? enough : nodes_.either(enough, rest[first].captured);
        return nodes_.both(rest[first].accepts, captured);
    }

    /// How many bytes, by the way to the end.
    NodeId keep() {
        std::vector<NodeId> kept(steps_.size(), no_node);
        for (std::size_t i = steps_.size(); i-- > 0;) {
            const Step& step = steps_[i];
            if (!hopeful_[i])
                continue;
            if (step.to.empty()) {
                kept[i] = step.keep;
                continue;
            }
            const NodeId yes = kept[step.to.front()], no = kept[step.to.back()];
            kept[i] = yes == no_node ? no : no == no_node || yes == no ? yes : nodes_.select(step.condition, yes, no);
        }
        return kept.front();
    }

    const std::vector<Step>& steps_;
    Builder& nodes_;
    Decisions& decisions_;
    std::vector<bool> hopeful_;
    std::vector<Presence> guards_;
    Graph graph_;
};

} // namespace

Filter summarise(const std::vector<Step>& steps, Builder& nodes, PresenceOf& presence, Decisions& decisions) {
    return Summary(steps, nodes, presence, decisions).run();
}

} // namespace pfq::lang::berkeley
