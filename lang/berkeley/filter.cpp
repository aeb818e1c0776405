#include "lang/berkeley/filter.hpp"

#include <algorithm>

#include "lang/berkeley/flow.hpp"
#include "lang/berkeley/summary.hpp"

namespace pfq::lang::berkeley {

namespace {

constexpr std::uint64_t longest_record = 65535;
constexpr double most_repetition = 4; ///< without another try

/// Can the word be so small that records lose bytes?
bool cuts(const Builder& nodes, NodeId keep) {
    std::vector<NodeId> open{keep};
    while (!open.empty()) {
        const Node node = nodes.node(open.back());
        open.pop_back();
        if (node.op == Op::select)
            open.insert(open.end(), {node.b, node.c});
        else if (node.op != Op::constant || node.imm < longest_record)
            return true;
    }
    return false;
}

/// How many times more connectives there are when each is written wherever it is used than when it is written once.
double repetition(const Pipeline& pipeline, NodeId root) {
    std::vector<double> copies(pipeline.nodes.size(), 0);
    copies[root] = 1;
    double written = 0, different = 0;
    for (NodeId id = root + 1; id-- > 0;) { // users come after their operands
        const Node& node = pipeline.nodes[id];
        if (copies[id] == 0 || (node.op != Op::both && node.op != Op::either && node.op != Op::negate))
            continue;
        written += copies[id];
        ++different;
        for (const NodeId operand : {node.a, node.b})
            if (operand != no_node)
                copies[operand] += copies[id];
    }
    return written / different;
}

struct Added {
    Pipeline pipeline;
    double repetition;
};

std::expected<Added, Error> added(Pipeline pipeline, std::span<const Instruction> program) {
    Builder nodes(pipeline);
    const auto filter = translate(program, nodes);
    if (!filter)
        return std::unexpected(filter.error());
    Block front;
    if (filter->mark_slot)
        front.push_back({.kind = Stmt::Kind::snap,
                         .sub = static_cast<std::uint16_t>(Input::mark),
                         .imm = *filter->mark_slot,
                         .body = {},
                         .other = {}});
    front.push_back(
        {.kind = Stmt::Kind::branch,
         .a = filter->accepts,
         .body = {},
         .other = {
             {.kind = Stmt::Kind::drop, .sub = static_cast<std::uint16_t>(DropBy::filter), .body = {}, .other = {}}}});
    if (cuts(nodes, filter->keep))
        front.push_back({.kind = Stmt::Kind::slice, .a = filter->keep, .body = {}, .other = {}});
    pipeline.body.insert(pipeline.body.begin(), std::make_move_iterator(front.begin()),
                         std::make_move_iterator(front.end()));
    const double times = repetition(pipeline, filter->accepts);
    return Added{std::move(pipeline), times};
}

} // namespace

std::expected<Filter, Error> translate(std::span<const Instruction> program, Builder& nodes) {
    const auto decoded = decode(program);
    if (!decoded)
        return std::unexpected(decoded.error());
    try {
        PresenceOf presence(nodes);
        Flow flow(program, *decoded, nodes, presence);
        if (const auto done = flow.run(); !done)
            return std::unexpected(done.error());
        Filter filter = summarise(flow.steps(), nodes, presence, flow.decisions());
        filter.mark_slot = flow.mark_slot();
        return filter;
    } catch (TooManyNodes&) {
        return std::unexpected(
            Error{0, "the filter is too large: it takes more than " + std::to_string(max_nodes) + " operations"});
    }
}

std::expected<void, Error> add_filter(Pipeline& pipeline, std::span<const Instruction> program,
                                      std::span<const Instruction> plain) {
    auto best = added(pipeline, program);
    if (!best)
        return std::unexpected(best.error());
    if (best->repetition > most_repetition && !plain.empty())
        if (auto other = added(pipeline, plain); other && other->repetition < best->repetition)
            best = std::move(other);
    pipeline = std::move(best->pipeline);
    return {};
}

} // namespace pfq::lang::berkeley
