// Keys of the maps that hold run-time tables.
#pragma once
#include "datapath/bpf_abi.h"
#include "tests/support/bpf/object.hpp"

namespace pfq::test {

[[nodiscard]] inline pfq_bpf_prefix prefix_key(const BpfTableEntry& entry) {
    pfq_bpf_prefix key{};
    key.prefixlen = PFQ_PREFIX_FIXED + entry.prefix_length;
    key.family = entry.key.ipv6 ? 6 : 4;
    const unsigned bytes = entry.key.ipv6 ? 16 : 4;
    for (unsigned i = 0; i < bytes; ++i) {
        const unsigned from_end = bytes - 1 - i;
        const std::uint64_t half = from_end < 8 ? entry.key.low : entry.key.high;
        key.address[i] = static_cast<pfq_u8>(half >> from_end % 8 * 8 & 0xff);
    }
    return key;
}

[[nodiscard]] inline pfq_table_key flow_key(const BpfTableEntry& entry) {
    pfq_table_key key{};
    key.high = entry.key.high;
    key.low = entry.key.low;
    key.high2 = entry.key.high2;
    key.low2 = entry.key.low2;
    key.port = entry.key.port;
    key.port2 = entry.key.port2;
    key.protocol = entry.key.protocol;
    key.ipv6 = entry.key.ipv6 ? 1 : 0;
    return key;
}

} // namespace pfq::test
