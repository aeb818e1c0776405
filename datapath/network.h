/* Link and network layer of any packet: docs/packet-model.md. */
#ifndef PFQ_DATAPATH_NETWORK_H
#define PFQ_DATAPATH_NETWORK_H
#include "datapath/cold.h"

#define PFQ_VLAN_TAGS 4
#define PFQ_EXTENSION_HEADERS 8

PFQ_INLINE int pfq_is_tpid(pfq_u64 type)
{
    return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

/* Extension headers that the walk steps over, fragment and AH included. */
PFQ_INLINE int pfq_is_extension(pfq_u64 next)
{
    return next == 0 || next == 43 || next == 44 || next == 51 || next == 60 || next == 135 || next == 139 || next == 140;
}

PFQ_INLINE void pfq_without_ip(struct pfq_level *l)
{
    l->l3 = l->l4 = PFQ_FAR;
    l->version = l->protocol = l->header_length = l->frag6 = l->id6 = PFQ_ABSENT;
}

PFQ_INLINE void pfq_without_level(struct pfq_level *l)
{
    l->ethernet = l->network = PFQ_FAR;
    l->eth_type = l->vlan_count = l->vlan_tpid = l->vlan_tci = l->vlan_inner_tci = PFQ_ABSENT;
    pfq_without_ip(l);
}

#ifdef __bpf__
/* Takes over what a function of cold.h found. */
PFQ_INLINE void pfq_take_level(pfq_u32 level, struct pfq_level *l)
{
    const struct pfq_level *found = pfq_level_cell(level);
    if (found)
        *l = *found;
    else
        pfq_without_level(l); /* cannot be, but undefined registers are refused */
}
#endif

/* VLAN tags: `type` is the first EtherType, `offset` where the header that told it ends. */
PFQ_INLINE void pfq_parse_tags(struct pfq_bytes b, pfq_u64 type, pfq_u64 offset, struct pfq_level *l)
{
    pfq_u64 count = 0, tpid = PFQ_ABSENT, tci = PFQ_ABSENT, inner = PFQ_ABSENT;
#pragma clang loop unroll(disable)
    for (int i = 0; i < PFQ_VLAN_TAGS; i++) {
        if (pfq_likely(!pfq_is_tpid(type)))
            break;
        pfq_u64 tag = pfq_load32(b, offset);
        if (tag == PFQ_ABSENT)
            break;
        if (count == 0) {
            tpid = type;
            tci = tag >> 16;
        } else if (count == 1) {
            inner = tag >> 16;
        }
        type = pfq_forget(l, tag & 0xffff);
        offset = pfq_forget(l, offset + 4);
        tci = pfq_forget(l, tci);
        inner = pfq_forget(l, inner);
        tpid = pfq_forget(l, tpid);
        count++;
    }
    l->eth_type = type;
    l->network = offset;
    l->vlan_count = count;
    l->vlan_tpid = tpid;
    l->vlan_tci = tci;
    l->vlan_inner_tci = inner;
}

PFQ_INLINE void pfq_parse_ip4(struct pfq_bytes b, pfq_u64 o, struct pfq_level *l)
{
    if (!pfq_has(b, o, 20))
        return;
    pfq_u64 first = pfq_take8(b, o);
    if (first >> 4 != 4 || (first & 15) < 5)
        return;
    l->l3 = o;
    l->version = 4;
    l->header_length = (first & 15) * 4;
    l->protocol = pfq_take8(b, o + 9);
    if ((pfq_take16(b, o + 6) & 0x1fff) == 0)
        l->l4 = o + (first & 15) * 4;
}

/* Walks the next-header chain of the IPv6 header at `o`. */
PFQ_INLINE void pfq_walk_extensions(struct pfq_bytes b, pfq_u64 o, struct pfq_level *l)
{
    pfq_u64 next = pfq_take8(b, o + 6), p = o + 40, fragmented = 0;
#pragma clang loop unroll(disable)
    for (int i = 0; i <= PFQ_EXTENSION_HEADERS; i++) {
        if (!pfq_is_extension(next)) {
            l->protocol = next;
            l->l4 = p;
            break;
        }
        if (i == PFQ_EXTENSION_HEADERS)
            break;
        if (next == 44) {
            if (!pfq_has(b, p, 8))
                break;
            pfq_u64 word = pfq_take16(b, p + 2);
            if (!fragmented) {
                fragmented = 1;
                l->id6 = pfq_take32(b, p + 4);
                l->frag6 = (word >> 3) | (word & 1 ? 0x2000 : 0);
            }
            next = pfq_take8(b, p);
            p += 8;
            if (word >> 3) {
                l->protocol = next;
                break;
            }
        } else {
            if (!pfq_has(b, p, 2))
                break;
            pfq_u64 size = 8 + (next == 51 ? 4 : 8) * pfq_take8(b, p + 1);
            next = pfq_take8(b, p);
            p += size;
        }
        next = pfq_forget(l, next);
        p = pfq_forget(l, p);
        fragmented = pfq_forget(l, fragmented);
    }
    l->header_length = p - o;
}

PFQ_INLINE void pfq_parse_ip6(struct pfq_bytes b, pfq_u64 o, struct pfq_level *l)
{
    if (!pfq_has(b, o, 40) || pfq_take8(b, o) >> 4 != 6)
        return;
    l->l3 = o;
    l->version = 6;
    l->frag6 = 0;
    pfq_walk_extensions(b, o, l);
}

/* The network layer by l->eth_type at l->network. */
PFQ_INLINE void pfq_parse_network(struct pfq_bytes b, struct pfq_level *l)
{
    pfq_u64 type = pfq_forget(l, l->eth_type), offset = pfq_forget(l, l->network);
    pfq_without_ip(l);
    if (type == PFQ_ETH_IPV4)
        pfq_parse_ip4(b, offset, l);
    else if (type == PFQ_ETH_IPV6)
        pfq_parse_ip6(b, offset, l);
}
#endif
