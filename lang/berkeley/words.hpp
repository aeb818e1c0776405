// Arithmetic of 32 bits in nodes of 64 bits, where all ones means absent: no operation here makes it of words that are
// present, but for a division by 0.
#pragma once
#include "lang/pipeline/builder.hpp"
#include <unordered_map>

namespace pfq::lang::berkeley {

class Words {
public:
    explicit Words(Builder& nodes) : nodes_(nodes) {}

    /// add ... shr, modulo 2^32. Division by 0 is absent; shifts by 32 and more give 0.
    NodeId compute(Op op, NodeId a, NodeId b);
    NodeId negate(NodeId a);
    NodeId select(NodeId condition, NodeId yes, NodeId no);
    /// `width` bytes at base + x + k, where the sum does not wrap around.
    NodeId load(Base base, unsigned width, NodeId x, std::uint32_t k);

    /// The largest value that a word can have when it is present: of 32 bits in what the functions here return.
    [[nodiscard]] std::uint64_t bound(NodeId id) const;
    /// From elsewhere known to be at most `bound`.
    NodeId at_most(NodeId id, std::uint64_t bound);

private:
    NodeId wrapped(NodeId id);
    NodeId fitting(NodeId id, std::uint64_t bound);
    NodeId subtract(NodeId a, NodeId b);
    NodeId shift_left(NodeId a, NodeId b);

    Builder& nodes_;
    std::unordered_map<NodeId, std::uint64_t> bounds_;
};

inline constexpr std::uint64_t largest_word = 0xffffffffU;

} // namespace pfq::lang::berkeley
