#include "engine/live/program.hpp"

#include <algorithm>
#include <deque>
#include <mutex>
#include <optional>

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
        std::uint64_t queues = 0;
        for (const Binding& b : group->bindings)
            if (b.ifindex == device.ifindex && b.direction == device.direction)
                queues |= b.queue == codegen::any_queue ? codegen::all_queues : std::uint64_t{1} << b.queue;
        request.groups.push_back(group->pipeline);
        request.numbers.push_back(group->number);
        request.queues.push_back(queues);
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

namespace {

/// The objects that this process has compiled last, by digest: compiled ahead of a transaction, they are found in it
/// even when there is no cache on disk.
class Memory {
public:
    std::optional<std::string> find(const std::string& digest) {
        const std::lock_guard lock(mutex_);
        const auto found = std::ranges::find(objects_, digest, &Entry::first);
        return found == objects_.end() ? std::nullopt : std::optional(found->second);
    }
    void keep(std::string digest, const std::string& object) {
        const std::lock_guard lock(mutex_);
        if (objects_.size() == most)
            objects_.pop_front();
        objects_.emplace_back(std::move(digest), object);
    }

private:
    static constexpr std::size_t most = 16;
    using Entry = std::pair<std::string, std::string>;
    std::mutex mutex_;
    std::deque<Entry> objects_;
};

} // namespace

Result<std::string> compile_object(const codegen::Request& request) {
    static Memory memory;
    std::string digest = digest_of(request);
    if (auto known = memory.find(digest))
        return *std::move(known);
    auto compiled = codegen::compile(request);
    if (!compiled)
        return std::unexpected(Error{.text = compiled.error().internal
                                                 ? "internal error in code generation: " + compiled.error().text
                                                 : compiled.error().text,
                                     .form = !compiled.error().internal});
    memory.keep(std::move(digest), compiled->output);
    return std::move(compiled->output);
}

} // namespace pfq::engine::live
