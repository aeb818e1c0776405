#include "engine/filter/front.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "engine/filter/berkeley.hpp"
#include "lang/berkeley/filter.hpp"
#include "lang/optimise/optimise.hpp"

namespace pfq::engine {
namespace {

using lang::Builder;
using lang::NodeId;

constexpr std::uint16_t ethernet = 1; // LINKTYPE_ETHERNET
constexpr std::uint64_t identifier_bits = 0xfff;

/// VlanFilter::matches as a node.
NodeId passes(const VlanFilter& filter, Builder& nodes) {
    const NodeId tci = nodes.field(lang::Field::vlan_tci, 0);
    const NodeId identifier = nodes.arithmetic(lang::Op::bit_and, tci, nodes.word(identifier_bits));
    const NodeId wanted = nodes.in_set(identifier, filter.identifiers()); // false when there is no tag
    return filter.passes_untagged() ? nodes.either(nodes.negate(nodes.present(tci)), wanted) : wanted;
}

void add_vlan_filter(lang::Pipeline& pipeline, const VlanFilter& filter) {
    Builder nodes(pipeline);
    const NodeId condition = passes(filter, nodes);
    lang::Stmt drop{
        .kind = lang::Stmt::Kind::drop, .sub = static_cast<std::uint16_t>(lang::DropBy::vlan), .body = {}, .other = {}};
    pipeline.body.insert(pipeline.body.begin(),
                         {.kind = lang::Stmt::Kind::branch, .a = condition, .body = {}, .other = {std::move(drop)}});
}

} // namespace

std::expected<void, std::string> add_filters(lang::Pipeline& pipeline, const Filters& filters) {
    if (filters.vlan)
        add_vlan_filter(pipeline, *filters.vlan);
    if (!filters.berkeley.empty()) {
        const auto compiled = BerkeleyFilter::compile(filters.berkeley, ethernet);
        if (!compiled)
            return std::unexpected(compiled.error());
        const auto plain = BerkeleyFilter::compile(filters.berkeley, ethernet, BerkeleyFilter::Form::plain);
        const auto added = lang::berkeley::add_filter(pipeline, (*compiled)->instructions(),
                                                      plain ? (*plain)->instructions()
                                                            : std::span<const lang::berkeley::Instruction>{});
        if (!added)
            return std::unexpected(fmt::format("filter '{}': {}", filters.berkeley, added.error().text));
    }
    if (filters.vlan || !filters.berkeley.empty())
        pipeline = lang::optimise(std::move(pipeline));
    return {};
}

} // namespace pfq::engine
