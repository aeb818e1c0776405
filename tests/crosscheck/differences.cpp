#include "tests/crosscheck/differences.hpp"

namespace pfq::test {

using lang::Field;

const char* name(Difference difference) {
    static constexpr const char* names[] = {"none",           "behind VLAN tags", "IPv6 extension headers",
                                            "invalid header", "IPv6 in tcp[..]",  "VLAN tag cut off"};
    return names[static_cast<int>(difference)];
}

Difference explain(const Pair& pair, const lang::reference::Level& fields) {
    const std::string_view filter = pair.filter;
    const std::uint64_t tpid = fields[Field::eth_type];
    if (!pair.looks_at_vlan && fields[Field::vlan_count] != lang::absent && fields[Field::vlan_count] > 0)
        return Difference::behind_tags;
    if (tpid == 0x8100 || tpid == 0x88a8 || tpid == 0x9100)
        return Difference::vlan_header_cut;
    if (fields[Field::ip_version] == lang::absent)
        return Difference::invalid_header;
    if (fields[Field::ip_version] == 6 && fields[Field::ip_header_length] > 40)
        return Difference::extension_headers;
    if (fields[Field::ip_version] == 6 && filter.find('[') != std::string_view::npos)
        return Difference::tcp_flags_ipv6;
    return Difference::none;
}

} // namespace pfq::test
