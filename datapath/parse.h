/* Level 0. The packets that are nearly all packets (Ethernet without tags, IPv4, IPv6 without extension headers, no IP)
 * are recognised inline, everything else out of line. */
#ifndef PFQ_DATAPATH_PARSE_H
#define PFQ_DATAPATH_PARSE_H
#include "datapath/cold.h"
#include "datapath/network.h"

PFQ_INLINE void pfq_parse_slowly(struct pfq_bytes b, int ethernet, pfq_u64 type, pfq_u64 offset, struct pfq_level *l)
{
#ifdef __bpf__
    (void)ethernet, (void)type, (void)offset;
    pfq_parse_any(b.context);
    pfq_take_level(0, l);
#else
    struct pfq_level found;
    if (ethernet)
        pfq_parse_any(b, 0, pfq_load16(b, 12), 14, &found);
    else
        pfq_parse_any(b, PFQ_FAR, type, offset, &found);
    *l = found;
#endif
}

/* Level 0. `type` and `offset` as the reader of the frame tells when it is not Ethernet. */
PFQ_INLINE void pfq_parse_frame(struct pfq_bytes b, int ethernet, pfq_u64 type, pfq_u64 offset, struct pfq_level *l)
{
    pfq_u64 first = PFQ_ABSENT, found = PFQ_ABSENT;
    if (pfq_likely(ethernet && pfq_has_head(b))) {
        found = pfq_head16(b, 12);
        first = pfq_head8(b, 14);
    }
    l->ethernet = 0;
    l->network = 14;
    l->eth_type = found;
    l->vlan_count = 0;
    l->vlan_tpid = l->vlan_tci = l->vlan_inner_tci = PFQ_ABSENT;
    pfq_without_ip(l);
    if (pfq_likely(found == PFQ_ETH_IPV4 && first >= 0x45 && first <= 0x4f)) {
        pfq_u64 length = (first & 15) * 4;
        l->l3 = 14;
        l->version = 4;
        l->header_length = length;
        l->protocol = pfq_head8(b, 23);
        l->l4 = (pfq_head16(b, 20) & 0x1fff) == 0 ? 14 + length : PFQ_FAR;
        return;
    }
    if (found != PFQ_ABSENT && found != PFQ_ETH_IPV4 && found != PFQ_ETH_IPV6 && !pfq_is_tpid(found))
        return;
    if (found == PFQ_ETH_IPV6 && first >> 4 == 6 && pfq_has(b, 14, 40)) {
        pfq_u64 next = pfq_head8(b, 20);
        if (pfq_likely(next == PFQ_IP_TCP || next == PFQ_IP_UDP || next == PFQ_IP_ICMPV6)) {
            l->l3 = 14;
            l->version = 6;
            l->header_length = 40;
            l->frag6 = 0;
            l->protocol = next;
            l->l4 = 54;
            return;
        }
    }
    pfq_parse_slowly(b, ethernet, type, offset, l);
}
#endif
