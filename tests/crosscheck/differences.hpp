// The closed list of differences between pfq-lang's predicates and libpcap's filters.
#pragma once
#include <string_view>

#include "lang/reference/fields.hpp"

namespace pfq::test {

/// One comparison: a predicate and the filter that a tcpdump user would write for it.
struct Pair {
    const char* program;
    const char* filter;
    bool looks_at_vlan = false;
};

/// Why the two may answer differently for a packet.
enum class Difference {
    none,
    behind_tags,       ///< libpcap's tcp, port, net, ... do not look behind VLAN tags; ours do
    extension_headers, ///< libpcap looks at the first next-header of IPv6 only (and one fragment header); ours walk
                       ///< them
    invalid_header,    ///< libpcap goes by the EtherType alone; ours want a valid, captured IP header
    tcp_flags_ipv6,    ///< tcp[...], udp[...], icmp[...] of libpcap are IPv4 only
    vlan_header_cut,   ///< a tag announced, but not captured
};
inline constexpr int difference_count = 6;

[[nodiscard]] const char* name(Difference difference);
/// The reason for which `pair` may differ on a packet with these fields; none: it must not.
[[nodiscard]] Difference explain(const Pair& pair, const lang::reference::Level& fields);

} // namespace pfq::test
