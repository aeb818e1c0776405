// Which sockets of a group a verdict picks.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <shared_mutex>
#include <span>
#include <vector>

namespace pfq::engine {

/// A socket as a member of a group.
struct Member {
    std::uint16_t socket; ///< number of the socket in its run
    std::uint32_t weight;
    std::uint64_t class_mask;
};

/// The members of a group that are in one of the classes of a mask, ready to be picked from. Immutable.
class Eligible {
public:
    /// `members` in ascending order of their sockets.
    Eligible(std::span<const Member> members, std::uint64_t class_mask);

    [[nodiscard]] std::span<const std::uint16_t> sockets() const { return sockets_; }
    /// The socket of a key's table entry (key % 4096). There must be a socket.
    [[nodiscard]] std::uint16_t steer(std::uint32_t key) const { return sockets_[table_[key % table_.size()]]; }
    /// The key % (total weight)-th of the sockets, each taken as many times as it weighs. There must be a socket.
    [[nodiscard]] std::uint16_t round_robin(std::uint32_t key) const;
    [[nodiscard]] bool contains(std::uint32_t socket) const;

private:
    std::vector<std::uint16_t> sockets_;
    std::vector<std::uint16_t> table_;
    std::vector<std::uint32_t> weight_ends_; ///< running sums of the weights
};

/// The members of a group and what is eligible for each class mask, made when a mask is first asked for.
class GroupSteering {
public:
    explicit GroupSteering(std::vector<Member> members) : members_(std::move(members)) {}

    /// Safe to call from several threads; the reference lives as long as this object.
    [[nodiscard]] const Eligible& of(std::uint64_t class_mask) const;
    [[nodiscard]] std::span<const Member> members() const { return members_; }

private:
    std::vector<Member> members_;
    mutable std::shared_mutex mutex_;
    mutable std::map<std::uint64_t, std::unique_ptr<const Eligible>> by_mask_;
};

} // namespace pfq::engine
