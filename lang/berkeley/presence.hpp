// Which bytes of a packet are known to be captured: a load of others rejects the packet, so that every load is a test.
#pragma once
#include "lang/pipeline/builder.hpp"
#include <unordered_map>
#include <vector>

namespace pfq::lang::berkeley {

/// A conjunction of conditions, each under a key of its own: of a word x (no_node: 0) that at least x + end bytes are
/// captured, or of a boolean node that it holds (end is 0 then).
class Presence {
public:
    /// At least x + end bytes.
    static Presence bytes(const Builder& nodes, NodeId x, std::uint64_t end);
    static Presence condition(NodeId boolean) { return Presence({{boolean, 0}}); }
    Presence() = default;

    [[nodiscard]] bool empty() const { return items_.empty(); }
    /// Does this imply all of the other?
    [[nodiscard]] bool covers(const Presence& other) const;
    /// Both hold.
    void join(const Presence& other);
    /// One of them holds: what is common to them.
    void meet(const Presence& other);
    /// Do constants already say that it holds, or that it does not?
    [[nodiscard]] bool certain(const Builder& nodes) const;
    [[nodiscard]] bool impossible(const Builder& nodes) const;
    /// As a boolean node.
    [[nodiscard]] NodeId node(Builder& nodes) const;

private:
    struct Item {
        NodeId key;
        std::uint64_t end;
    };
    explicit Presence(std::vector<Item> items) : items_(std::move(items)) {}
    std::vector<Item> items_; ///< by key, ascending
};

/// What the presence of words and the truth of tests say about the packet.
class PresenceOf {
public:
    explicit PresenceOf(Builder& nodes) : nodes_(nodes) {}

    /// Says what the presence of a word means beyond that of its operands. Before the first look at it.
    void declare(NodeId word, const Presence& presence) { declared_[word] = presence; }
    /// Of a word: it is present. Of a boolean: it is true.
    [[nodiscard]] const Presence& operator[](NodeId id);

private:
    [[nodiscard]] Presence describe(NodeId id) const;

    Builder& nodes_;
    std::unordered_map<NodeId, Presence> declared_;
    std::vector<Presence> known_;
};

} // namespace pfq::lang::berkeley
