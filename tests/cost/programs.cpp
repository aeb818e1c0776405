#include "tests/cost/programs.hpp"

#include <fmt/format.h>

namespace pfq::cost {
namespace {

/// Different programs: what they share is found by the compiler, not given.
std::vector<std::string> on_ports(unsigned count) {
    std::vector<std::string> programs;
    for (unsigned i = 0; i < count; ++i)
        programs.push_back(fmt::format("udp >-> port {} >-> steer_flow", 5000 + i));
    return programs;
}

constexpr const char* access_list = R"(
main = filter (any rule
    [("10.0.0.0/15", "172.16.0.0/12", 443), ("192.168.2.0/23", "23.0.0.0/8", 443),
     ("10.2.0.0/16", "172.20.0.0/14", 80), ("172.16.0.0/13", "192.168.0.0/22", 80),
     ("192.168.0.0/24", "10.0.0.0/14", 22), ("192.168.0.0/16", "10.0.0.0/8", 53)])

rule (from, to, port) = has_src_addr from .&&. has_dst_addr to .&&. has_dst_port port
)";

test::LiveSpec spec(std::string name, std::vector<std::string> groups, bool tc = false) {
    test::LiveSpec made;
    made.name = std::move(name);
    made.groups = std::move(groups);
    made.tc = tc;
    return made;
}

} // namespace

std::vector<test::LiveSpec> programs() {
    test::LiveSpec nobody = spec("no-sockets", {"steer_flow"});
    nobody.sockets = 0;
    return {
        nobody,
        spec("drop", {"drop"}),
        spec("deliver", {"unit"}),
        spec("tcp", {"tcp"}),
        spec("dns", {"udp >-> port 53"}),
        spec("steer-flow", {"steer_flow"}),
        spec("round-robin", {"ip >-> steer_rrobin"}),
        spec("double-steer", {"double_steer_ip"}),
        spec("classes", {"when is_udp (classify 2)"}),
        spec("access-list", {access_list}),
        spec("table", {R"(unless (in_table "bypass") steer_flow)"}),
        spec("tunnel", {"ip >-> shift (tcp >-> port 80)"}),
        spec("mark", {"when is_tcp (mark 7) >-> kernel"}),
        spec("groups-8", on_ports(8)),
        spec("tc-dns", {"udp >-> port 53"}, true),
        spec("tc-groups-8", on_ports(8), true),
    };
}

} // namespace pfq::cost
