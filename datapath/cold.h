/* What stays out of line. Natively these are not part of compiled programs but of whoever loads them (cold.c): that keeps
 * compilation fast. eBPF programs contain them (bpf.c). */
#ifndef PFQ_DATAPATH_COLD_H
#define PFQ_DATAPATH_COLD_H
#include "datapath/eval.h"

#ifdef __bpf__
#define PFQ_COLD static __attribute__((noinline, cold))
#else
#define PFQ_COLD __attribute__((cold))
#endif

/* Any frame: EtherType `type` ends at `offset`; `ethernet` is where its Ethernet header is, or PFQ_FAR. */
PFQ_COLD void pfq_parse_any(struct pfq_bytes b, pfq_u64 ethernet, pfq_u64 type, pfq_u64 offset, struct pfq_level *l);
/* Replaces a level by the one inside it. */
PFQ_COLD void pfq_step_inside(struct pfq_bytes b, struct pfq_level *l);
#ifndef __bpf__
/* Ascending ranges low, high, low, high, ...; `count` of them, at least one. */
int pfq_in_ranges(const pfq_u64 *ranges, pfq_u64 count, pfq_u64 word);
#endif
#endif
