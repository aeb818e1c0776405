#include "engine/steering/rendezvous.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <map>

namespace pfq::engine {
namespace {

/// Who has how many entries, by id.
std::map<std::uint32_t, unsigned> shares(const std::vector<Candidate>& candidates) {
    std::map<std::uint32_t, unsigned> result;
    for (const std::uint16_t index : rendezvous_table(candidates))
        ++result[candidates[index].id];
    return result;
}

std::vector<Candidate> equals(unsigned count) {
    std::vector<Candidate> candidates;
    for (unsigned id = 0; id < count; ++id)
        candidates.push_back({id, 1});
    return candidates;
}

TEST(rendezvous, nobody_gets_nothing) {
    EXPECT_EQ(rendezvous_table({}), std::vector<std::uint16_t>(steering_entries, no_socket));
}

TEST(rendezvous, one_socket_gets_everything) {
    EXPECT_EQ(rendezvous_table(equals(1)), std::vector<std::uint16_t>(steering_entries, 0));
}

TEST(rendezvous, is_deterministic) {
    EXPECT_EQ(rendezvous_table(equals(7)), rendezvous_table(equals(7)));
}

TEST(rendezvous, exactly_the_entries_of_a_leaving_socket_move) {
    const std::vector<Candidate> before = {{10, 1}, {11, 3}, {12, 2}, {13, 1}, {900, 8}};
    const auto old_table = rendezvous_table(before);
    for (std::size_t leaver = 0; leaver < before.size(); ++leaver) {
        std::vector<Candidate> after = before;
        after.erase(after.begin() + static_cast<std::ptrdiff_t>(leaver));
        const auto new_table = rendezvous_table(after);
        for (std::size_t entry = 0; entry < steering_entries; ++entry)
            if (old_table[entry] != leaver) {
                ASSERT_EQ(after[new_table[entry]].id, before[old_table[entry]].id) << entry;
            }
    }
}

TEST(rendezvous, the_order_of_the_sockets_does_not_matter) {
    const std::vector<Candidate> a = {{1, 1}, {2, 2}, {3, 3}}, b = {{3, 3}, {1, 1}, {2, 2}};
    const auto table_a = rendezvous_table(a), table_b = rendezvous_table(b);
    for (std::size_t entry = 0; entry < steering_entries; ++entry)
        ASSERT_EQ(a[table_a[entry]].id, b[table_b[entry]].id);
}

// A share is binomially distributed; five standard deviations leave a chance of 1 in 1.7 million for each socket.
TEST(rendezvous, equal_sockets_get_equal_shares_within_chance) {
    for (const unsigned count : {2U, 4U, 16U, 64U, 256U}) {
        const double expected = double{steering_entries} / count;
        const double deviation = std::sqrt(expected * (1 - 1.0 / count));
        const auto by_id = shares(equals(count));
        EXPECT_EQ(by_id.size(), count);
        for (const auto& [id, entries] : by_id)
            EXPECT_NEAR(entries, expected, 5 * deviation) << id << " of " << count;
    }
}

TEST(rendezvous, shares_follow_weights) {
    const std::vector<Candidate> candidates = {{0, 1}, {1, 2}, {2, 5}, {3, 8}};
    const auto by_id = shares(candidates);
    for (const Candidate& candidate : candidates) {
        const double share = candidate.weight / 16.0;
        const double deviation = std::sqrt(steering_entries * share * (1 - share));
        EXPECT_NEAR(by_id.at(candidate.id), steering_entries * share, 5 * deviation) << candidate.id;
    }
}

} // namespace
} // namespace pfq::engine
