// The values of nodes for one packet.
#pragma once
#include "lang/reference/evaluate.hpp"
#include "lang/reference/fields.hpp"

namespace pfq::lang::reference {

/// Evaluates nodes on demand, each one at most once between two changes of a slot.
class Nodes {
public:
    /// All three are the caller's and must outlive this.
    Nodes(const Pipeline& pipeline, const PacketInput& packet, const Environment& environment);

    /// The value of a node: a Word64, absent, or 0 and 1 of a boolean. no_node is absent.
    [[nodiscard]] std::uint64_t value(NodeId id);
    [[nodiscard]] bool truth(NodeId id) { return value(id) == 1; }
    /// Stmt snap. A slot that was never set is 0.
    void set_slot(std::size_t slot, std::uint64_t value);

private:
    struct Memo {
        bool known = false;
        std::uint64_t value = 0;
    };
    [[nodiscard]] bool known(NodeId id) const { return id == no_node || memo_[id].known; }
    [[nodiscard]] std::uint64_t memo(NodeId id) const { return id == no_node ? absent : memo_[id].value; }

    [[nodiscard]] std::uint64_t compute(const Node& node) const;
    [[nodiscard]] std::uint64_t word(const Node& node) const;
    [[nodiscard]] bool boolean(const Node& node) const;
    [[nodiscard]] std::uint64_t input(Input which) const;
    [[nodiscard]] std::uint64_t load(const Node& node) const;
    [[nodiscard]] bool in_prefixes(const Node& node) const;
    [[nodiscard]] bool in_table(const Node& node) const;
    [[nodiscard]] bool in_flow_table(const Node& node) const;

    const Pipeline& pipeline_;
    const PacketInput& packet_;
    const Environment& environment_;
    Levels levels_;
    std::vector<std::uint64_t> slots_;
    std::vector<Memo> memo_;
};

} // namespace pfq::lang::reference
