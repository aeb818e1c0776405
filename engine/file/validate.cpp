#include "engine/file/validate.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "engine/contains.hpp"

namespace pfq::engine {
namespace {

constexpr std::size_t max_inputs = 1024; ///< open files
constexpr unsigned max_threads = 256;

std::string validate_inputs(const FilePlan& plan) {
    if (plan.inputs.empty())
        return "there is no input";
    if (plan.inputs.size() > max_inputs)
        return fmt::format("{} inputs are too many: {} at most", plan.inputs.size(), max_inputs);
    if (std::ranges::count(plan.inputs, "-") > 1)
        return "standard input can be read once only";
    return {};
}

std::string validate_group(const FilePlan& plan, const GroupPlan& group) {
    if (group.id >= max_groups)
        return fmt::format("invalid group {}: groups have numbers from 0 to {}", group.id, max_groups - 1);
    if (group.sockets.empty() || group.sockets.size() > max_eligible)
        return fmt::format("group {} has {} sockets: it needs 1 to {}", group.id, group.sockets.size(), max_eligible);
    if (group.sockets.back() >= plan.sockets.size() || !std::ranges::is_sorted(group.sockets, std::less_equal{}))
        return fmt::format("the sockets of group {} are not in order", group.id);
    if (group.program.evaluate == nullptr &&
        !(group.program.filter != nullptr && lang::only_filters(group.program.effects)))
        return fmt::format("group {} has no program", group.id);
    for (const std::string& device : group.program.devices)
        if (!contains(plan.forwards, device, &ForwardPlan::name))
            return fmt::format("group {} forwards to {}, which has no place in the plan", group.id, device);
    return {};
}

std::string validate_groups(const FilePlan& plan) {
    if (plan.groups.empty())
        return "there is no program";
    for (std::size_t i = 0; i < plan.groups.size(); ++i) {
        if (i > 0 && plan.groups[i].id <= plan.groups[i - 1].id)
            return fmt::format("group {} is given twice", plan.groups[i].id);
        if (std::string error = validate_group(plan, plan.groups[i]); !error.empty())
            return error;
    }
    return {};
}

std::string validate_outputs(const FilePlan& plan) {
    std::set<std::string> paths;
    const auto is_new = [&](const Output& output) {
        return output.path.empty() || output.path == "/dev/null" || paths.insert(output.path).second;
    };
    for (const SocketPlan& socket : plan.sockets)
        if (!is_new(socket.output))
            return fmt::format("'{}' would be written twice: give socket {} another file", socket.output.path,
                               socket.spec.name);
    for (const ForwardPlan& forward : plan.forwards)
        if (!is_new(forward.output))
            return fmt::format("'{}' would be written twice: give device {} another file", forward.output.path,
                               forward.name);
    return {};
}

} // namespace

std::string validate(const FilePlan& plan) {
    if (plan.threads == 0 || plan.threads > max_threads)
        return fmt::format("invalid number of threads {}: use 1 to {}", plan.threads, max_threads);
    if (plan.sockets.size() > max_sockets)
        return fmt::format("{} sockets are too many: {} at most", plan.sockets.size(), max_sockets);
    for (const auto& check : {validate_inputs, validate_groups, validate_outputs})
        if (std::string error = check(plan); !error.empty())
            return error;
    return {};
}

} // namespace pfq::engine
