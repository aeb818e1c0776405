#include "engine/steering/rendezvous.hpp"

#include <cmath>

namespace pfq::engine {
namespace {

/// A number in (0, 1) for (entry, id): splitmix64's finaliser, whose upper 53 bits become a double.
double uniform(std::uint64_t entry, std::uint64_t id) {
    std::uint64_t x = (id << 32 | entry) + 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    x ^= x >> 31;
    return (static_cast<double>(x >> 11) + 0.5) * 0x1p-53;
}

std::uint16_t winner(std::uint64_t entry, std::span<const Candidate> candidates) {
    std::uint16_t best = no_socket;
    double best_score = 0;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const double score = candidates[i].weight / -std::log(uniform(entry, candidates[i].id));
        if (best == no_socket || score > best_score) {
            best = static_cast<std::uint16_t>(i);
            best_score = score;
        }
    }
    return best;
}

} // namespace

std::vector<std::uint16_t> rendezvous_table(std::span<const Candidate> candidates) {
    std::vector<std::uint16_t> table(steering_entries, candidates.size() == 1 ? 0 : no_socket);
    if (candidates.size() > 1)
        for (std::size_t entry = 0; entry < table.size(); ++entry)
            table[entry] = winner(entry, candidates);
    return table;
}

} // namespace pfq::engine
