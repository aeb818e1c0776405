// The registry of a network namespace: one file, replaced as a whole under a lock, and one lock for each member.
#pragma once
#include <string>
#include <vector>

#include "codegen/descriptor.hpp"
#include "engine/kernel/error.hpp"
#include "engine/live/state.hpp"

namespace pfq::engine::live {

using codegen::Descriptor;

class Registry {
public:
    /// Opens the folder of this network namespace, PFQ_RUN_DIR or /run/pfq, and makes it if it does not exist.
    [[nodiscard]] static Result<Registry> open();

    /// The same for a look: makes nothing. The state is empty when there is no registry.
    [[nodiscard]] static Registry find();

    /// Held by one process at a time, for a transaction; waits. Closing the descriptor gives it back.
    [[nodiscard]] Result<Descriptor> lock() const;
    /// The state; an empty one when there is none. For watching it may be called without the lock.
    [[nodiscard]] Result<State> read() const;
    [[nodiscard]] Result<void> write(const State& state) const;

    /// Takes a lock that the kernel gives back when this process ends, however it ends, and adds the member.
    [[nodiscard]] Result<Descriptor> join(State& state, std::string& id) const;
    /// Ids of members whose processes are gone, also of those that never got into the registry.
    [[nodiscard]] std::vector<std::string> dead() const;
    /// Whether the member's process still holds its lock.
    [[nodiscard]] bool alive(const std::string& member) const;
    /// Whether any member of the state is; if not, what the state says describes nothing any more.
    [[nodiscard]] bool in_use(const State& state) const;
    /// Removes what a member that is gone left here.
    void forget(const std::string& member) const;

    [[nodiscard]] const std::string& folder() const { return folder_; }

private:
    explicit Registry(std::string folder) : folder_(std::move(folder)) {}
    std::string folder_;
};

} // namespace pfq::engine::live
