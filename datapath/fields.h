/* The fields of lang/pipeline/fields.def, one function each. `level` is a constant after inlining. */
#ifndef PFQ_DATAPATH_FIELDS_H
#define PFQ_DATAPATH_FIELDS_H
#include "datapath/hash.h"
#include "datapath/parse.h"

#define PFQ_FIELD(name) PFQ_API pfq_u64 pfq_field_##name(struct pfq_eval *e, pfq_u32 level)

PFQ_INLINE pfq_u64 pfq_offset_or_absent(pfq_u64 offset)
{
    return offset == PFQ_FAR ? PFQ_ABSENT : offset;
}

/* ---- link */

/* 6 bytes of the Ethernet header at `offset` in it. */
PFQ_INLINE pfq_u64 pfq_mac(struct pfq_eval *e, pfq_u32 level, pfq_u64 offset)
{
    pfq_u64 o = e->level[level].ethernet + offset;
    if (!pfq_has(e->bytes, o, 6))
        return PFQ_ABSENT;
    return (pfq_take16(e->bytes, o) << 32) | (pfq_u32)pfq_take32(e->bytes, o + 2);
}
PFQ_FIELD(eth_destination) { return pfq_mac(e, level, 0); }
PFQ_FIELD(eth_source) { return pfq_mac(e, level, 6); }
PFQ_FIELD(eth_type) { return e->level[level].eth_type; }
PFQ_FIELD(vlan_tci) { return e->level[level].vlan_tci; }
PFQ_FIELD(vlan_tpid) { return e->level[level].vlan_tpid; }
PFQ_FIELD(vlan_inner_tci) { return e->level[level].vlan_inner_tci; }
PFQ_FIELD(vlan_count) { return e->level[level].vlan_count; }

/* ---- network layer: the 20 or 40 bytes of a valid header are captured */

#define PFQ_IF_IP4(value) (e->level[level].version == 4 ? (value) : PFQ_ABSENT)
#define PFQ_IF_IP6(value) (e->level[level].version == 6 ? (value) : PFQ_ABSENT)
#define PFQ_IP(bits, offset) pfq_take##bits(e->bytes, e->level[level].l3 + (offset))

PFQ_FIELD(l3_offset) { return pfq_offset_or_absent(e->level[level].l3); }
PFQ_FIELD(ip_version) { return e->level[level].version; }
PFQ_FIELD(ip_header_length) { return e->level[level].header_length; }
PFQ_FIELD(l4_protocol) { return e->level[level].protocol; }
PFQ_FIELD(l4_offset) { return pfq_offset_or_absent(e->level[level].l4); }
PFQ_FIELD(ip_tos) { return PFQ_IF_IP4(PFQ_IP(8, 1)) & PFQ_IF_IP6((PFQ_IP(16, 0) >> 4) & 0xff); }
PFQ_FIELD(ip_total_length) { return PFQ_IF_IP4(PFQ_IP(16, 2)) & PFQ_IF_IP6(PFQ_IP(16, 4) + 40); }
PFQ_FIELD(ip_id) { return e->level[level].version == 4 ? PFQ_IP(16, 4) : e->level[level].id6; }
PFQ_FIELD(ip_frag) { return e->level[level].version == 4 ? PFQ_IP(16, 6) : e->level[level].frag6; }
PFQ_FIELD(ip_ttl) { return PFQ_IF_IP4(PFQ_IP(8, 8)) & PFQ_IF_IP6(PFQ_IP(8, 7)); }
PFQ_FIELD(ip6_flow_label) { return PFQ_IF_IP6(PFQ_IP(32, 0) & 0xfffff); }
PFQ_FIELD(ip_source) { return PFQ_IF_IP4(PFQ_IP(32, 12)); }
PFQ_FIELD(ip_destination) { return PFQ_IF_IP4(PFQ_IP(32, 16)); }
PFQ_FIELD(ip6_source_high) { return PFQ_IF_IP6(PFQ_IP(64, 8)); }
PFQ_FIELD(ip6_source_low) { return PFQ_IF_IP6(PFQ_IP(64, 16)); }
PFQ_FIELD(ip6_destination_high) { return PFQ_IF_IP6(PFQ_IP(64, 24)); }
PFQ_FIELD(ip6_destination_low) { return PFQ_IF_IP6(PFQ_IP(64, 32)); }
PFQ_FIELD(address_key_source)
{
    return PFQ_IF_IP4(PFQ_IP(32, 12)) & PFQ_IF_IP6(pfq_mix(PFQ_IP(64, 8), PFQ_IP(64, 16)));
}
PFQ_FIELD(address_key_destination)
{
    return PFQ_IF_IP4(PFQ_IP(32, 16)) & PFQ_IF_IP6(pfq_mix(PFQ_IP(64, 24), PFQ_IP(64, 32)));
}

/* ---- transport layer */

#define PFQ_L4(bits, offset) pfq_load##bits(e->bytes, e->level[level].l4 + (offset))
#define PFQ_IF_PROTOCOL(number, value) (e->level[level].protocol == (number) ? (value) : PFQ_ABSENT)

/* Both ports in one load when both are there, as nearly always. */
PFQ_INLINE pfq_u64 pfq_port(struct pfq_eval *e, pfq_u32 level, int destination)
{
    const struct pfq_level *l = &e->level[level];
    if (l->protocol != PFQ_IP_TCP && l->protocol != PFQ_IP_UDP && l->protocol != PFQ_IP_SCTP)
        return PFQ_ABSENT;
    if (pfq_has(e->bytes, l->l4, 4)) {
        pfq_u64 both = pfq_take32(e->bytes, l->l4);
        return destination ? both & 0xffff : both >> 16;
    }
    return destination ? PFQ_ABSENT : pfq_load16(e->bytes, l->l4);
}
PFQ_FIELD(source_port) { return pfq_port(e, level, 0); }
PFQ_FIELD(destination_port) { return pfq_port(e, level, 1); }
PFQ_FIELD(tcp_sequence) { return PFQ_IF_PROTOCOL(PFQ_IP_TCP, PFQ_L4(32, 4)); }
PFQ_FIELD(tcp_acknowledgment) { return PFQ_IF_PROTOCOL(PFQ_IP_TCP, PFQ_L4(32, 8)); }
PFQ_FIELD(tcp_header_length)
{
    pfq_u64 byte = PFQ_IF_PROTOCOL(PFQ_IP_TCP, PFQ_L4(8, 12));
    return byte == PFQ_ABSENT ? byte : (byte >> 4) * 4;
}
PFQ_FIELD(tcp_flags) { return PFQ_IF_PROTOCOL(PFQ_IP_TCP, PFQ_L4(8, 13)); }
PFQ_FIELD(tcp_window) { return PFQ_IF_PROTOCOL(PFQ_IP_TCP, PFQ_L4(16, 14)); }
PFQ_FIELD(tcp_urgent) { return PFQ_IF_PROTOCOL(PFQ_IP_TCP, PFQ_L4(16, 18)); }
PFQ_FIELD(udp_length) { return PFQ_IF_PROTOCOL(PFQ_IP_UDP, PFQ_L4(16, 4)); }

PFQ_INLINE int pfq_is_icmp(struct pfq_eval *e, pfq_u32 level)
{
    const struct pfq_level *l = &e->level[level];
    return (l->protocol == PFQ_IP_ICMP && l->version == 4) || (l->protocol == PFQ_IP_ICMPV6 && l->version == 6);
}
PFQ_FIELD(icmp_type) { return pfq_is_icmp(e, level) ? PFQ_L4(8, 0) : PFQ_ABSENT; }
PFQ_FIELD(icmp_code) { return pfq_is_icmp(e, level) ? PFQ_L4(8, 1) : PFQ_ABSENT; }

PFQ_FIELD(payload_offset)
{
    const struct pfq_level *l = &e->level[level];
    if (l->l4 == PFQ_FAR)
        return PFQ_ABSENT;
    if (l->protocol == PFQ_IP_TCP) {
        pfq_u64 header = pfq_field_tcp_header_length(e, level);
        return header == PFQ_ABSENT || header < 20 ? PFQ_ABSENT : l->l4 + header;
    }
    if (l->protocol == PFQ_IP_UDP || pfq_is_icmp(e, level))
        return l->l4 + 8;
    return l->protocol == PFQ_IP_SCTP ? l->l4 + 12 : PFQ_ABSENT;
}

/* ---- bytes at a computed offset: any value of `offset` is fine, PFQ_ABSENT included */

PFQ_API pfq_u64 pfq_load_at_8(struct pfq_eval *e, pfq_u64 offset)
{
    return offset < PFQ_FAR ? pfq_load8(e->bytes, offset) : PFQ_ABSENT;
}
PFQ_API pfq_u64 pfq_load_at_16(struct pfq_eval *e, pfq_u64 offset)
{
    return offset < PFQ_FAR ? pfq_load16(e->bytes, offset) : PFQ_ABSENT;
}
PFQ_API pfq_u64 pfq_load_at_32(struct pfq_eval *e, pfq_u64 offset)
{
    return offset < PFQ_FAR ? pfq_load32(e->bytes, offset) : PFQ_ABSENT;
}
#endif
