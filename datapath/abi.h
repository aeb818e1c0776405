/* What passes between a program in native code and its caller. Plain C, shared with the datapath. Layouts are
 * part of the cache key of compiled objects: change PFQ_ABI_VERSION with them. */
#ifndef PFQ_DATAPATH_ABI_H
#define PFQ_DATAPATH_ABI_H
#ifdef __bpf__
#include <linux/types.h>
typedef __u8 pfq_u8;
typedef __u16 pfq_u16;
typedef __u32 pfq_u32;
typedef __u64 pfq_u64;
#else
#include <stdint.h>
typedef uint8_t pfq_u8;
typedef uint16_t pfq_u16;
typedef uint32_t pfq_u32;
typedef uint64_t pfq_u64;
#endif

#define PFQ_ABI_VERSION 2
#define PFQ_ABSENT (~(pfq_u64)0)

enum { PFQ_PACKET_ETHERNET = 1 }; /* flags of struct pfq_packet */

/* One packet as an input of native code. The bytes stay the caller's. */
struct pfq_packet {
    const pfq_u8 *data;
    pfq_u32 captured;      /* bytes at data */
    pfq_u32 length;        /* bytes on the wire */
    pfq_u64 time;          /* nanoseconds since the epoch */
    pfq_u64 sequence;      /* number in the group, from 0 */
    pfq_u32 device;        /* index of the device */
    pfq_u32 mark;
    pfq_u16 queue;
    pfq_u16 flags;
    pfq_u16 l3_offset;     /* where the link header ends, before VLAN tags (unless PFQ_PACKET_ETHERNET) */
    pfq_u16 ethertype;     /* first EtherType, host order (unless PFQ_PACKET_ETHERNET) */
};

/* Layout twin of pfq::lang::Verdict. */
struct pfq_verdict {
    pfq_u64 class_mask;
    pfq_u64 forward;
    pfq_u32 key1, key2;
    pfq_u32 mark, state;
    pfq_u32 slice;
    pfq_u8 fanout;
    pfq_u8 to_kernel;
    pfq_u16 dropped_by; /* pfq::lang::DropBy */
};

/* Addresses of a device, as inputs. Absent: PFQ_ABSENT. */
struct pfq_device_address {
    pfq_u64 ipv4;
    pfq_u64 ipv6_high, ipv6_low;
};

struct pfq_table_key {
    pfq_u64 high, low;     /* address (IPv4 in low), or the port in low; flow: smaller end */
    pfq_u64 high2, low2;   /* flow: larger end */
    pfq_u16 port, port2;   /* flow: ports of the ends */
    pfq_u8 protocol;       /* flow */
    pfq_u8 ipv6;           /* family of the addresses */
    pfq_u16 reserved;
};

/* The world of a batch, the same for all its packets. One per thread: counters need no locks. */
struct pfq_env {
    const struct pfq_device_address *addresses; /* by device index */
    const pfq_u32 *devices; /* device index of the program's device number i (no such device: ~0) */
    pfq_u64 *counters;      /* 64 group counters, modulo 2^64 */
    /* Is the key in run-time table number `table` of the program? May be null when the program has no tables. */
    int (*lookup)(void *tables, pfq_u32 table, const struct pfq_table_key *key);
    void *tables;
    /* An event of log statements; `packet` is the packet being evaluated, `verdict` its verdict so far. */
    void (*log)(void *logger, pfq_u32 kind, pfq_u32 message, const struct pfq_packet *packet, const struct pfq_verdict *verdict);
    void *logger;
};

/* Evaluates packets[0..count) into verdicts[0..count). */
typedef void (*pfq_batch_function)(const struct pfq_packet *packets, pfq_u64 count, struct pfq_verdict *verdicts,
                                   const struct pfq_env *env);
/* Like it, but only writes one bit per packet: accepted (not dropped). For programs used as plain filters. */
typedef void (*pfq_filter_function)(const struct pfq_packet *packets, pfq_u64 count, pfq_u64 *accepted,
                                    const struct pfq_env *env);
#endif
