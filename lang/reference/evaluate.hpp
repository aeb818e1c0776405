// The reference evaluator: the meaning of a pipeline, plainly.
#pragma once
#include "lang/pipeline/semantics.hpp"
#include "lang/reference/packet.hpp"
#include <array>
#include <functional>

namespace pfq::lang::reference {

/// The world of an evaluation. Whatever is empty or null: no such device, no table entry, nobody who listens.
struct Environment {
    /// Device index of each of Pipeline::devices (no such device: ~0).
    std::vector<std::uint32_t> devices;
    /// Is the key in Pipeline::tables[table]?
    std::function<bool(std::size_t table, const TableKey& key)> lookup;
    /// An event of Stmt log, with the normalised verdict so far. `message` is Stmt::imm.
    std::function<void(LogKind kind, std::size_t message, const Verdict& so_far)> log;
    /// The group's counters, modulo 2^64; the caller's.
    std::array<std::uint64_t, max_counters>* counters = nullptr;
};

/// The normalised verdict about one packet. The pipeline must pass check().
[[nodiscard]] Verdict evaluate(const Pipeline& pipeline, const PacketInput& packet, Environment& environment);

} // namespace pfq::lang::reference
