/* What stays out of line. Natively these are not part of compiled programs but of whoever loads them (cold.c): that keeps
 * compilation fast. In eBPF they are global functions (bpf.c): the verifier looks at each once, by itself, and knows
 * nothing of its results, so that their loops do not multiply with the program's branches. */
#ifndef PFQ_DATAPATH_COLD_H
#define PFQ_DATAPATH_COLD_H
#include "datapath/eval.h"

#ifdef __bpf__
/* Both leave their result in cell `level` of a per-CPU map: the stack is too small for many levels. The second finds the
 * level outside (network, eth_type, protocol, l4) there. */
int pfq_parse_any(pfq_context *context);
int pfq_step_inside(pfq_context *context, pfq_u32 level);
PFQ_INLINE struct pfq_level *pfq_level_cell(pfq_u32 level);
#else
#define PFQ_COLD __attribute__((cold))
/* Any frame: EtherType `type` ends at `offset`; `ethernet` is where its Ethernet header is, or PFQ_FAR. */
PFQ_COLD void pfq_parse_any(struct pfq_bytes b, pfq_u64 ethernet, pfq_u64 type, pfq_u64 offset, struct pfq_level *level);
/* Replaces a level by the one inside it. */
PFQ_COLD void pfq_step_inside(struct pfq_bytes b, struct pfq_level *level);
/* Ascending ranges low, high, low, high, ...; `count` of them, at least one. */
int pfq_in_ranges(const pfq_u64 *ranges, pfq_u64 count, pfq_u64 word);
#endif
#endif
