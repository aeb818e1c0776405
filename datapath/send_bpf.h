/* Copies of a packet to other devices. eBPF only; also for execute.c. */
#ifndef PFQ_DATAPATH_SEND_BPF_H
#define PFQ_DATAPATH_SEND_BPF_H
#include "datapath/bpf_maps.h"

#define PFQ_FORWARD_LIMIT 16 /* devices that one packet is forwarded to */

PFQ_INLINE pfq_u32 pfq_count_bits(pfq_u64 bits)
{
    bits -= (bits >> 1) & 0x5555555555555555u;
    bits = (bits & 0x3333333333333333u) + ((bits >> 2) & 0x3333333333333333u);
    return (((bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0fu) * 0x0101010101010101u) >> 56;
}

/* The lowest bit that is set, as its number. */
PFQ_INLINE pfq_u32 pfq_lowest(pfq_u64 bits)
{
    pfq_u32 number = pfq_count_bits((bits & -bits) - 1);
    pfq_opaque(number); /* LLVM knows the idiom and that 64 is possible for no bits; the verifier shall see a bound */
    return number & 63;
}

#ifdef PFQ_BPF_TC
/* Sends a copy to each target. Other programs run inside the sending: nothing of this CPU's maps is used behind it. */
__attribute__((noinline)) int pfq_send_copies(pfq_context *context, pfq_u64 targets)
{
    for (pfq_u32 i = 0; i < PFQ_FORWARD_LIMIT && targets; ++i) {
        pfq_u32 number = pfq_lowest(targets);
        targets &= targets - 1;
        struct pfq_target_state *state = bpf_map_lookup_elem(&pfq_target_state, &number);
        pfq_u32 *device = bpf_map_lookup_elem(&pfq_targets, &number);
        if (!state || !device)
            continue;
        ++state->handed_over;
        if (bpf_clone_redirect(context, *device, 0) != 0)
            ++state->failed;
    }
    return 0;
}
#endif
#endif
