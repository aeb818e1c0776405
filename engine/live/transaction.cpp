#include <algorithm>
#include <fmt/format.h>

#include "engine/live/crash_point.hpp"
#include "engine/live/engine.hpp"
#include "engine/live/free_number.hpp"
#include "engine/live/program.hpp"

namespace pfq::engine::live {
namespace {

constexpr unsigned max_sockets_of_group = PFQ_BPF_ELIGIBLE;

} // namespace

Transaction::~Transaction() {
    if (committed_)
        return;
    for (const unsigned slot : arrived_) {
        (void)close_rings(engine_.sockets_.at(slot)->description(), *engine_.maps_);
        engine_.sockets_.erase(slot);
    }
}

Result<unsigned> Transaction::add_socket(const SocketOptions& options) {
    std::vector<Socket> taken = state_.sockets; // also those that leave: their rings are closed at the end
    taken.insert(taken.end(), leaving_.begin(), leaving_.end());
    const unsigned slot = lowest_free(taken, &Socket::slot);
    if (slot >= PFQ_BPF_SOCKETS)
        return std::unexpected(
            Error{fmt::format("all {} sockets of this network namespace are in use", PFQ_BPF_SOCKETS)});
    auto socket = LiveSocket::create(slot, options, state_, *engine_.maps_);
    if (!socket)
        return std::unexpected(socket.error());
    Socket description = (*socket)->description();
    description.owner = engine_.member_;
    insert_socket(state_, std::move(description));
    engine_.sockets_[slot] = std::move(*socket);
    crash_point("socket added");
    arrived_.push_back(slot);
    return slot;
}

Result<unsigned> Transaction::add_group(GroupOptions options) {
    const unsigned number = options.number.value_or(lowest_free(state_.groups, &Group::number));
    if (number >= PFQ_BPF_GROUPS)
        return std::unexpected(
            Error{fmt::format("all {} groups of this network namespace are in use", PFQ_BPF_GROUPS)});
    if (const Group* taken = state_.group(number))
        return std::unexpected(Error{fmt::format("group {} is in use by process {}; choose another number with --group",
                                                 number, taken->owner.substr(0, taken->owner.find('-')))});
    for (const auto& done : {clear_per_cpu<pfq_group_state>(engine_.maps_->get("pfq_group_state"), number)})
        if (!done)
            return std::unexpected(done.error());
    for (unsigned i = 0; i < PFQ_BPF_GROUP_COUNTERS; ++i)
        if (auto done = clear_per_cpu<std::uint64_t>(engine_.maps_->get("pfq_group_counters"),
                                                     number * PFQ_BPF_GROUP_COUNTERS + i);
            !done)
            return std::unexpected(done.error());
    const std::uint64_t zero = 0;
    if (auto done = write_map(engine_.maps_->get("pfq_sequences"), number, &zero); !done)
        return std::unexpected(done.error());
    const int events = engine_.maps_->get("pfq_events");
    if (auto done = options.events >= 0 ? write_map(events, number, &options.events) : erase_from_map(events, number);
        !done)
        return std::unexpected(done.error());
    Group group{.number = number,
                .policy = options.policy,
                .owner = engine_.member_,
                .pipeline = std::move(options.pipeline),
                .text = std::move(options.text),
                .filter = std::move(options.filter),
                .vlan = std::move(options.vlan),
                .bindings = {},
                .sockets = {},
                .steerings = {},
                .masks = {}};
    insert_group(state_, std::move(group));
    return number;
}

Result<void> Transaction::join(unsigned number, unsigned slot, Policy policy) {
    Group* group = state_.group(number);
    if (group == nullptr)
        return std::unexpected(Error{fmt::format("there is no group {}", number)});
    if (group->policy != Policy::shared && group->owner != engine_.member_)
        return std::unexpected(Error{fmt::format("group {} is {} to process {}", number, name(group->policy),
                                                 group->owner.substr(0, group->owner.find('-')))});
    if (group->owner != engine_.member_ && policy != Policy::shared)
        return std::unexpected(Error{fmt::format("group {} is shared: ask for policy shared to join it", number)});
    if (std::ranges::count(group->sockets, slot))
        return {};
    if (group->sockets.size() == max_sockets_of_group)
        return std::unexpected(Error{fmt::format("group {} has {} sockets already", number, max_sockets_of_group)});
    group->sockets.insert(std::ranges::upper_bound(group->sockets, slot), slot);
    return {};
}

void Transaction::leave(unsigned number, unsigned slot) {
    if (Group* group = state_.group(number))
        std::erase(group->sockets, slot);
}

Result<void> Transaction::set_program(unsigned number, lang::Pipeline pipeline, std::string text) {
    Group* group = state_.group(number);
    if (group == nullptr)
        return std::unexpected(Error{fmt::format("there is no group {}", number)});
    group->pipeline = std::move(pipeline);
    group->text = std::move(text);
    return {};
}

void Transaction::unbind(unsigned number) {
    if (Group* group = state_.group(number))
        group->bindings.clear();
}

void Transaction::remove_socket(unsigned slot) {
    if (const Socket* socket = state_.socket(slot))
        leaving_.push_back(*socket);
    std::erase_if(state_.sockets, [&](const Socket& socket) { return socket.slot == slot; });
    for (Group& group : state_.groups)
        std::erase(group.sockets, slot);
}

void Transaction::remove_group(unsigned number) {
    std::erase_if(state_.groups, [&](const Group& group) { return group.number == number; });
}

/// Its sockets go; its groups go unless sockets of others are in them.
void Transaction::remove_member(const std::string& member) {
    const std::vector<Socket> sockets = state_.sockets;
    for (const Socket& socket : sockets)
        if (socket.owner == member)
            remove_socket(socket.slot);
    std::erase_if(state_.groups, [&](const Group& group) { return group.owner == member && group.sockets.empty(); });
    std::erase_if(state_.members, [&](const Process& other) { return other.id == member; });
}

/// Members that died, and those that left before their first transaction was over.
void Transaction::sweep() {
    std::vector<std::string> gone = engine_.registry_.dead();
    for (const Process& member : state_.members)
        if (!engine_.registry_.alive(member.id) && std::ranges::find(gone, member.id) == gone.end())
            gone.push_back(member.id);
    for (const std::string& member : gone) {
        remove_member(member);
        engine_.registry_.forget(member);
    }
    scrubs_ = !gone.empty();
}

/// Takes rings away that no socket of the registry has: their owner died before it got there.
Result<void> Transaction::scrub() const {
    for (unsigned ring_class = 0; ring_class < PFQ_RING_CLASSES; ++ring_class) {
        if (!state_.maps.contains(rings_name(ring_class)))
            continue;
        const int rings = engine_.maps_->get(rings_name(ring_class));
        for (unsigned slot = 0; slot < PFQ_BPF_SOCKETS; ++slot) {
            const auto socket = std::ranges::find(state_.sockets, slot, &Socket::slot);
            std::uint32_t ring = 0;
            const bool taken = socket != state_.sockets.end() && socket->ring_class == ring_class;
            for (unsigned processor = 0; !taken && processor < processors(); ++processor)
                if (read_map(rings, ring_cell(slot, processor), &ring))
                    if (auto done = erase_from_map(rings, ring_cell(slot, processor)); !done)
                        return done;
        }
    }
    return {};
}

/// A device may run a program that the registry will not know: every device gets the one that it had.
void Transaction::roll_back() {
    for (Device& device : before_.devices)
        device.digest = "unknown";
    (void)Reconciler(before_, *engine_.maps_, engine_.links_).run();
    (void)engine_.registry_.write(before_);
}

Result<void> Transaction::commit() {
    if (auto done = Reconciler(state_, *engine_.maps_, engine_.links_, tables_).run(); !done) {
        roll_back();
        return done;
    }
    crash_point("reconciled");
    ++state_.generation;
    if (auto done = engine_.registry_.write(state_); !done) {
        roll_back();
        return done;
    }
    committed_ = true;
    crash_point("written");
    hold_links(state_, engine_.member_, engine_.links_);
    engine_.generation_ = state_.generation;
    for (const Socket& socket : leaving_) {
        if (auto done = close_rings(socket, *engine_.maps_); !done)
            return done;
        engine_.sockets_.erase(socket.slot);
    }
    for (const Group& group : before_.groups)
        if (state_.group(group.number) == nullptr)
            if (auto done = erase_from_map(engine_.maps_->get("pfq_events"), group.number); !done)
                return done;
    crash_point("rings closed");
    return scrubs_ ? scrub() : Result<void>{};
}

} // namespace pfq::engine::live
