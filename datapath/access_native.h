/* Loads from the bytes of a packet, natively. Every load yields the big-endian value, or PFQ_ABSENT when the bytes
 * are not all captured. Offsets must be below 2^63 (PFQ_FAR is). */
#ifndef PFQ_DATAPATH_ACCESS_NATIVE_H
#define PFQ_DATAPATH_ACCESS_NATIVE_H
#include "datapath/base.h"

struct pfq_bytes {
    const pfq_u8 *data;
    pfq_u64 captured;
};

PFQ_INLINE int pfq_has(struct pfq_bytes b, pfq_u64 offset, pfq_u64 width)
{
    return pfq_likely(offset + width <= b.captured);
}

/* The bytes are known to be captured. */
PFQ_INLINE pfq_u64 pfq_take8(struct pfq_bytes b, pfq_u64 offset)
{
    return b.data[offset];
}
PFQ_INLINE pfq_u64 pfq_take16(struct pfq_bytes b, pfq_u64 offset)
{
    pfq_u16 v;
    __builtin_memcpy(&v, b.data + offset, sizeof v);
    return __builtin_bswap16(v);
}
PFQ_INLINE pfq_u64 pfq_take32(struct pfq_bytes b, pfq_u64 offset)
{
    pfq_u32 v;
    __builtin_memcpy(&v, b.data + offset, sizeof v);
    return __builtin_bswap32(v);
}
PFQ_INLINE pfq_u64 pfq_take64(struct pfq_bytes b, pfq_u64 offset)
{
    pfq_u64 v;
    __builtin_memcpy(&v, b.data + offset, sizeof v);
    return __builtin_bswap64(v);
}

PFQ_INLINE pfq_u64 pfq_load8(struct pfq_bytes b, pfq_u64 offset)
{
    return pfq_has(b, offset, 1) ? pfq_take8(b, offset) : PFQ_ABSENT;
}
PFQ_INLINE pfq_u64 pfq_load16(struct pfq_bytes b, pfq_u64 offset)
{
    return pfq_has(b, offset, 2) ? pfq_take16(b, offset) : PFQ_ABSENT;
}
PFQ_INLINE pfq_u64 pfq_load32(struct pfq_bytes b, pfq_u64 offset)
{
    return pfq_has(b, offset, 4) ? pfq_take32(b, offset) : PFQ_ABSENT;
}

/* Ethernet and IPv4 headers, as in eBPF. */
#define PFQ_HEAD 34
#define pfq_has_head(b) pfq_has(b, 0, PFQ_HEAD)
#define pfq_head8 pfq_take8
#define pfq_head16 pfq_take16
#endif
