// What the generator wants to know of a pipeline before it writes code. No LLVM here.
#pragma once
#include "lang/pipeline/pipeline.hpp"
#include <cstdint>
#include <vector>

namespace pfq::codegen {

/// Facts about one node.
struct NodeFacts {
    bool used = false;        ///< a statement needs it, directly or through other nodes
    bool maybe_absent = true; ///< of words
    bool reads_slot = false;  ///< its value changes when a slot is written
    std::uint8_t cost = 0;    ///< instructions to compute it from nothing, roughly; saturates at 255
    std::uint32_t users = 0;  ///< uses by used nodes and by statements
    std::uint64_t bound = 0;  ///< of words: the largest value, when present
};

struct Analysis {
    std::vector<NodeFacts> nodes; ///< by NodeId
    bool parses = false;          ///< something beside the frame's bytes and lengths is read
    std::size_t used = 0;         ///< number of used nodes
    std::size_t statements = 0;
};

/// The pipeline must be sound (lang::check).
[[nodiscard]] Analysis analyse(const lang::Pipeline& pipeline);

} // namespace pfq::codegen
