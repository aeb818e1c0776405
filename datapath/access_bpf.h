/* Loads from the bytes of a packet, in eBPF. Each load is one self-contained block of assembly: range of the offset,
 * bounds check and access use the same registers, whatever the optimiser does around it, so the verifier always follows.
 * Not volatile: unused loads vanish, equal ones merge (the packet is never written). Results are as natively. */
#ifndef PFQ_DATAPATH_ACCESS_BPF_H
#define PFQ_DATAPATH_ACCESS_BPF_H
#include "datapath/base.h"
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#ifdef PFQ_BPF_TC
typedef struct __sk_buff pfq_context;
#define PFQ_DATA "76"
#define PFQ_DATA_END "80"
#else
typedef struct xdp_md pfq_context;
#define PFQ_DATA "0"
#define PFQ_DATA_END "4"
#endif

/* The frame as the language sees it: with its VLAN tags in place, also the one that the kernel took out of the bytes of a
 * socket buffer. */
struct pfq_bytes {
    pfq_context *context;
    pfq_u64 captured; /* bytes, the tag included */
    pfq_u64 head;     /* where they start: a pointer into the packet that only pfq_head<bits> uses */
    pfq_u32 has_head; /* PFQ_HEAD bytes are at head */
#ifdef PFQ_BPF_TC
    pfq_u64 shift;    /* 4: a tag that is not in the bytes stands before offset 16; else 0 */
#endif
};

/* A 32-bit member of the context. In assembly, because the optimiser would merge such reads into one through a moved
 * pointer, which the verifier refuses. */
#define PFQ_CONTEXT(context, member) \
    ({ \
        pfq_u64 value_; \
        asm("%[v] = *(u32 *)(%[c] + %[o])\n" \
            : [v] "=r"(value_) \
            : [c] "r"(context), [o] "i"(__builtin_offsetof(pfq_context, member))); \
        value_; \
    })

/* Makes a value opaque, so that a mask written behind it stays there. */
#define pfq_opaque(v) asm volatile("" : "+r"(v))

/* Generated, constant: may frames be in several pieces? (Always, at TC.) */
extern const pfq_u32 pfq_multi_buffer;

/* Bytes behind the linear part, from which the asm blocks cannot read. A global function, for the same reason as those
 * of cold.h. */
__attribute__((noinline, pure)) pfq_u64 pfq_load_far(pfq_context *context, pfq_u64 offset, pfq_u64 width)
{
#ifdef PFQ_BPF_TC
    pfq_u64 length = PFQ_CONTEXT(context, len);
#define pfq_load_bytes bpf_skb_load_bytes
#else
    pfq_u64 length = bpf_xdp_get_buff_len(context);
#define pfq_load_bytes bpf_xdp_load_bytes
#endif
    pfq_u32 word = 0;
    if (offset > 0xffff || offset + width > length)
        return PFQ_ABSENT;
    if (width == 1)
        return pfq_load_bytes(context, offset, &word, 1) ? PFQ_ABSENT : word;
    if (width == 2)
        return pfq_load_bytes(context, offset, &word, 2) ? PFQ_ABSENT : __builtin_bswap16((pfq_u16)word);
    return pfq_load_bytes(context, offset, &word, 4) ? PFQ_ABSENT : __builtin_bswap32(word);
}
#ifdef PFQ_BPF_TC
#define PFQ_IN_PIECES 1
#else
#define PFQ_IN_PIECES pfq_multi_buffer
#endif

/* The bytes that nearly every program looks at, Ethernet and IPv4 headers, are checked once. The verifier connects the
 * check with the pointer, also when it is spilled; it stays a word that nothing computes with. */
#define PFQ_HEAD 34
PFQ_INLINE void pfq_find_head(struct pfq_bytes *b)
{
    pfq_u64 p, end, found;
    asm("%[p] = *(u32 *)(%[c] + " PFQ_DATA ")\n"
        "%[e] = *(u32 *)(%[c] + " PFQ_DATA_END ")\n"
        "%[k] = %[p]\n"
        "%[k] += 34\n"
        "if %[k] > %[e] goto +2\n"
        "%[k] = 1\n"
        "goto +1\n"
        "%[k] = 0\n"
        : [p] "=&r"(p), [e] "=&r"(end), [k] "=&r"(found)
        : [c] "r"(b->context));
    b->head = p;
    b->has_head = found;
}

/* A load at a constant offset below PFQ_HEAD, where has_head is true. */
#define PFQ_HEAD_LOAD(b, offset, access, convert) \
    ({ \
        pfq_u64 value_; \
        asm("%[v] = *(" access " *)(%[p] + %[o])\n" convert : [v] "=r"(value_) : [p] "r"((b).head), [o] "i"(offset)); \
        value_; \
    })
#define pfq_has_head(b) ((b).has_head)
#define pfq_head8(b, offset) PFQ_HEAD_LOAD(b, offset, "u8", "%[v] &= 255\n")
#define pfq_head16(b, offset) PFQ_HEAD_LOAD(b, offset, "u16", "%[v] = be16 %[v]\n")

/* The offset is tested in a copy that the verifier does not connect with it (the `and`): else it would learn the offset's
 * range from every load, and never again find two of its states equal. */
#define PFQ_DEFINE_LOAD(bits, bytes, access, convert) \
    PFQ_INLINE pfq_u64 pfq_load_raw##bits(pfq_context *context, pfq_u64 offset) \
    { \
        pfq_u64 v, p, end; \
        asm("%[v] = -1\n" \
            "%[t] = %[o]\n" \
            "%[t] &= -1\n" \
            "if %[t] > 0x3fff goto +7\n" \
            "%[p] = *(u32 *)(%[c] + " PFQ_DATA ")\n" \
            "%[p] += %[t]\n" \
            "%[p] += " #bytes "\n" \
            "%[t] = *(u32 *)(%[c] + " PFQ_DATA_END ")\n" \
            "if %[p] > %[t] goto +2\n" \
            "%[v] = *(" access " *)(%[p] - " #bytes ")\n" convert \
            : [v] "=&r"(v), [p] "=&r"(p), [t] "=&r"(end) \
            : [o] "r"(offset), [c] "r"(context)); \
        return PFQ_IN_PIECES && pfq_unlikely(v == PFQ_ABSENT) ? pfq_load_far(context, offset, bytes) : v; \
    }
PFQ_DEFINE_LOAD(8, 1, "u8", "%[v] &= 255\n")
PFQ_DEFINE_LOAD(16, 2, "u16", "%[v] = be16 %[v]\n")
PFQ_DEFINE_LOAD(32, 4, "u32", "%[v] = be32 %[v]\n")


#ifdef PFQ_BPF_TC
/* Bytes that reach into the tag that is not there: one after the other. */
__attribute__((noinline, pure)) pfq_u64 pfq_load_tagged(pfq_context *context, pfq_u64 offset, pfq_u64 width)
{
    pfq_u64 tag = (pfq_u64)__builtin_bswap16((pfq_u16)PFQ_CONTEXT(context, vlan_proto)) << 16 |
                  (pfq_u16)PFQ_CONTEXT(context, vlan_tci);
    pfq_u64 value = 0;
    for (pfq_u32 i = 0; i < 4 && i < width; ++i) {
        pfq_u64 at = offset + i, byte;
        if (at >= 12 && at < 16)
            byte = tag >> (8 * (15 - at)) & 0xff;
        else
            byte = pfq_load_raw8(context, at < 12 ? at : at - 4);
        if (byte == PFQ_ABSENT)
            return PFQ_ABSENT;
        value = value << 8 | byte;
    }
    return value;
}

/* Where an offset is known, so is its side of the tag. Else it is tested in a copy, see above. */
#define PFQ_DEFINE_TAGGED_LOAD(bits, bytes) \
    PFQ_INLINE pfq_u64 pfq_load##bits(struct pfq_bytes b, pfq_u64 offset) \
    { \
        pfq_u64 side = offset; \
        if (!__builtin_constant_p(offset)) \
            asm("%0 &= -1\n" : "+r"(side)); \
        if (side + bytes <= 12) \
            return pfq_load_raw##bits(b.context, offset); \
        if (side < 16 && b.shift) \
            return pfq_load_tagged(b.context, offset, bytes); \
        return pfq_load_raw##bits(b.context, offset - b.shift); \
    }
#else
#define PFQ_DEFINE_TAGGED_LOAD(bits, bytes) \
    PFQ_INLINE pfq_u64 pfq_load##bits(struct pfq_bytes b, pfq_u64 offset) \
    { \
        return pfq_load_raw##bits(b.context, offset); \
    }
#endif
PFQ_DEFINE_TAGGED_LOAD(8, 1)
PFQ_DEFINE_TAGGED_LOAD(16, 2)
PFQ_DEFINE_TAGGED_LOAD(32, 4)

/* The loads that are known to succeed natively are checked all the same: the verifier does not know. */
#define pfq_take8 pfq_load8
#define pfq_take16 pfq_load16
#define pfq_take32 pfq_load32
PFQ_INLINE pfq_u64 pfq_take64(struct pfq_bytes b, pfq_u64 offset)
{
    return (pfq_load32(b, offset) << 32) | (pfq_u32)pfq_load32(b, offset + 4);
}
PFQ_INLINE int pfq_has(struct pfq_bytes b, pfq_u64 offset, pfq_u64 width)
{
    return offset + width <= b.captured;
}
#endif
