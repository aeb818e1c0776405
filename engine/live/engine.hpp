// This process in the control plane of its network namespace: what it adds, changes and removes, as transactions.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/live/change.hpp"
#include "engine/live/reconcile.hpp"
#include "engine/live/registry.hpp"
#include "engine/live/socket.hpp"

namespace pfq::engine::live {

struct GroupOptions {
    std::optional<unsigned> number; ///< empty: the lowest that is free
    Policy policy = Policy::private_;
    lang::Pipeline pipeline;            ///< filters and computation
    std::string text;                   ///< of the program, to show
    std::string filter = {}, vlan = {}; ///< texts of its filters, to show
    int events = -1;                    ///< the ring that gets what its log statements say (events.hpp); -1: none
};

class Transaction;

class Engine {
public:
    /// Becomes a member of the network namespace.
    [[nodiscard]] static Result<std::unique_ptr<Engine>> open();
    /// Leaves: removes what it has added, and its programs from devices.
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Compiles what the devices will need after such a change, so that the transaction that makes it finds it compiled
    /// and others do not wait for that. When the change fails, or others change more meanwhile, the transaction
    /// compiles.
    void compile_ahead(const std::function<Result<void>(State&)>& change) const;
    /// Waits for the transactions of others. Removes what dead members left.
    [[nodiscard]] Result<std::unique_ptr<Transaction>> begin();
    /// To be called about every 100 ms: notices members that died, and repairs what they left.
    [[nodiscard]] Result<void> tend();

    /// The registry as it is now.
    [[nodiscard]] Result<State> state() const { return registry_.read(); }
    [[nodiscard]] const SharedMaps& maps() const { return *maps_; }
    [[nodiscard]] const std::string& member() const { return member_; }
    [[nodiscard]] LiveSocket& socket(unsigned slot) { return *sockets_.at(slot); }

private:
    friend class Transaction;
    explicit Engine(Registry registry) : registry_(std::move(registry)) {}

    Registry registry_;
    std::string member_;
    Descriptor member_lock_;
    std::optional<SharedMaps> maps_;
    Links links_;
    std::map<unsigned, std::unique_ptr<LiveSocket>> sockets_; ///< by slot
    std::uint64_t generation_ = 0;                            ///< of the state that links_ agree with
    std::mutex mutex_;                                        ///< one transaction of this process at a time
};

/// What happens between begin() and commit() happens at once. Without commit() nothing does.
class Transaction {
public:
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    [[nodiscard]] State& state() { return state_; }

    /// Returns the slot, which is also the socket's id.
    [[nodiscard]] Result<unsigned> add_socket(const SocketOptions& options);
    /// Returns the number.
    [[nodiscard]] Result<unsigned> add_group(GroupOptions options);
    /// A group of others takes a socket if it is shared and `policy` says so, a restricted one only of its own process.
    [[nodiscard]] Result<void> join(unsigned group, unsigned socket, Policy policy = Policy::private_);
    void leave(unsigned group, unsigned socket);
    [[nodiscard]] Result<void> bind(unsigned group, const BindOptions& options) {
        return bind_group(state_, group, options);
    }
    [[nodiscard]] Result<void> set_program(unsigned group, lang::Pipeline pipeline, std::string text);
    /// From all its devices: it receives nothing any more, its sockets stay.
    void unbind(unsigned group);
    /// Replaces the entries of the table, if a program looks into it; see create_table().
    void replace_table(TableContents contents) { tables_.push_back(std::move(contents)); }
    void remove_socket(unsigned slot);
    void remove_group(unsigned number);

    [[nodiscard]] Result<void> commit();

private:
    friend class Engine;
    Transaction(Engine& engine, Descriptor lock, State state)
        : engine_(engine), guard_(engine.mutex_), lock_(std::move(lock)), state_(std::move(state)), before_(state_) {}

    void sweep();
    void remove_member(const std::string& member);
    [[nodiscard]] Result<void> scrub() const;
    void roll_back();

    Engine& engine_;
    std::lock_guard<std::mutex> guard_;
    Descriptor lock_; ///< of the registry
    State state_, before_;
    std::vector<Socket> leaving_;   ///< sockets whose rings are to be closed
    std::vector<unsigned> arrived_; ///< slots that this transaction has filled
    std::vector<TableContents> tables_;
    bool scrubs_ = false; ///< somebody died, and may have left rings
    bool committed_ = false;
};

} // namespace pfq::engine::live
