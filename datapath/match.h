/* Membership: in tables of the program text (constants beside the code) and in run-time tables. */
#ifndef PFQ_DATAPATH_MATCH_H
#define PFQ_DATAPATH_MATCH_H
#include "datapath/fields.h"

enum { PFQ_SIDE_SOURCE = 1, PFQ_SIDE_DESTINATION = 2 };          /* pfq::lang::Side */
enum { PFQ_TABLE_ADDRESS = 0, PFQ_TABLE_PORT = 1, PFQ_TABLE_FLOW = 2 }; /* pfq::lang::TableKind */

/* Is the run-time table's key there? Each target has its own. */
PFQ_INLINE int pfq_lookup(struct pfq_eval *e, pfq_u32 table, pfq_u32 kind, const struct pfq_table_key *key);

/* Four hashed bits of a filter of `bins` bits, a power of two. */
PFQ_API int pfq_in_bloom(const pfq_u64 *bits, pfq_u64 bins, pfq_u64 word)
{
    for (int i = 0; i < 4; i++) {
        pfq_u64 bin = pfq_mix(word, i + 1), index = bin >> 6;
#ifdef __bpf__
        pfq_opaque(index);
#endif
        index &= (bins >> 6) - 1;
        if (!(bits[index] >> (bin & 63) & 1))
            return 0;
    }
    return 1;
}

#ifndef __bpf__
/* Bit `word` of a bitmap of `bins` bits. */
PFQ_API int pfq_in_bitmap(const pfq_u64 *bits, pfq_u64 bins, pfq_u64 word)
{
    return word < bins && (bits[word >> 6] >> (word & 63) & 1);
}
#endif

PFQ_INLINE void pfq_address_of(struct pfq_eval *e, pfq_u32 level, int destination, pfq_u64 *high, pfq_u64 *low)
{
    pfq_u64 l3 = e->level[level].l3, at = l3 + (destination ? 24 : 8);
    if (e->level[level].version == 6) {
        *high = pfq_take64(e->bytes, at);
        *low = pfq_take64(e->bytes, at + 8);
    } else {
        *high = 0;
        *low = pfq_take32(e->bytes, l3 + (destination ? 16 : 12));
    }
}

PFQ_INLINE int pfq_address_in_table(struct pfq_eval *e, pfq_u32 level, pfq_u32 table, pfq_u32 side)
{
    if (e->level[level].version == PFQ_ABSENT)
        return 0;
    struct pfq_table_key key = {.ipv6 = e->level[level].version == 6};
    if (side & PFQ_SIDE_SOURCE) {
        pfq_address_of(e, level, 0, &key.high, &key.low);
        if (pfq_lookup(e, table, PFQ_TABLE_ADDRESS, &key))
            return 1;
    }
    if (side & PFQ_SIDE_DESTINATION) {
        pfq_address_of(e, level, 1, &key.high, &key.low);
        return pfq_lookup(e, table, PFQ_TABLE_ADDRESS, &key);
    }
    return 0;
}

PFQ_INLINE int pfq_port_in_table(struct pfq_eval *e, pfq_u32 level, pfq_u32 table, pfq_u32 side)
{
    struct pfq_table_key key = {0};
    for (int destination = 0; destination < 2; destination++) {
        key.low = pfq_port(e, level, destination);
        if ((side & (destination ? PFQ_SIDE_DESTINATION : PFQ_SIDE_SOURCE)) && key.low != PFQ_ABSENT &&
            pfq_lookup(e, table, PFQ_TABLE_PORT, &key))
            return 1;
    }
    return 0;
}

PFQ_INLINE int pfq_flow_in_table(struct pfq_eval *e, pfq_u32 level, pfq_u32 table)
{
    pfq_u64 high[2], low[2], port[2];
    for (int end = 0; end < 2; end++) {
        port[end] = pfq_port(e, level, end);
        if (port[end] == PFQ_ABSENT)
            return 0;
        pfq_address_of(e, level, end, &high[end], &low[end]);
    }
    int swap = high[1] != high[0] ? high[1] < high[0] : low[1] != low[0] ? low[1] < low[0] : port[1] < port[0];
    struct pfq_table_key key = {
        .high = swap ? high[1] : high[0],
        .low = swap ? low[1] : low[0],
        .high2 = swap ? high[0] : high[1],
        .low2 = swap ? low[0] : low[1],
        .port = swap ? port[1] : port[0],
        .port2 = swap ? port[0] : port[1],
        .protocol = e->level[level].protocol,
        .ipv6 = e->level[level].version == 6,
    };
    return pfq_lookup(e, table, PFQ_TABLE_FLOW, &key);
}

PFQ_API int pfq_in_table(struct pfq_eval *e, pfq_u32 level, pfq_u32 side, pfq_u32 table, pfq_u32 kind)
{
    if (kind == PFQ_TABLE_ADDRESS)
        return pfq_address_in_table(e, level, table, side);
    if (kind == PFQ_TABLE_PORT)
        return pfq_port_in_table(e, level, table, side);
    return pfq_flow_in_table(e, level, table);
}
#endif
