#include "engine/law.hpp"

#include <gmock/gmock.h>

namespace pfq::engine {
namespace {

Snapshot sound() {
    Snapshot s;
    s.devices.push_back({"a.pcap", {.received = 10, .received_bytes = 640}});
    Snapshot::Group group{.id = 3, .counters = {}, .devices = {0}, .user = {}};
    group.counters.received = 10;
    group.counters.computation = 4;
    group.counters.diverted = 1;
    group.counters.accepted = 5;
    group.counters.picked = 6;
    group.counters.offered = 5;
    group.counters.duplicate = 1;
    group.counters.forwarded = 3;
    s.groups.push_back(group);
    Snapshot::Socket socket{.id = 0, .name = "web", .counters = {}};
    socket.counters.offered = 5;
    socket.counters.queue_full = 1;
    socket.counters.queued = 4;
    socket.counters.read = 3;
    socket.counters.still_queued = 1;
    socket.counters.written = 2;
    socket.counters.write_failed = 1;
    s.sockets.push_back(socket);
    Snapshot::Forward forward{.name = "eth1", .counters = {}};
    forward.counters.asked = 3;
    forward.counters.duplicate_target = 1;
    forward.counters.handed_over = 2;
    forward.counters.sent = 2;
    s.forwards.push_back(forward);
    return s;
}

TEST(law, holds_for_a_sound_snapshot) {
    EXPECT_THAT(check_law(sound()), testing::IsEmpty());
}

TEST(law, every_counter_on_a_packets_way_matters) {
    const auto breaks = [](auto change) {
        Snapshot s = sound();
        change(s);
        return !check_law(s).empty();
    };
    EXPECT_TRUE(breaks([](Snapshot& s) { ++s.devices[0].counters.received; }));
    EXPECT_TRUE(breaks([](Snapshot& s) { ++s.groups[0].counters.received; }));
    EXPECT_TRUE(breaks([](Snapshot& s) { --s.groups[0].counters.accepted; }));
    EXPECT_TRUE(breaks([](Snapshot& s) { ++s.groups[0].counters.vlan_filter; }));
    EXPECT_TRUE(breaks([](Snapshot& s) { ++s.groups[0].counters.diverted; }));
    EXPECT_TRUE(breaks([](Snapshot& s) { ++s.groups[0].counters.picked; }));
    EXPECT_TRUE(breaks([](Snapshot& s) { ++s.groups[0].counters.duplicate; }));
    EXPECT_TRUE(breaks([](Snapshot& s) { ++s.groups[0].counters.offered, ++s.groups[0].counters.picked; }));
    EXPECT_TRUE(breaks([](Snapshot& s) { ++s.groups[0].counters.forwarded; }));
    EXPECT_TRUE(breaks([](Snapshot& s) { --s.sockets[0].counters.queue_full; }));
    EXPECT_TRUE(breaks([](Snapshot& s) { ++s.sockets[0].counters.still_queued; }));
    EXPECT_TRUE(breaks([](Snapshot& s) { --s.sockets[0].counters.written; }));
    EXPECT_TRUE(breaks([](Snapshot& s) { ++s.forwards[0].counters.handed_over; }));
    EXPECT_TRUE(breaks([](Snapshot& s) { ++s.forwards[0].counters.write_failed; }));
}

TEST(law, a_violation_tells_where_and_what) {
    Snapshot s = sound();
    s.groups[0].counters.accepted = 4;
    const auto violations = check_law(s);
    ASSERT_EQ(violations.size(), 1U);
    EXPECT_EQ(print(violations[0]), "group 3: received = accepted + dropped + diverted, but 10 is not 9 "
                                    "(accepted 4, dropped 4, diverted 1)");
}

} // namespace
} // namespace pfq::engine
