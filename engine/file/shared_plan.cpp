#include <algorithm>

#include "engine/contains.hpp"
#include "engine/file/evaluator.hpp"

namespace pfq::engine {
namespace {

/// Whether "accepted or not" is all that a program says to the only socket there is.
bool is_plain_filter(const FilePlan& plan) {
    if (plan.groups.size() != 1 || plan.groups[0].sockets.size() != 1 || plan.groups[0].program.filter == nullptr)
        return false;
    const lang::Effects& effects = plan.groups[0].program.effects;
    const std::uint64_t classes = plan.sockets[plan.groups[0].sockets[0]].spec.class_mask;
    return !effects.to_kernel && !effects.slices && !effects.logs && effects.forwards.empty() &&
           !contains(effects.fanouts, lang::Fanout::to_socket) &&
           std::ranges::all_of(effects.class_masks, [&](std::uint64_t mask) { return (mask & classes) != 0; });
}

} // namespace

SharedPlan::SharedPlan(const FilePlan& the_plan) : plan(&the_plan), single_plain_filter(is_plain_filter(the_plan)) {
    for (const GroupPlan& group : plan->groups) {
        std::vector<Member> members;
        for (const std::size_t socket : group.sockets) {
            const SocketSpec& spec = plan->sockets[socket].spec;
            members.push_back({static_cast<std::uint16_t>(socket), spec.weight, spec.class_mask});
        }
        steering.push_back(std::make_unique<GroupSteering>(std::move(members)));
        auto& numbers = forward_numbers.emplace_back();
        for (const std::string& device : group.program.devices)
            numbers.push_back(static_cast<std::uint16_t>(std::ranges::find(plan->forwards, device, &ForwardPlan::name) -
                                                         plan->forwards.begin()));
        // The devices that are forwarded to come first among all devices of the run (see DeviceRegistry).
        device_numbers.emplace_back(numbers.begin(), numbers.end());
    }
    for (const SocketPlan& socket : plan->sockets)
        keeps_records.push_back(!socket.output.path.empty());
    for (const ForwardPlan& forward : plan->forwards)
        keeps_records.push_back(!forward.output.path.empty());
}

} // namespace pfq::engine
