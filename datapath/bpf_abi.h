/* What passes between an eBPF program and user space: the values and keys of its maps. Plain C, both sides include it. */
#ifndef PFQ_DATAPATH_BPF_ABI_H
#define PFQ_DATAPATH_BPF_ABI_H
#include "datapath/abi.h"

#define PFQ_BPF_GROUPS 64
#define PFQ_BPF_GROUP_COUNTERS 64 /* of inc and dec, per group */
#define PFQ_BPF_DEVICES 64        /* forward targets, per group */

/* Map pfq_counters, per CPU, u64: cell group * PFQ_OUTCOMES + outcome. received = accepted + dropped. */
enum pfq_outcome { PFQ_RECEIVED, PFQ_ACCEPTED, PFQ_DROPPED, PFQ_OUTCOMES = 4 };

/* Map pfq_inputs, one cell: what an evaluation knows beside the packet. With `given` everything comes from here (tests,
 * replays); without it device and queue are those of the hook, the sequence counts per group and CPU, and the
 * time is the kernel's monotonic clock plus clock_offset. Addresses always come from here. */
struct pfq_bpf_inputs {
    pfq_u64 clock_offset;  /* nanoseconds */
    pfq_u64 time, sequence;
    pfq_u64 ipv4, ipv6_high, ipv6_low; /* PFQ_ABSENT: none */
    pfq_u32 device, mark;
    pfq_u32 queue, given;
};

/* Map pfq_devices, u32: cell group * PFQ_BPF_DEVICES + number: device index of the program's device. */
/* Map pfq_group_counters, per CPU, u64: cell group * PFQ_BPF_GROUP_COUNTERS + counter. */
/* Map pfq_verdicts, per CPU, struct pfq_verdict: cell group: the last verdict. */

/* Map pfq_events, a ring buffer of these: what log statements say. */
struct pfq_bpf_event {
    pfq_u64 class_mask;
    pfq_u32 kind, message, group;
    pfq_u32 captured;
    pfq_u32 mark, state;
    pfq_u32 fanout;
    pfq_u32 reserved;
};

/* Run-time tables count through all groups of a request: those of group 0 first. Values of the maps are u32, unused. */

/* Map pfq_prefixes, longest prefix match. prefixlen = PFQ_PREFIX_FIXED + length of the prefix. */
#define PFQ_PREFIX_FIXED 64
struct pfq_bpf_prefix {
    pfq_u32 prefixlen;
    pfq_u32 table;
    pfq_u32 family;        /* 4 or 6 */
    pfq_u8 address[16];    /* network order; IPv4 in the first 4 bytes, the others 0 */
};
/* Map pfq_ports. */
struct pfq_bpf_port {
    pfq_u32 table;
    pfq_u32 port;
};
/* Map pfq_flows. */
struct pfq_bpf_flow {
    pfq_u64 table;
    struct pfq_table_key key;
};
#endif
