// Keys of the maps that hold run-time tables.
#pragma once
#include "datapath/bpf_abi.h"
#include "tests/support/bpf/object.hpp"

namespace pfq::test {

[[nodiscard]] inline pfq_bpf_prefix prefix_key(const BpfTableEntry& entry) {
    pfq_bpf_prefix key{};
    key.prefixlen = PFQ_PREFIX_FIXED + entry.prefix_length;
    key.table = entry.table;
    key.family = entry.key.ipv6 ? 6 : 4;
    const unsigned bytes = entry.key.ipv6 ? 16 : 4;
    for (unsigned i = 0; i < bytes; ++i) {
        const unsigned from_end = bytes - 1 - i;
        const std::uint64_t half = from_end < 8 ? entry.key.low : entry.key.high;
        key.address[i] = static_cast<pfq_u8>(half >> from_end % 8 * 8 & 0xff);
    }
    return key;
}

[[nodiscard]] inline pfq_bpf_flow flow_key(const BpfTableEntry& entry) {
    pfq_bpf_flow key{};
    key.table = entry.table;
    key.key.high = entry.key.high;
    key.key.low = entry.key.low;
    key.key.high2 = entry.key.high2;
    key.key.low2 = entry.key.low2;
    key.key.port = entry.key.port;
    key.key.port2 = entry.key.port2;
    key.key.protocol = entry.key.protocol;
    key.key.ipv6 = entry.key.ipv6 ? 1 : 0;
    return key;
}

} // namespace pfq::test
