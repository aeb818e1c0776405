#include "lang/berkeley/guards.hpp"

#include <algorithm>

namespace pfq::lang::berkeley {

namespace {

class Finder {
public:
    Finder(const std::vector<Step>& steps, const std::vector<bool>& hopeful, const Builder& nodes, PresenceOf& presence)
        : steps_(steps), hopeful_(hopeful), nodes_(nodes), presence_(presence), known_(steps.size()),
          implied_(steps.size()), guards_(steps.size()) {}

    std::vector<Presence> run() {
        for (std::size_t i = 0; i < steps_.size(); ++i)
            if (steps_[i].reached)
                known_[i] = known_before(i);
        for (std::size_t i = steps_.size(); i-- > 0;)
            if (steps_[i].reached && hopeful_[i])
                look_back(i);
        return std::move(guards_);
    }

private:
    /// What the answer of a step's condition says.
    const Presence& answer(const Step& step, bool yes) {
        static const Presence nothing;
        const Node& node = nodes_.node(step.condition);
        if (node.op == Op::negate)
            return yes ? nothing : presence_[node.a];
        return yes ? presence_[step.condition] : nothing;
    }

    /// Of every packet that gets to a step.
    Presence known_before(std::size_t index) {
        std::optional<Presence> common;
        for (const std::size_t from : steps_[index].from) {
            const Step& before = steps_[from];
            Presence known = known_[from];
            known.join(before.needs);
            if (before.to.size() == 2)
                known.join(answer(before, before.to[0] == index));
            if (common)
                common->meet(known);
            else
                common = std::move(known);
        }
        return common.value_or(Presence());
    }

    /// Of every packet that gets to a step and is accepted then: implied_; the guard of the step.
    void look_back(std::size_t index) {
        const Step& step = steps_[index];
        std::optional<Presence> common;
        if (step.to.empty())
            common = presence_[step.accepts];
        for (std::size_t way = 0; way < step.to.size(); ++way) {
            if (!hopeful_[step.to[way]])
                continue;
            Presence implied = implied_[step.to[way]];
            if (step.to.size() == 2)
                implied.join(answer(step, way == 0));
            if (common)
                common->meet(implied);
            else
                common = std::move(implied);
        }
        implied_[index] = std::move(*common);
        if (known_[index].covers(step.needs) || implied_[index].covers(step.needs))
            return;
        guards_[index] = step.needs;
        implied_[index].join(step.needs);
    }

    const std::vector<Step>& steps_;
    const std::vector<bool>& hopeful_;
    const Builder& nodes_;
    PresenceOf& presence_;
    std::vector<Presence> known_, implied_, guards_;
};

} // namespace

std::vector<bool> find_hopeful(const std::vector<Step>& steps, const Builder& nodes) {
    std::vector<bool> hopeful(steps.size());
    for (std::size_t i = steps.size(); i-- > 0;) {
        const Step& step = steps[i];
        hopeful[i] = step.to.empty() ? step.reached && nodes.truth(step.accepts) != false
                                     : std::ranges::any_of(step.to, [&](std::size_t to) { return hopeful[to]; });
    }
    return hopeful;
}

std::vector<Presence> find_guards(const std::vector<Step>& steps, const std::vector<bool>& hopeful,
                                  const Builder& nodes, PresenceOf& presence) {
    return Finder(steps, hopeful, nodes, presence).run();
}

} // namespace pfq::lang::berkeley
