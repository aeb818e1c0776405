/* The parts of a verdict. What a statement does not set keeps its value; keys and lengths without meaning are zeroed
 * as they lose it, so that a finished verdict is normalised (lang::normalise). */
#ifndef PFQ_DATAPATH_ACTIONS_H
#define PFQ_DATAPATH_ACTIONS_H
#include "datapath/eval.h"

/* pfq::lang::Fanout */
enum {
    PFQ_FANOUT_DROP,
    PFQ_FANOUT_COPY,
    PFQ_FANOUT_STEER,
    PFQ_FANOUT_DOUBLE_STEER,
    PFQ_FANOUT_ROUND_ROBIN,
    PFQ_FANOUT_TO_SOCKET,
};
#define PFQ_CLASS_DEFAULT 1

PFQ_INLINE void pfq_begin(struct pfq_verdict *v, pfq_u32 mark)
{
    v->class_mask = PFQ_CLASS_DEFAULT;
    v->forward = 0;
    v->key1 = v->key2 = 0;
    v->mark = mark;
    v->state = 0;
    v->slice = ~(pfq_u32)0;
    v->fanout = PFQ_FANOUT_COPY;
    v->to_kernel = 0;
    v->dropped_by = 0;
}

/* pfq::lang::DropBy */
enum { PFQ_DROP_COMPUTATION, PFQ_DROP_FILTER, PFQ_DROP_VLAN };

PFQ_API void pfq_do_drop(struct pfq_eval *e, pfq_u32 dropped_by)
{
    e->verdict.dropped_by = dropped_by;
    e->verdict.fanout = PFQ_FANOUT_DROP;
    e->verdict.class_mask = 0;
    e->verdict.key1 = e->verdict.key2 = 0;
    e->verdict.slice = ~(pfq_u32)0;
}

PFQ_API void pfq_do_copy(struct pfq_eval *e)
{
    e->verdict.fanout = PFQ_FANOUT_COPY;
    e->verdict.key1 = e->verdict.key2 = 0;
}

PFQ_API void pfq_do_class(struct pfq_eval *e, pfq_u64 mask)
{
    e->verdict.class_mask = mask;
    pfq_do_copy(e);
}

PFQ_API void pfq_do_steer(struct pfq_eval *e, pfq_u32 fanout, pfq_u64 key1, pfq_u64 key2)
{
    e->verdict.fanout = fanout;
    e->verdict.key1 = key1;
    e->verdict.key2 = key2;
}

PFQ_API void pfq_do_kernel(struct pfq_eval *e)
{
    e->verdict.to_kernel = 1;
}

/* mark, state, slice: an absent value changes nothing. */
PFQ_API void pfq_do_mark(struct pfq_eval *e, pfq_u64 value)
{
    if (value != PFQ_ABSENT)
        e->verdict.mark = value;
}
PFQ_API void pfq_do_state(struct pfq_eval *e, pfq_u64 value)
{
    if (value != PFQ_ABSENT)
        e->verdict.state = value;
}
PFQ_API void pfq_do_slice(struct pfq_eval *e, pfq_u64 value)
{
    if (value < e->verdict.slice)
        e->verdict.slice = value;
}

PFQ_API pfq_u64 pfq_mark(struct pfq_eval *e)
{
    return e->verdict.mark;
}
PFQ_API pfq_u64 pfq_state(struct pfq_eval *e)
{
    return e->verdict.state;
}
#endif
