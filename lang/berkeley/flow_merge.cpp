// The registers where ways of a program meet.
#include "lang/berkeley/flow.hpp"

#include <algorithm>

namespace pfq::lang::berkeley {

namespace {

constexpr std::size_t most_selects = 8; ///< of one register where ways meet

} // namespace

/// Jumps go forward only, so one walk up is enough.
void Flow::find_live() {
    live_.assign(decoded_.size(), 0);
    for (std::size_t i = decoded_.size(); i-- > 0;) {
        const Decoded& decoded = decoded_[i];
        std::uint32_t after = 0;
        if (decoded.verb == Verb::jump)
            after = live_[i + 1 + decoded.k];
        else if (decoded.verb == Verb::branch)
            after = live_[i + 1 + program_[i].jt] | live_[i + 1 + program_[i].jf];
        else if (decoded.verb != Verb::finish)
            after = live_[i + 1];
        live_[i] = (after & ~decoded.writes()) | decoded.reads();
    }
}

std::size_t Flow::common_dominator(std::size_t a, std::size_t b) const {
    while (a != b)
        (a > b ? a : b) = steps_[std::max(a, b)].dominator;
    return a;
}

/// The registers as the ways here leave them.
void Flow::enter(std::size_t index) {
    Step& step = steps_[index];
    step.after.fill(no_node);
    if (step.from.empty()) {
        step.after[register_a] = step.after[register_x] = nodes_.word(0);
        return;
    }
    step.dominator = step.from.front();
    for (const std::size_t from : step.from)
        step.dominator = common_dominator(step.dominator, from);
    for (unsigned which = 0; which < registers; ++which)
        if ((live_[index] >> which & 1U) != 0)
            step.after[which] = merged(index, which);
}

/// One register, by the way that the packet took here.
NodeId Flow::merged(std::size_t index, unsigned which) {
    const Step& step = steps_[index];
    const auto value_from = [&](std::size_t from) { return steps_[from].after[which]; };
    const NodeId first = value_from(step.from.front());
    if (std::ranges::all_of(step.from, [&](std::size_t from) { return value_from(from) == first; }))
        return first;
    if (std::ranges::any_of(step.from, [&](std::size_t from) { return value_from(from) == no_node; }))
        return no_node;
    const auto selected = selected_by_conditions(index, which);
    return selected ? *selected : selected_by_ways(index, which);
}

/// By the conditions between the last instruction on all ways and here, from the end. What instructions select that
/// lead elsewhere does not matter. Nothing when that takes too many nodes.
std::optional<NodeId> Flow::selected_by_conditions(std::size_t index, unsigned which) {
    const std::size_t dominator = steps_[index].dominator;
    if (index - dominator > most_selects && patience_ == 0)
        return std::nullopt;
    std::size_t selects = 0;
    value_.resize(steps_.size());
    for (std::size_t i = index; i-- > dominator;) {
        const Step& between = steps_[i];
        value_[i] = no_node;
        NodeId ways[] = {no_node, no_node};
        for (std::size_t way = 0; way < between.to.size(); ++way)
            if (between.to[way] <= index)
                ways[way] = between.to[way] == index ? between.after[which] : value_[between.to[way]];
        value_[i] = ways[0] != no_node ? ways[0] : ways[1];
        if (ways[0] == ways[1] || ways[0] == no_node || ways[1] == no_node)
            continue;
        value_[i] = words_.select(between.condition, ways[0], ways[1]);
        if (++selects > most_selects) {
            --patience_;
            return std::nullopt;
        }
    }
    return value_[dominator];
}

/// By whether the packet came by the instructions before, which takes few nodes however far the ways are apart.
NodeId Flow::selected_by_ways(std::size_t index, unsigned which) {
    const std::vector<std::size_t>& from = steps_[index].from;
    NodeId value = steps_[from.back()].after[which];
    for (std::size_t i = from.size() - 1; i-- > 0;)
        value = words_.select(way(from[i], index), steps_[from[i]].after[which], value);
    return value;
}

/// Does the packet go from one instruction to the other?
NodeId Flow::way(std::size_t from, std::size_t to) {
    const Step& step = steps_[from];
    if (step.to.size() < 2)
        return come_by(from);
    return nodes_.both(come_by(from), step.to[0] == to ? step.condition : nodes_.negate(step.condition));
}

NodeId Flow::come_by(std::size_t index) {
    while (come_by_.size() <= index) { // in the order of the program, as ways go forward
        const std::vector<std::size_t>& from = steps_[come_by_.size()].from;
        NodeId any = nodes_.boolean(come_by_.empty());
        for (const std::size_t before : from)
            any = nodes_.either(any, way(before, come_by_.size()));
        come_by_.push_back(any);
    }
    return come_by_[index];
}

} // namespace pfq::lang::berkeley
