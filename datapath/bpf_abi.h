/* What passes between an eBPF program and user space: the values and keys of its maps. Plain C, both sides include it. */
#ifndef PFQ_DATAPATH_BPF_ABI_H
#define PFQ_DATAPATH_BPF_ABI_H
#include "datapath/queue.h"

#define PFQ_BPF_GROUPS 64
#define PFQ_BPF_GROUP_COUNTERS 64 /* of inc and dec, per group */
#define PFQ_BPF_DEVICES 64        /* forward targets, per group */

#define PFQ_BPF_SOCKETS 1024      /* slots of sockets in a network namespace */
#define PFQ_BPF_TARGETS 64        /* devices that anything forwards to, in a network namespace */
#define PFQ_BPF_CLASS_MASKS 16    /* class masks that one computation can produce */
#define PFQ_BPF_STEERINGS 256     /* pairs of group and class mask, in a network namespace */
#define PFQ_STEERING_ENTRIES 4096 /* engine/steering/rendezvous.hpp */
#define PFQ_BPF_ELIGIBLE 256      /* sockets that one verdict can pick from */

/* Counters, kept by the data path: counters.def. */
#define PFQ_COUNTER(scope, name, role, unit, documentation) PFQ_IN_##scope(name)
#define PFQ_IN_device(name)
#define PFQ_IN_group(name) pfq_u64 name;
#define PFQ_IN_socket(name)
#define PFQ_IN_forward(name)
/* Map pfq_group_state, per CPU: by group. */
struct pfq_group_state {
#include "datapath/counters.def"
};
#undef PFQ_IN_device
#undef PFQ_IN_group
#define PFQ_IN_device(name) pfq_u64 name;
#define PFQ_IN_group(name)
/* Map pfq_device_state, per CPU, one cell; every program has its own. */
struct pfq_device_state {
#include "datapath/counters.def"
};
#undef PFQ_IN_device
#undef PFQ_IN_group
#undef PFQ_IN_socket
#undef PFQ_IN_forward
#undef PFQ_COUNTER

/* Map pfq_group_config: by group. Where each class mask finds its sockets. Half of a pair of steerings at a time is in use: the
 * other is filled, then the number here replaced. */
struct pfq_group_config {
    pfq_u64 masks[PFQ_BPF_CLASS_MASKS]; /* 0: none */
    pfq_u32 steering[PFQ_BPF_CLASS_MASKS];
};

/* Map pfq_steering. Sockets are slots. */
struct pfq_steering {
    pfq_u32 count;  /* of sockets */
    pfq_u32 weight; /* sum of their weights */
    pfq_u64 members[PFQ_BPF_SOCKETS / 64];
    pfq_u32 weight_end[PFQ_BPF_ELIGIBLE]; /* running sums */
    pfq_u16 socket[PFQ_BPF_ELIGIBLE];
    pfq_u16 entry[PFQ_STEERING_ENTRIES];
};

#define PFQ_BELL_BYTES 4096 /* a page is the least that a ring buffer has */

enum pfq_time_policy { PFQ_TIME_NONE, PFQ_TIME_COARSE, PFQ_TIME_PRECISE };

/* Map pfq_ring_state, per CPU: by slot: struct pfq_ring_state (queue.h).
 * Maps pfq_rings_<class>: cell cpu * PFQ_BPF_SOCKETS + slot: the ring, a map of one value. Map pfq_bells: by slot: a ring buffer
 * whose records mean nothing; a record wakes the reader. */

/* Map pfq_cpu, per CPU, one cell: the packet that is being worked on. */
struct pfq_cpu {
    pfq_u64 packet;     /* its number, from 1 */
    pfq_u64 timed;      /* number of the packet that time and coarse_time are of */
    pfq_u64 time;       /* 0: not read yet */
    pfq_u64 coarse_time;
    pfq_u64 targets;    /* devices that groups forwarded it to: bits are numbers of targets */
    pfq_u64 scratch;
    pfq_u32 mark;
    pfq_u32 to_kernel;
    pfq_u64 class_mask; /* of the verdict that is being delivered; its other parts follow */
    pfq_u32 key1, key2;
    pfq_u32 limit;
    pfq_u32 reserved;
    struct pfq_verdict said; /* for a log statement */
};

/* Map pfq_targets: by number: index of the device; 0: none. Map pfq_target_state, per CPU: by number. */
struct pfq_target_state {
    pfq_u64 asked, duplicate_target, handed_over, failed;
};

/* An order: what an XDP program cannot do itself. It travels in the packet's metadata to the TC program of execute.c. */
struct pfq_order {
    pfq_u64 targets;    /* copies for these devices */
    pfq_u32 mark;       /* for the host */
    pfq_u32 withhold;   /* the host does not get the packet */
    pfq_u64 magic;      /* PFQ_ORDER_MAGIC: metadata of others looks different */
};
#define PFQ_ORDER_MAGIC 0x7046715f6f726472

/* Map pfq_inputs, one cell: what an evaluation knows beside the packet. With `given` everything comes from here (tests,
 * replays); without it device and queue are those of the hook, the sequence counts per group and CPU, and the
 * time is the kernel's monotonic clock plus clock_offset. Addresses always come from here. */
struct pfq_bpf_inputs {
    pfq_u64 clock_offset;  /* nanoseconds */
    pfq_u64 time, sequence;
    pfq_u64 ipv4, ipv6_high, ipv6_low; /* PFQ_ABSENT: none */
    pfq_u32 device, mark;
    pfq_u32 queue, given;
    pfq_u32 flags;         /* PFQ_DEVICE_* */
    pfq_u32 reserved;
};
enum { PFQ_DEVICE_OWN = 1, PFQ_DEVICE_OUT = 2 }; /* own: what no group sends to the host is withheld; out: packets leave here */

/* Map pfq_devices, u32, of programs that only evaluate: cell group * PFQ_BPF_DEVICES + number: device index of the program's device. */
/* Map pfq_group_counters, per CPU, u64: cell group * PFQ_BPF_GROUP_COUNTERS + counter. */
/* Map pfq_verdicts, per CPU, struct pfq_verdict: cell group: the last verdict. */

/* Map pfq_events: by group: a ring buffer of these, what log statements say. */
#define PFQ_EVENT_BYTES 128
struct pfq_bpf_event {
    pfq_u64 time;               /* CLOCK_MONOTONIC, nanoseconds */
    struct pfq_verdict verdict; /* so far */
    pfq_u32 kind, message, group;
    pfq_u32 length;             /* of the frame */
    pfq_u32 ifindex;
    pfq_u32 captured;           /* bytes of the frame that follow */
    pfq_u8 bytes[PFQ_EVENT_BYTES];
};

/* Run-time tables: maps pfq_prefixes, pfq_ports, pfq_flows: by number: a map of entries, so that all entries of a table
 * can be replaced at once. Live programs are given the numbers; others count through all groups, those of group 0 first.
 * Values are when the entry ends, in nanoseconds of CLOCK_MONOTONIC, or one of: */
/* Map pfq_values, of large programs: what their nodes yield for the packet at hand. Nobody else looks there. */
#define PFQ_BPF_VALUE_BLOCKS 16
#define PFQ_BPF_BLOCK_VALUES 512
struct pfq_values {
    pfq_u64 word[PFQ_BPF_BLOCK_VALUES];
};

#define PFQ_BPF_TABLES 1024
#define PFQ_ENTRY_NONE 0                /* of ports: not in the table */
#define PFQ_ENTRY_STAYS (~(pfq_u64)0)

/* Entries of pfq_prefixes, longest prefix match. prefixlen = PFQ_PREFIX_FIXED + length of the prefix. */
#define PFQ_PREFIX_FIXED 32
struct pfq_bpf_prefix {
    pfq_u32 prefixlen;
    pfq_u32 family;        /* 4 or 6 */
    pfq_u8 address[16];    /* network order; IPv4 in the first 4 bytes, the others 0 */
};
struct pfq_bpf_prefix_entry {
    pfq_u64 ends;
    pfq_u32 prefixlen;     /* of its key */
    pfq_u32 reserved;
};
/* Entries of pfq_ports: an array, by port. Those of pfq_flows: by struct pfq_table_key. */
#define PFQ_BPF_PORTS 65536
#endif
