#include "engine/live/steering_map.hpp"

#include <vector>

#include "engine/steering/rendezvous.hpp"

namespace pfq::engine::live {

static_assert(steering_entries == PFQ_STEERING_ENTRIES);

pfq_steering make_steering(std::span<const engine::Member> members, std::uint64_t class_mask) {
    pfq_steering steering{};
    std::vector<Candidate> candidates;
    for (const engine::Member& member : members) {
        if ((member.class_mask & class_mask) == 0 || steering.count == PFQ_BPF_ELIGIBLE)
            continue;
        steering.weight += member.weight;
        steering.weight_end[steering.count] = steering.weight;
        steering.socket[steering.count++] = member.socket;
        steering.members[member.socket / 64] |= std::uint64_t{1} << (member.socket % 64);
        candidates.push_back({member.socket, member.weight});
    }
    if (candidates.empty())
        return steering;
    const std::vector<std::uint16_t> table = rendezvous_table(candidates);
    for (std::size_t i = 0; i < table.size(); ++i)
        steering.entry[i] = steering.socket[table[i]];
    return steering;
}

} // namespace pfq::engine::live
