#include "engine/live/program.hpp"

#include <algorithm>

#include "codegen/compiler.hpp"

namespace pfq::engine::live {

std::vector<const Group*> groups_at(const State& state, const Device& device) {
    std::vector<const Group*> groups;
    for (const Group& group : state.groups)
        if (std::ranges::any_of(group.bindings, [&](const Binding& binding) {
                return binding.ifindex == device.ifindex && binding.direction == device.direction;
            }))
            groups.push_back(&group);
    return groups;
}

codegen::Request request_for(const State& state, const Device& device, Mode mode) {
    codegen::Request request;
    request.live = true;
    request.target = mode == Mode::tc ? codegen::Target::bpf_tc : codegen::Target::bpf_xdp;
    request.multi_buffer = mode != Mode::tc && device.multi_buffer;
    for (const Socket& socket : state.sockets)
        request.ring_classes |= 1U << socket.ring_class;
    for (const Group* group : groups_at(state, device)) {
        const auto binding = std::ranges::find_if(group->bindings, [&](const Binding& b) {
            return b.ifindex == device.ifindex && b.direction == device.direction;
        });
        request.groups.push_back(group->pipeline);
        request.numbers.push_back(group->number);
        request.queues.push_back(binding->queue);
        auto& targets = request.targets.emplace_back();
        for (const std::string& name : group->pipeline.devices)
            targets.push_back(state.target(name)->number);
        auto& tables = request.tables.emplace_back();
        for (const lang::Table& table : group->pipeline.tables)
            tables.push_back(state.table(table.name, table.kind)->number);
    }
    return request;
}

std::string digest_of(const codegen::Request& request) {
    return codegen::cache_key(request);
}

Result<std::string> compile_object(const codegen::Request& request) {
    auto compiled = codegen::compile(request);
    if (!compiled)
        return std::unexpected(Error{compiled.error().internal
                                         ? "internal error in code generation: " + compiled.error().text
                                         : compiled.error().text});
    return std::move(compiled->output);
}

} // namespace pfq::engine::live
