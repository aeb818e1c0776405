#include "engine/live/steering_map.hpp"

#include <gtest/gtest.h>

namespace pfq::engine::live {
namespace {

const std::vector<engine::Member> members{{3, 1, 1}, {70, 4, 1}, {900, 2, 6}};

TEST(steering_map, holds_the_sockets_of_a_class) {
    const pfq_steering table = make_steering(members, 1);
    EXPECT_EQ(table.count, 2U);
    EXPECT_EQ(table.weight, 5U);
    EXPECT_EQ(table.socket[0], 3);
    EXPECT_EQ(table.socket[1], 70);
    EXPECT_EQ(table.weight_end[0], 1U);
    EXPECT_EQ(table.weight_end[1], 5U);
    EXPECT_EQ(table.members[0], std::uint64_t{1} << 3);
    EXPECT_EQ(table.members[1], std::uint64_t{1} << (70 - 64));
    EXPECT_EQ(table.members[900 / 64], 0U);
}

/// Programs in the kernel and on capture files pick the same socket for a key.
TEST(steering_map, agrees_with_the_steering_of_captures) {
    for (const std::uint64_t mask : {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{7}}) {
        const pfq_steering table = make_steering(members, mask);
        const Eligible eligible(members, mask);
        ASSERT_EQ(table.count, eligible.sockets().size());
        for (std::uint32_t key = 0; key < 2 * PFQ_STEERING_ENTRIES; key += 7)
            ASSERT_EQ(table.entry[key % PFQ_STEERING_ENTRIES], eligible.steer(key)) << key;
    }
}

TEST(steering_map, is_empty_without_sockets) {
    EXPECT_EQ(make_steering(members, 8).count, 0U);
    EXPECT_EQ(make_steering({}, 1).count, 0U);
}

} // namespace
} // namespace pfq::engine::live
