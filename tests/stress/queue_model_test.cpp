#include "tests/stress/queue_model.hpp"

#include <gtest/gtest.h>

namespace pfq::queue::model {
namespace {

struct QueueModel : testing::TestWithParam<Setting> {};

TEST_P(QueueModel, no_interleaving_loses_a_wake_up_or_a_record) {
    const Outcome outcome = explore(GetParam());
    EXPECT_EQ(outcome.violation, "");
    EXPECT_GT(outcome.states, 100U); // it went somewhere
    RecordProperty("states", std::to_string(outcome.states));
}

INSTANTIATE_TEST_SUITE_P(settings, QueueModel,
                         testing::Values(Setting{.rings = 1, .records = 2, .batch = 1, .idle_wakes = 2},
                                         Setting{.rings = 1, .records = 3, .batch = 1, .idle_wakes = 2},
                                         Setting{.rings = 1, .records = 3, .batch = 2, .idle_wakes = 2},
                                         Setting{.rings = 1, .records = 5, .batch = 2, .idle_wakes = 1},
                                         Setting{.rings = 2, .records = 1, .batch = 1, .idle_wakes = 1},
                                         Setting{.rings = 2, .records = 2, .batch = 4, .idle_wakes = 0}));

struct Broken {
    Fault fault;
    std::string_view violation;
};
struct QueueModelFaults : testing::TestWithParam<Broken> {};

// The model is no proof unless it finds what is wrong.
TEST_P(QueueModelFaults, are_found) {
    EXPECT_EQ(explore({.rings = 1, .records = 3, .batch = 1, .idle_wakes = 1, .fault = GetParam().fault}).violation,
              GetParam().violation);
}

constexpr std::string_view lost = "lost wake-up: the reader sleeps, and there are records",
                           overwritten = "a record that is in use was overwritten",
                           unwritten = "a record was read before it was written";
INSTANTIATE_TEST_SUITE_P(faults, QueueModelFaults,
                         testing::Values(Broken{Fault::skip_recheck, lost}, Broken{Fault::no_fence, lost},
                                         Broken{Fault::drain_after_recheck, lost}, Broken{Fault::forget_event, lost},
                                         Broken{Fault::look_before_publish, lost}, Broken{Fault::plain_publish, lost},
                                         Broken{Fault::ring_before_clear, lost},
                                         Broken{Fault::release_before_use, overwritten},
                                         Broken{Fault::ignore_consumed, overwritten},
                                         Broken{Fault::publish_before_write, unwritten}));

} // namespace
} // namespace pfq::queue::model
