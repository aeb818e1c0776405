#include "engine/counters.hpp"

#include <gtest/gtest.h>

namespace pfq::engine {
namespace {

TEST(counters, structs_and_table_agree) {
    EXPECT_EQ(sizeof(DeviceCounters) / 8, counters_of(Scope::device).size());
    EXPECT_EQ(sizeof(GroupCounters) / 8, counters_of(Scope::group).size());
    EXPECT_EQ(sizeof(SocketCounters) / 8, counters_of(Scope::socket).size());
    EXPECT_EQ(sizeof(ForwardCounters) / 8, counters_of(Scope::forward).size());
    GroupCounters group;
    group.vlan_filter = 7;
    const auto infos = counters_of(Scope::group);
    for (std::size_t i = 0; i < infos.size(); ++i)
        EXPECT_EQ(values(group)[i], std::string_view(infos[i].name) == "vlan_filter" ? 7U : 0U) << infos[i].name;
}

TEST(counters, add_sums_each) {
    SocketCounters a, b;
    a.offered = 1;
    a.bytes = 10;
    b.offered = 2;
    b.closed = 4;
    add(a, b);
    EXPECT_EQ(a.offered, 3U);
    EXPECT_EQ(a.bytes, 10U);
    EXPECT_EQ(a.closed, 4U);
}

TEST(counters, dropped_is_the_sum_of_the_reasons) {
    GroupCounters group;
    group.received = 100;
    group.berkeley_filter = 1;
    group.computation = 2;
    group.too_many_targets = 4;
    group.accepted = 50;
    EXPECT_EQ(dropped(Scope::group, group), 7U);
}

} // namespace
} // namespace pfq::engine
