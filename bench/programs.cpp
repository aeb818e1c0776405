#include "bench/programs.hpp"

#include <array>

namespace pfq::bench {
namespace {

constexpr const char* networks = R"(filter (has_addr_in
    ["10.1.0.0/16", "10.2.16.0/20", "172.16.0.0/14", "172.24.8.0/21", "192.168.1.0/24", "192.168.4.0/22",
     "100.64.0.0/10", "198.18.0.0/15", "151.101.0.0/16", "34.0.0.0/8", "2001:db8:0:10::/64", "fe80::/10"]))";
constexpr const char* networks_pcap =
    "net 10.1.0.0/16 or net 10.2.16.0/20 or net 172.16.0.0/14 or net 172.24.8.0/21 or net 192.168.1.0/24 or "
    "net 192.168.4.0/22 or net 100.64.0.0/10 or net 198.18.0.0/15 or net 151.101.0.0/16 or net 34.0.0.0/8 or "
    "net 2001:db8:0:10::/64 or net fe80::/10";

constexpr const char* many_ports = R"(filter (has_port_in
    [20..23, 25, 53, 67..69, 80, 110, 123, 143, 161..162, 389, 443, 514, 587, 636, 993, 995, 1194, 3306, 5060..5061]))";
constexpr const char* many_ports_pcap =
    "portrange 20-23 or port 25 or port 53 or portrange 67-69 or port 80 or port 110 or port 123 or port 143 or "
    "portrange 161-162 or port 389 or port 443 or port 514 or port 587 or port 636 or port 993 or port 995 or "
    "port 1194 or port 3306 or portrange 5060-5061";

constexpr const char* access_list = R"(
main = filter (any rule
    [("10.0.0.0/15", "172.16.0.0/12", 443), ("192.168.2.0/23", "23.0.0.0/8", 443),
     ("10.2.0.0/16", "172.20.0.0/14", 80), ("172.16.0.0/13", "192.168.0.0/22", 80),
     ("192.168.0.0/24", "10.0.0.0/14", 22), ("192.168.0.0/16", "10.0.0.0/8", 53),
     ("172.16.0.0/12", "64.0.0.0/3", 25), ("10.0.0.0/8", "128.0.0.0/4", 993),
     ("10.3.0.0/16", "10.0.0.0/16", 8080), ("172.28.0.0/14", "172.16.0.0/14", 3306)])

rule (from, to, port) = has_src_addr from .&&. has_dst_addr to .&&. has_dst_port port
)";
constexpr const char* access_list_pcap = "(src net 10.0.0.0/15 and dst net 172.16.0.0/12 and dst port 443) or "
                                         "(src net 192.168.2.0/23 and dst net 23.0.0.0/8 and dst port 443) or "
                                         "(src net 10.2.0.0/16 and dst net 172.20.0.0/14 and dst port 80) or "
                                         "(src net 172.16.0.0/13 and dst net 192.168.0.0/22 and dst port 80) or "
                                         "(src net 192.168.0.0/24 and dst net 10.0.0.0/14 and dst port 22) or "
                                         "(src net 192.168.0.0/16 and dst net 10.0.0.0/8 and dst port 53) or "
                                         "(src net 172.16.0.0/12 and dst net 64.0.0.0/3 and dst port 25) or "
                                         "(src net 10.0.0.0/8 and dst net 128.0.0.0/4 and dst port 993) or "
                                         "(src net 10.3.0.0/16 and dst net 10.0.0.0/16 and dst port 8080) or "
                                         "(src net 172.28.0.0/14 and dst net 172.16.0.0/14 and dst port 3306)";

constexpr const char* rules = R"(
main = filter (not (has_src_addr "172.31.0.0/16") .&&. any rule
    [(is_tcp, "10.0.0.0/15", 443), (is_tcp, "64.0.0.0/4", 443), (is_tcp, "10.2.0.0/15", 80),
     (is_tcp, "172.16.0.0/13", 80), (is_tcp, "192.168.0.0/22", 22), (is_tcp, "172.24.0.0/13", 25),
     (is_tcp, "80.0.0.0/5", 993), (is_tcp, "10.1.0.0/16", 5432), (is_udp, "192.168.0.0/16", 53),
     (is_udp, "10.0.0.0/8", 443), (is_udp, "172.16.0.0/12", 123), (is_udp, "10.0.0.0/14", 161),
     (is_udp, "96.0.0.0/3", 5060)])

rule (protocol, from, port) = protocol .&&. has_src_addr from .&&. has_dst_port port
)";
constexpr const char* rules_pcap =
    "not src net 172.31.0.0/16 and ("
    "(tcp and src net 10.0.0.0/15 and dst port 443) or (tcp and src net 64.0.0.0/4 and dst port 443) or "
    "(tcp and src net 10.2.0.0/15 and dst port 80) or (tcp and src net 172.16.0.0/13 and dst port 80) or "
    "(tcp and src net 192.168.0.0/22 and dst port 22) or (tcp and src net 172.24.0.0/13 and dst port 25) or "
    "(tcp and src net 80.0.0.0/5 and dst port 993) or (tcp and src net 10.1.0.0/16 and dst port 5432) or "
    "(udp and src net 192.168.0.0/16 and dst port 53) or (udp and src net 10.0.0.0/8 and dst port 443) or "
    "(udp and src net 172.16.0.0/12 and dst port 123) or (udp and src net 10.0.0.0/14 and dst port 161) or "
    "(udp and src net 96.0.0.0/3 and dst port 5060))";

} // namespace

std::span<const Program> programs() {
    static const std::array all = {
        Program{"tcp", 1, "tcp", "tcp", hand::tcp},
        Program{"dns", 2, "udp >-> port 53", "udp port 53", hand::dns},
        Program{"office web", 3, R"(filter (is_tcp .&&. has_port 443 .&&. has_addr "10.1.0.0/16"))",
                "tcp port 443 and net 10.1.0.0/16", hand::office_web},
        Program{"openings", 4, "ip >-> tcp >-> dst_port 443 >-> filter is_syn",
                "ip and tcp dst port 443 and tcp[13] & 18 == 2", hand::openings},
        Program{
            "large udp", 5,
            R"(filter (len .>= 1000 .&&. is_udp .&&. not (has_addr "10.0.0.0/8") .&&. not (any has_port [53, 443])))",
            "greater 1000 and udp and not net 10.0.0.0/8 and not port 53 and not port 443", hand::large_udp},
        Program{"services", 9, "tcp >-> ports [22, 25, 80, 110, 143, 443, 993, 995]",
                "tcp and (port 22 or port 25 or port 80 or port 110 or port 143 or port 443 or port 993 or port 995)",
                hand::services},
        Program{"networks", 12, networks, networks_pcap, hand::networks},
        Program{"many ports", 20, many_ports, many_ports_pcap, hand::many_ports},
        Program{"access list", 30, access_list, access_list_pcap, hand::access_list},
        Program{"rules", 40, rules, rules_pcap, hand::rules},
    };
    return all;
}

} // namespace pfq::bench
