#include "engine/steering/eligible.hpp"

#include <algorithm>
#include <mutex>

#include "engine/steering/rendezvous.hpp"

namespace pfq::engine {

Eligible::Eligible(std::span<const Member> members, std::uint64_t class_mask) {
    std::vector<Candidate> candidates;
    std::uint32_t total = 0;
    for (const Member& member : members) {
        if ((member.class_mask & class_mask) == 0)
            continue;
        sockets_.push_back(member.socket);
        candidates.push_back({member.socket, member.weight});
        weight_ends_.push_back(total += member.weight);
    }
    table_ = rendezvous_table(candidates);
}

std::uint16_t Eligible::round_robin(std::uint32_t key) const {
    const std::uint32_t turn = key % weight_ends_.back();
    return sockets_[static_cast<std::size_t>(std::ranges::upper_bound(weight_ends_, turn) - weight_ends_.begin())];
}

bool Eligible::contains(std::uint32_t socket) const {
    return socket < no_socket && std::ranges::binary_search(sockets_, static_cast<std::uint16_t>(socket));
}

const Eligible& GroupSteering::of(std::uint64_t class_mask) const {
    {
        const std::shared_lock lock(mutex_);
        if (const auto known = by_mask_.find(class_mask); known != by_mask_.end())
            return *known->second;
    }
    const std::unique_lock lock(mutex_);
    auto& eligible = by_mask_[class_mask];
    if (!eligible)
        eligible = std::make_unique<const Eligible>(members_, class_mask);
    return *eligible;
}

} // namespace pfq::engine
