/* The receive queue: one ring per socket and producing CPU, shared by the data path (the only producer) and one reader.
 * Layout and protocol for both sides; docs/queue-protocol.md explains them. Plain C, also eBPF.
 *
 * A ring is one value of a BPF array map (or any shared memory of the same layout): a control page, then `size` bytes of
 * records (a power of two), then slack, so that a record that starts near the end is still contiguous. */
#ifndef PFQ_DATAPATH_QUEUE_H
#define PFQ_DATAPATH_QUEUE_H
#include "datapath/abi.h"

#define PFQ_QUEUE_VERSION 1
#define PFQ_RING_DATA 4096u       /* where records start: behind the control page */
#define PFQ_RING_SLACK 69632u     /* at least a header and the longest record, in whole pages */
#define PFQ_RING_ALIGN 16u        /* of records */
#define PFQ_RECORD_LIMIT 65535u   /* captured bytes of a record */

/* Sizes of rings in bytes. BPF maps within one outer map must agree in size, hence few classes. */
#define PFQ_RING_CLASSES 5
#define PFQ_RING_SIZE(class_) (131072u << (3u * (class_))) /* 128 KiB, 1 MiB, 8 MiB, 64 MiB, 512 MiB */
#define PFQ_RING_BYTES(class_) (PFQ_RING_DATA + PFQ_RING_SIZE(class_) + PFQ_RING_SLACK)

/* The control page. Indices count bytes since the beginning and never wrap; a record lies at index % size. Each word
 * has a cache line for itself: the sides write at different rates. */
struct pfq_ring_control {
    pfq_u64 produced;                         /* written by the producer: a copy of its own index */
    pfq_u8 pad1_[56];
    pfq_u64 consumed;                         /* written by the reader: everything before it may be overwritten */
    pfq_u8 pad2_[56];
    pfq_u32 armed;                            /* set by a reader that goes to sleep; the producer clears it and rings the bell */
    pfq_u8 pad3_[60];
};

/* What comes before the bytes of each packet. */
struct pfq_record {
    pfq_u64 time;      /* nanoseconds of the clock that flags tell; 0 when the socket wants no time */
    pfq_u32 length;    /* of the packet on the wire; a tag that is in tci is not counted */
    pfq_u16 captured;  /* bytes that follow this header */
    pfq_u16 flags;     /* PFQ_RECORD_* */
    pfq_u32 ifindex;   /* device that the packet came from or went to */
    pfq_u32 mark;      /* of the verdict */
    pfq_u16 tci;       /* PFQ_RECORD_TAG: the VLAN tag that is not in the bytes */
    pfq_u16 queue;     /* of the device */
    pfq_u16 group;     /* whose verdict delivered the packet */
    pfq_u16 hash;      /* of the flow, folded to 16 bits; 0: not computed */
};

enum pfq_record_flags {
    PFQ_RECORD_TAG = 1,          /* a tag was taken out of the bytes: its TCI is in tci */
    PFQ_RECORD_STAG = 2,         /* its TPID is 0x88a8, else 0x8100 */
    PFQ_RECORD_OUT = 4,          /* the packet was leaving the device */
    PFQ_RECORD_TRUNCATED = 8,    /* captured is less than length */
    PFQ_RECORD_AGGREGATE = 16,   /* of GRO, or to be cut by GSO */
    PFQ_RECORD_CHECKSUM = 32,    /* the transport checksum is not filled in yet */
    PFQ_RECORD_HARDWARE = 64,    /* time is the device's clock, else CLOCK_MONOTONIC */
    PFQ_RECORD_GENERATION = 0xff00 /* of the program, modulo 256 */
};

/* Bytes that a record takes in the ring. */
static inline pfq_u32 pfq_record_space(pfq_u32 captured)
{
    return (pfq_u32)sizeof(struct pfq_record) + ((captured + PFQ_RING_ALIGN - 1) & ~(PFQ_RING_ALIGN - 1));
}

/* The producer's side of a ring, where no reader can write; also its counters (counters.def). What every packet needs comes
 * first and shares a cache line. */
struct pfq_ring_state {
    pfq_u64 produced;
    pfq_u64 consumed;   /* as last read from the control page: reading it less often leaves its cache line to the reader */
    pfq_u64 packet;     /* number of the last packet that was offered, of this CPU */
    pfq_u64 offered, queued;
    pfq_u32 snaplen;    /* captured bytes at most; from here: settings of the socket, the same for all CPUs but cell */
    pfq_u32 cell;       /* where the map of rings has this one */
    pfq_u8 time;        /* enum pfq_time_policy */
    pfq_u8 ring_class;  /* PFQ_RING_SIZE */
    pfq_u16 reserved1;
    pfq_u32 reserved2;
    pfq_u64 queue_full, no_ring;
    pfq_u64 bad_claim;  /* dropped: the reader claims to have read what was never written; nothing is queued meanwhile */
    pfq_u64 unreadable; /* dropped: the kernel would not give the packet's bytes */
};

/* Words that the other side writes or reads meanwhile. BPF back ends have no atomic loads and no fences; there a volatile
 * access does, next to an exchange, which the kernel orders fully. */
#ifdef __bpf__
#define PFQ_RING_LOAD(word) (*(const volatile __typeof__(word) *)&(word))
#define PFQ_RING_STORE(word, value) (*(volatile __typeof__(word) *)&(word) = (value))
#else
#define PFQ_RING_LOAD(word) __atomic_load_n(&(word), __ATOMIC_SEQ_CST)
#define PFQ_RING_STORE(word, value) __atomic_store_n(&(word), (value), __ATOMIC_RELAXED)
#endif

/* May a record of `space` bytes be written at state->produced? If not, the reason is counted. */
static inline __attribute__((always_inline)) int pfq_ring_admit(struct pfq_ring_state *state,
                                                                const struct pfq_ring_control *control, pfq_u64 size,
                                                                pfq_u32 space)
{
    if (__builtin_expect(state->produced - state->consumed + space <= size, 1))
        return 1;
    pfq_u64 consumed = PFQ_RING_LOAD(control->consumed);
    /* A claim may only move forward, and not beyond what was produced. */
    if (consumed - state->consumed > state->produced - state->consumed) {
        ++state->bad_claim;
        return 0;
    }
    state->consumed = consumed;
    if (state->produced - consumed + space <= size)
        return 1;
    ++state->queue_full;
    return 0;
}

/* Publishes the record of `space` bytes that was written at state->produced. Returns whether the bell must be rung.
 * The exchange orders the record before the index, and the index before the look at `armed`: either the producer sees
 * `armed`, or the reader that sets it sees the new index. (An exchange, because BPF back ends have no fences; not a
 * __sync_lock_test_and_set, which in user space only acquires.) */
static inline __attribute__((always_inline)) int pfq_ring_publish(struct pfq_ring_state *state,
                                                                  struct pfq_ring_control *control, pfq_u32 space)
{
    state->produced += space;
    ++state->queued;
    __atomic_exchange_n(&control->produced, state->produced, __ATOMIC_SEQ_CST);
    if (__builtin_expect(PFQ_RING_LOAD(control->armed) == 0, 1))
        return 0;
    PFQ_RING_STORE(control->armed, 0);
    return 1;
}
#endif
