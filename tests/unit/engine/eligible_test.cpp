#include "engine/steering/eligible.hpp"

#include <gmock/gmock.h>

#include "engine/steering/rendezvous.hpp"

namespace pfq::engine {
namespace {

using testing::ElementsAre;

const std::vector<Member> members = {{2, 1, 0b001}, {5, 3, 0b011}, {6, 2, 0b100}};

TEST(eligible, takes_the_members_of_the_classes) {
    EXPECT_THAT(Eligible(members, 0b001).sockets(), ElementsAre(2, 5));
    EXPECT_THAT(Eligible(members, 0b110).sockets(), ElementsAre(5, 6));
    EXPECT_THAT(Eligible(members, 0b1000).sockets(), ElementsAre());
}

TEST(eligible, round_robin_takes_each_as_often_as_it_weighs) {
    const Eligible all(members, 0b111);
    std::vector<unsigned> turns;
    for (std::uint32_t key = 0; key < 12; ++key)
        turns.push_back(all.round_robin(key));
    EXPECT_THAT(turns, ElementsAre(2, 5, 5, 5, 6, 6, 2, 5, 5, 5, 6, 6));
}

TEST(eligible, steers_by_the_lower_twelve_bits) {
    const Eligible all(members, 0b111);
    for (std::uint32_t key = 0; key < 4096; ++key)
        ASSERT_EQ(all.steer(key), all.steer(key | 0xabcd'0000 | 0x1000));
}

TEST(eligible, contains_only_sockets_of_the_mask) {
    const Eligible some(members, 0b001);
    EXPECT_TRUE(some.contains(5));
    EXPECT_FALSE(some.contains(6));
    EXPECT_FALSE(some.contains(0x10005));
    EXPECT_FALSE(some.contains(no_socket));
}

TEST(group_steering, makes_each_mask_once) {
    const GroupSteering steering(members);
    EXPECT_EQ(&steering.of(1), &steering.of(1));
    EXPECT_NE(&steering.of(1), &steering.of(2));
}

} // namespace
} // namespace pfq::engine
