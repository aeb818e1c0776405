/* What one evaluation knows of its packet. A local of the entry point: after inlining it is registers only, so nothing
 * here may have its address taken by a function that stays out of line (give such a function a local of its own). */
#ifndef PFQ_DATAPATH_EVAL_H
#define PFQ_DATAPATH_EVAL_H
#ifdef __bpf__
#include "datapath/access_bpf.h"
#else
#include "datapath/access_native.h"
#endif

#define PFQ_LEVELS 4 /* max_shift + 1 */

/* What parsing finds about one level. Offsets that are not there are PFQ_FAR, other values PFQ_ABSENT. */
struct pfq_level {
    pfq_u64 ethernet; /* offset of the Ethernet header */
    pfq_u64 network;  /* where the last link header ends */
    pfq_u64 eth_type, vlan_count, vlan_tpid, vlan_tci, vlan_inner_tci;
    pfq_u64 l3;       /* offset of a valid IP header */
    pfq_u64 version;  /* 4, 6 */
    pfq_u64 protocol;
    pfq_u64 l4;
    pfq_u64 header_length; /* with IPv6 extension headers */
    pfq_u64 frag6, id6;    /* of an IPv6 fragment header */
#ifdef __bpf__
    pfq_u64 scratch; /* of pfq_forget */
#endif
};

/* The same value, of which the verifier knows nothing any more: it does not follow what goes through the memory
 * of a map. Without this the loops of the parsers multiply all that it knows. */
PFQ_INLINE pfq_u64 pfq_forget(struct pfq_level *l, pfq_u64 value)
{
#ifdef __bpf__
    volatile pfq_u64 *cell = &l->scratch;
    *cell = value;
    return *cell;
#else
    (void)l;
    return value;
#endif
}

#ifdef __bpf__
/* What all groups of a program see of a packet. */
struct pfq_packet_view {
    struct pfq_bytes bytes;
    const struct pfq_bpf_inputs *inputs;
    struct pfq_cpu *cpu;
    struct pfq_level level; /* 0, if some group asks */
};
#endif

struct pfq_eval {
    struct pfq_bytes bytes;
#ifdef __bpf__
    const struct pfq_packet_view *view;
    const struct pfq_bpf_inputs *inputs;
    pfq_u64 sequence; /* packets of the group before this one */
    pfq_u32 group;
#else
    const struct pfq_packet *packet;
    const struct pfq_env *env;
#endif
    struct pfq_verdict verdict;
    struct pfq_level level[PFQ_LEVELS];
};
#endif
