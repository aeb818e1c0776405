#include "engine/live/state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pfq::engine::live {
namespace {

using testing::HasSubstr;

State example() {
    State state;
    state.generation = 7;
    state.maps = {{"pfq_cpu", 12}, {"pfq_bells", 13}};
    state.members = {{"100-0", 100, "pfq"}};
    Group group;
    group.number = 3;
    group.policy = Policy::shared;
    group.owner = "100-0";
    group.text = "steer_flow \"quoted\"";
    group.bindings = {{2, 1, Direction::out}};
    group.sockets = {0, 5};
    group.steerings = {{1, 4, 1, "0:1:1 "}};
    group.pipeline.devices = {"eth1"};
    state.groups = {group};
    state.sockets = {{.slot = 5, .owner = "100-0", .name = "web", .rings = {20, 21}, .bell = 22}};
    Device device;
    device.ifindex = 2;
    device.direction = Direction::out;
    device.name = "eth0";
    device.ownership = Ownership::own;
    device.mode = Mode::tc;
    device.executor = 9;
    device.ring_classes = 5;
    state.devices = {device};
    state.targets = {{1, 3, "eth1", "1-0", true}};
    return state;
}

TEST(live_state, survives_the_registry) {
    const std::string text = to_json(example());
    auto read = from_json(text);
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(to_json(*read), text);
    EXPECT_EQ(read->groups[0].pipeline, example().groups[0].pipeline);
    EXPECT_EQ(read->groups[0].bindings, example().groups[0].bindings);
    EXPECT_EQ(read->device(2, Direction::out)->ownership, Ownership::own);
    EXPECT_EQ(read->device(2, Direction::out)->ring_classes, 5U);
    EXPECT_EQ(read->device(2, Direction::in), nullptr);
    EXPECT_EQ(read->socket(5)->rings, (std::vector<std::uint32_t>{20, 21}));
    EXPECT_EQ(read->target("eth1")->ifindex, 3U);
    EXPECT_EQ(read->target("eth1")->owner, "1-0");
    EXPECT_TRUE(read->target("eth1")->several);
}

TEST(live_state, refuses_what_it_does_not_know) {
    EXPECT_THAT(from_json("{\"version\": 99}").error(), HasSubstr("version 99"));
    EXPECT_THAT(from_json("{").error(), HasSubstr("damaged"));
    EXPECT_THAT(from_json("{\"version\": " + std::to_string(state_version) + "}").error(), HasSubstr("damaged"));
    std::string cut = to_json(example());
    cut.replace(cut.find("\"pipeline\": \"") + 13, 2, "00");
    EXPECT_THAT(from_json(cut).error(), HasSubstr("program of a group"));
}

} // namespace
} // namespace pfq::engine::live
