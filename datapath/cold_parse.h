/* Definitions of the parsers that stay out of line. */
#ifndef PFQ_DATAPATH_COLD_PARSE_H
#define PFQ_DATAPATH_COLD_PARSE_H
#include "datapath/cold.h"
#include "datapath/tunnel.h"

PFQ_COLD void pfq_parse_any(struct pfq_bytes b, pfq_u64 ethernet, pfq_u64 type, pfq_u64 offset, struct pfq_level *l)
{
    l->ethernet = ethernet;
    pfq_parse_tags(b, type, offset, l);
    pfq_parse_network(b, l);
}

PFQ_COLD void pfq_step_inside(struct pfq_bytes b, struct pfq_level *l)
{
    struct pfq_inside in = pfq_inside_of(b, l);
    if (in.type == PFQ_ETH_MPLS || in.type == PFQ_ETH_MPLS_MULTICAST)
        in = pfq_inside_mpls(b, in.offset);
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
