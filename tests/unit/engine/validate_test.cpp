#include "engine/file/validate.hpp"

#include <gmock/gmock.h>

#include "support.hpp"

namespace pfq::engine::test {
namespace {

using testing::HasSubstr;

template <class Change> std::string error_after(Change change) {
    FilePlan plan = simple_plan("in.pcap", program(accept_all), "out.pcap");
    change(plan);
    return validate(plan);
}

TEST(validate, a_simple_plan_is_good) {
    EXPECT_EQ(error_after([](FilePlan&) {}), "");
}

TEST(validate, names_what_is_wrong) {
    EXPECT_EQ(error_after([](FilePlan& p) { p.inputs.clear(); }), "there is no input");
    EXPECT_EQ(error_after([](FilePlan& p) { p.inputs = {"-", "a", "-"}; }), "standard input can be read once only");
    EXPECT_EQ(error_after([](FilePlan& p) { p.groups.clear(); }), "there is no program");
    EXPECT_EQ(error_after([](FilePlan& p) { p.groups.push_back(p.groups[0]); }), "group 0 is given twice");
    EXPECT_THAT(error_after([](FilePlan& p) { p.groups[0].id = 64; }), HasSubstr("from 0 to 63"));
    EXPECT_THAT(error_after([](FilePlan& p) { p.groups[0].sockets.clear(); }), HasSubstr("it needs 1 to 256"));
    EXPECT_THAT(error_after([](FilePlan& p) { p.groups[0].sockets = {1}; }), HasSubstr("not in order"));
    EXPECT_THAT(error_after([](FilePlan& p) { p.groups[0].sockets = {0, 0}; }), HasSubstr("not in order"));
    EXPECT_THAT(error_after([](FilePlan& p) { p.groups[0].program.devices = {"eth9"}; }), HasSubstr("eth9"));
    EXPECT_THAT(error_after([](FilePlan& p) { p.threads = 0; }), HasSubstr("1 to 256"));
    EXPECT_THAT(error_after([](FilePlan& p) { p.sockets.resize(1025); }), HasSubstr("1024 at most"));
    EXPECT_THAT(error_after([](FilePlan& p) { p.sockets.push_back(p.sockets[0]); }), HasSubstr("written twice"));
    EXPECT_THAT(error_after([](FilePlan& p) { p.forwards.push_back({"eth1", p.sockets[0].output}); }),
                HasSubstr("give device eth1 another file"));
}

} // namespace
} // namespace pfq::engine::test
