// Weighted rendezvous hashing: who gets which part of the key space.
//
// Every table entry goes to the socket with the highest score weight / -ln(u), where u in (0, 1) is a hash of (entry,
// socket); this is the logarithmic method of Schindelhauer and Schomaker, "Weighted Distributed Hash Tables" (SPAA
// 2005). A socket's share is proportional to its weight, and when a socket leaves or joins, exactly its entries move.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace pfq::engine {

inline constexpr std::size_t steering_entries = 4096;
inline constexpr std::uint16_t no_socket = 0xffff;

struct Candidate {
    std::uint32_t id;     ///< identity: the only thing besides the weight that the score depends on
    std::uint32_t weight; ///< from 1
};

/// Index in `candidates` for each entry (keys select entry key % 4096); no_socket everywhere without candidates.
[[nodiscard]] std::vector<std::uint16_t> rendezvous_table(std::span<const Candidate> candidates);

} // namespace pfq::engine
