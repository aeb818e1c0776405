#include "engine/socket.hpp"

#include <gmock/gmock.h>

namespace pfq::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string error_of(std::string_view text) {
    const auto sockets = parse_sockets(text);
    return sockets ? "" : sockets.error();
}

TEST(sockets, a_number_makes_equal_ones) {
    EXPECT_THAT(parse_sockets("2").value(), ElementsAre(SocketSpec{}, SocketSpec{}));
    EXPECT_EQ(parse_sockets("256")->size(), 256U);
}

TEST(sockets, a_list_names_them) {
    EXPECT_THAT(parse_sockets("web,dns:3,log:1:2+5,all:2:any,c:1:control").value(),
                ElementsAre(SocketSpec{"web", 1, 1}, SocketSpec{"dns", 3, 1}, SocketSpec{"log", 1, 0b100100},
                            SocketSpec{"all", 2, ~std::uint64_t{0} >> 1}, SocketSpec{"c", 1, std::uint64_t{1} << 63}));
    EXPECT_THAT(parse_sockets("a:1:default+63").value(), ElementsAre(SocketSpec{"a", 1, 1 | std::uint64_t{1} << 63}));
}

TEST(sockets, errors_say_what_is_possible) {
    EXPECT_THAT(error_of("0"), HasSubstr("1 to 256"));
    EXPECT_THAT(error_of("257"), HasSubstr("1 to 256"));
    EXPECT_THAT(error_of("99999999999999999999"), HasSubstr("1 to 256"));
    EXPECT_THAT(error_of("a:0"), HasSubstr("from 1 to 1024"));
    EXPECT_THAT(error_of("a:1025"), HasSubstr("from 1 to 1024"));
    EXPECT_THAT(error_of("a:1:64"), HasSubstr("from 0 to 63"));
    EXPECT_THAT(error_of("a:1:web"), HasSubstr("invalid class 'web'"));
    EXPECT_THAT(error_of("a:1:1:1"), HasSubstr("name:weight:class"));
    EXPECT_THAT(error_of(""), HasSubstr("invalid socket name ''"));
    EXPECT_THAT(error_of("a,,b"), HasSubstr("invalid socket name ''"));
    EXPECT_THAT(error_of("../x"), HasSubstr("invalid socket name '../x'"));
    EXPECT_THAT(error_of("a,b,a"), HasSubstr("socket a is given twice"));
}

} // namespace
} // namespace pfq::engine
