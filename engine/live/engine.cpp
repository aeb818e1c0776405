#include "engine/live/engine.hpp"
#include "engine/kernel/permission.hpp"
#include "engine/live/crash_point.hpp"
#include "engine/live/program.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace pfq::engine::live {

Result<std::unique_ptr<Engine>> Engine::open() {
    if (auto permitted = may_use_kernel(); !permitted)
        return std::unexpected(permitted.error());
    auto registry = Registry::open();
    if (!registry)
        return std::unexpected(registry.error());
    std::unique_ptr<Engine> engine(new Engine(std::move(*registry)));
    auto transaction = engine->begin();
    if (!transaction)
        return std::unexpected(transaction.error());
    if (auto done = (*transaction)->commit(); !done)
        return std::unexpected(done.error());
    return engine;
}

Engine::~Engine() {
    if (member_.empty())
        return;
    if (auto transaction = begin()) {
        (*transaction)->remove_member(member_);
        (void)(*transaction)->commit();
    }
    registry_.forget(member_);
}

void Engine::compile_ahead(const std::function<Result<void>(State&)>& change) const {
    auto state = registry_.read();
    if (!state || !change(*state) || !allot_numbers(*state))
        return;
    for (const Device& device : state->devices) {
        const Mode usual = device.direction == Direction::out ? Mode::tc : Mode::native;
        const Mode mode = device.mode != Mode::automatic     ? device.mode
                          : device.wanted != Mode::automatic ? device.wanted
                                                             : usual;
        const codegen::Request request = request_for(*state, device, mode);
        if (!request.groups.empty() && digest_of(request) != device.digest)
            (void)compile_object(request); // the transaction tells of errors
    }
}

Result<std::unique_ptr<Transaction>> Engine::begin() {
    auto lock = registry_.lock();
    if (!lock)
        return std::unexpected(lock.error());
    auto state = registry_.read();
    if (!state)
        return std::unexpected(state.error());
    std::unique_ptr<Transaction> transaction(new Transaction(*this, std::move(*lock), std::move(*state)));
    State& now = transaction->state_;
    transaction->sweep();
    if (now.members.empty()) { // nobody holds the maps that it speaks of
        transaction->before_ = now = State{.generation = now.generation,
                                           .maps = {},
                                           .members = {},
                                           .groups = {},
                                           .sockets = {},
                                           .devices = {},
                                           .targets = {},
                                           .tables = {}};
        transaction->leaving_.clear();
    }
    if (!maps_) {
        auto maps = SharedMaps::open(now);
        if (!maps)
            return std::unexpected(maps.error());
        maps_ = std::move(*maps);
    } else if (auto updated = maps_->update(now); !updated) {
        return std::unexpected(updated.error());
    }
    if (member_.empty()) {
        auto joined = registry_.join(now, member_);
        if (!joined)
            return std::unexpected(joined.error());
        member_lock_ = std::move(*joined);
    }
    crash_point("begun");
    return transaction;
}

Result<void> Engine::tend() {
    const auto now = registry_.read();
    if (!now)
        return std::unexpected(now.error());
    if (!registry_.dead().empty()) {
        auto transaction = begin();
        if (!transaction)
            return std::unexpected(transaction.error());
        return (*transaction)->commit();
    }
    if (now->generation != generation_) {
        const std::lock_guard guard(mutex_);
        hold_links(*now, member_, links_);
        generation_ = now->generation;
    }
    return {};
}

} // namespace pfq::engine::live
