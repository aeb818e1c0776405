/* What the hook, XDP or TC, tells about a packet beside its bytes. */
#ifndef PFQ_DATAPATH_HOOK_BPF_H
#define PFQ_DATAPATH_HOOK_BPF_H
#include "datapath/bpf_maps.h"

/* Bytes that the kernel has of the frame: without a tag that it took out. */
PFQ_INLINE pfq_u64 pfq_frame_length(pfq_context *context)
{
#ifdef PFQ_BPF_TC
    return PFQ_CONTEXT(context, len);
#else
    if (pfq_multi_buffer)
        return bpf_xdp_get_buff_len(context);
    /* In assembly: read as C, the two pointers become 32-bit words that the verifier refuses when they are spilled. */
    pfq_u64 length, start;
    asm("%[n] = *(u32 *)(%[c] + " PFQ_DATA_END ")\n"
        "%[s] = *(u32 *)(%[c] + " PFQ_DATA ")\n"
        "%[n] -= %[s]\n"
        "%[n] &= 0x3ffff\n"
        : [n] "=&r"(length), [s] "=&r"(start)
        : [c] "r"(context));
    return length;
#endif
}

/* The frame with its tags in place. */
PFQ_INLINE struct pfq_bytes pfq_frame(pfq_context *context)
{
    struct pfq_bytes b;
    b.context = context;
    b.captured = pfq_frame_length(context);
    pfq_find_head(&b);
#ifdef PFQ_BPF_TC
    b.shift = (PFQ_CONTEXT(context, vlan_present) & 1) << 2;
    b.captured += b.shift;
    if (b.shift)
        b.has_head = 0;
#endif
    return b;
}

#ifdef PFQ_BPF_TC
/* 0 means that no queue was recorded, so the numbers are one higher. */
PFQ_INLINE pfq_u64 pfq_hook_queue(pfq_context *context)
{
    pfq_u64 mapping = PFQ_CONTEXT(context, queue_mapping);
    return mapping ? mapping - 1 : 0;
}
PFQ_INLINE pfq_u64 pfq_hook_ifindex(pfq_context *context)
{
    return PFQ_CONTEXT(context, ifindex);
}
PFQ_INLINE pfq_u32 pfq_hook_mark(pfq_context *context)
{
    return PFQ_CONTEXT(context, mark);
}
PFQ_INLINE pfq_u16 pfq_hook_tci(pfq_context *context)
{
    return PFQ_CONTEXT(context, vlan_tci);
}
/* How many of the first `limit` bytes of the frame with its tag are there: whoever reads the record puts the tag back. */
PFQ_INLINE pfq_u32 pfq_without_tag(pfq_context *context, pfq_u32 limit)
{
    if (!PFQ_CONTEXT(context, vlan_present) || limit <= 12)
        return limit;
    return limit < 16 ? 12 : limit - 4;
}
/* Of enum pfq_record_flags. */
PFQ_INLINE pfq_u16 pfq_hook_flags(pfq_context *context)
{
    pfq_u16 flags = PFQ_CONTEXT(context, gso_segs) > 1 ? PFQ_RECORD_AGGREGATE : 0;
    if (PFQ_CONTEXT(context, vlan_present)) {
        flags |= PFQ_RECORD_TAG;
        if (PFQ_CONTEXT(context, vlan_proto) == __builtin_bswap16(0x88a8))
            flags |= PFQ_RECORD_STAG;
    }
    return flags;
}
#else
PFQ_INLINE pfq_u64 pfq_hook_queue(pfq_context *context)
{
    return PFQ_CONTEXT(context, rx_queue_index);
}
PFQ_INLINE pfq_u64 pfq_hook_ifindex(pfq_context *context)
{
    return PFQ_CONTEXT(context, ingress_ifindex);
}
PFQ_INLINE pfq_u32 pfq_hook_mark(pfq_context *context)
{
    (void)context;
    return 0;
}
PFQ_INLINE pfq_u16 pfq_hook_tci(pfq_context *context)
{
    (void)context;
    return 0;
}
PFQ_INLINE pfq_u32 pfq_without_tag(pfq_context *context, pfq_u32 limit)
{
    (void)context;
    return limit;
}
PFQ_INLINE pfq_u16 pfq_hook_flags(pfq_context *context)
{
    (void)context;
    return 0;
}
#endif
#endif
