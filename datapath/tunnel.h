/* From one level to the next: MPLS, IP in IP, GRE, VXLAN, Geneve, GTP-U. Used out of line only. */
#ifndef PFQ_DATAPATH_TUNNEL_H
#define PFQ_DATAPATH_TUNNEL_H
#include "datapath/network.h"

#define PFQ_MPLS_LABELS 8
#define PFQ_GTP_EXTENSIONS 4

/* What a tunnel header leads to: an Ethernet frame (type PFQ_ETH_TRANSPARENT), another EtherType, or nothing. */
struct pfq_inside {
    pfq_u64 type, offset;
};

PFQ_INLINE struct pfq_inside pfq_nothing_inside(void)
{
    return (struct pfq_inside){PFQ_ABSENT, PFQ_FAR};
}

/* IPv4 or IPv6, told by the version nibble alone. */
PFQ_INLINE struct pfq_inside pfq_inside_by_nibble(struct pfq_bytes b, pfq_u64 offset)
{
    pfq_u64 nibble = pfq_load8(b, offset) >> 4;
    if (nibble == 4)
        return (struct pfq_inside){PFQ_ETH_IPV4, offset};
    if (nibble == 6)
        return (struct pfq_inside){PFQ_ETH_IPV6, offset};
    return pfq_nothing_inside();
}

PFQ_INLINE struct pfq_inside pfq_inside_mpls(struct pfq_bytes b, pfq_u64 offset, struct pfq_level *l)
{
#pragma clang loop unroll(disable)
    for (int i = 0; i < PFQ_MPLS_LABELS; i++) {
        pfq_u64 label = pfq_load32(b, offset);
        if (label == PFQ_ABSENT)
            break;
        offset = pfq_forget(l, offset + 4);
        if (label & 0x100)
            return pfq_inside_by_nibble(b, offset);
    }
    return pfq_nothing_inside();
}

PFQ_INLINE struct pfq_inside pfq_inside_gre(struct pfq_bytes b, pfq_u64 q)
{
    pfq_u64 word = pfq_load32(b, q), flags = word >> 16, type = word & 0xffff;
    if (word == PFQ_ABSENT || (flags & 0x4007))
        return pfq_nothing_inside();
    q += 4 + (flags & 0x8000 ? 4 : 0) + (flags & 0x2000 ? 4 : 0) + (flags & 0x1000 ? 4 : 0);
    if (type == PFQ_ETH_IPV4 || type == PFQ_ETH_IPV6 || type == PFQ_ETH_TRANSPARENT || type == PFQ_ETH_MPLS ||
        type == PFQ_ETH_MPLS_MULTICAST)
        return (struct pfq_inside){type, q};
    return pfq_nothing_inside();
}

PFQ_INLINE struct pfq_inside pfq_inside_geneve(struct pfq_bytes b, pfq_u64 u)
{
    pfq_u64 first = pfq_load8(b, u), type = pfq_load16(b, u + 2);
    if (first >> 6 != 0) /* absent included */
        return pfq_nothing_inside();
    if (type == PFQ_ETH_IPV4 || type == PFQ_ETH_IPV6 || type == PFQ_ETH_TRANSPARENT)
        return (struct pfq_inside){type, u + 8 + 4 * (first & 63)};
    return pfq_nothing_inside();
}

PFQ_INLINE struct pfq_inside pfq_inside_gtp(struct pfq_bytes b, pfq_u64 u, struct pfq_level *l)
{
    pfq_u64 flags = pfq_load8(b, u), header = u + 8;
    if (flags >> 4 != 3 || pfq_load8(b, u + 1) != 255)
        return pfq_nothing_inside();
    if (flags & 7) {
        header = u + 12;
        pfq_u64 type = flags & 4 ? pfq_load8(b, u + 11) : 0;
#pragma clang loop unroll(disable)
        for (int i = 0; i <= PFQ_GTP_EXTENSIONS; i++) {
            if (type == 0)
                break;
            if (i == PFQ_GTP_EXTENSIONS || type == PFQ_ABSENT)
                return pfq_nothing_inside();
            pfq_u64 length = pfq_load8(b, header);
            if (length == 0 || length == PFQ_ABSENT)
                return pfq_nothing_inside();
            header = pfq_forget(l, header + 4 * length);
            type = pfq_forget(l, pfq_load8(b, header - 1));
        }
    }
    return pfq_inside_by_nibble(b, header);
}

PFQ_INLINE struct pfq_inside pfq_inside_udp(struct pfq_bytes b, pfq_u64 l4, struct pfq_level *l)
{
    pfq_u64 port = pfq_load16(b, l4 + 2), u = l4 + 8;
    if (port == 4789 || port == 8472) {
        pfq_u64 flags = pfq_load8(b, u);
        if (flags != PFQ_ABSENT && (flags & 8))
            return (struct pfq_inside){PFQ_ETH_TRANSPARENT, u + 8};
        return pfq_nothing_inside();
    }
    if (port == 6081)
        return pfq_inside_geneve(b, u);
    if (port == 2152)
        return pfq_inside_gtp(b, u, l);
    return pfq_nothing_inside();
}

PFQ_INLINE struct pfq_inside pfq_inside_of(struct pfq_bytes b, struct pfq_level *outer)
{
    if (outer->eth_type == PFQ_ETH_MPLS || outer->eth_type == PFQ_ETH_MPLS_MULTICAST)
        return (struct pfq_inside){PFQ_ETH_MPLS, outer->network};
    if (outer->l4 == PFQ_FAR)
        return pfq_nothing_inside();
    if (outer->protocol == PFQ_IP_IPV4)
        return (struct pfq_inside){PFQ_ETH_IPV4, outer->l4};
    if (outer->protocol == PFQ_IP_IPV6)
        return (struct pfq_inside){PFQ_ETH_IPV6, outer->l4};
    if (outer->protocol == PFQ_IP_GRE)
        return pfq_inside_gre(b, outer->l4);
    if (outer->protocol == PFQ_IP_UDP)
        return pfq_inside_udp(b, outer->l4, outer);
    return pfq_nothing_inside();
}

/* Replaces the level by the one inside it. */
PFQ_INLINE void pfq_step(struct pfq_bytes b, struct pfq_level *l)
{
    struct pfq_inside in = pfq_inside_of(b, l);
    if (in.type == PFQ_ETH_MPLS || in.type == PFQ_ETH_MPLS_MULTICAST)
        in = pfq_inside_mpls(b, in.offset, l);
    in.type = pfq_forget(l, in.type);
    in.offset = pfq_forget(l, in.offset);
    pfq_without_level(l);
    if (in.type == PFQ_ABSENT)
        return;
    if (in.type == PFQ_ETH_TRANSPARENT) {
        l->ethernet = in.offset;
        pfq_parse_tags(b, pfq_load16(b, in.offset + 12), in.offset + 14, l);
    } else {
        l->eth_type = in.type;
        l->network = in.offset;
        l->vlan_count = 0;
    }
    pfq_parse_network(b, l);
}
#endif
