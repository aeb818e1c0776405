/* Native code: inputs and effects go through struct pfq_packet and struct pfq_env, so the object needs
 * nothing of its loader but the functions of cold.h.
 * A generated entry point is one of the loops below with the generated program as its last argument, inlined. */
#include "datapath/actions.h"
#include "datapath/match.h"

typedef void pfq_program(struct pfq_eval *e);

#define PFQ_PREFETCH 8 /* packets ahead; their first line is what a program reads */

PFQ_INLINE int pfq_lookup(struct pfq_eval *e, pfq_u32 table, pfq_u32 kind, const struct pfq_table_key *key)
{
    (void)kind;
    struct pfq_table_key copy = *key;
    return e->env->lookup && e->env->lookup(e->env->tables, table, &copy);
}

/* ---- what generated code calls */

PFQ_API void pfq_parse(struct pfq_eval *e)
{
    const struct pfq_packet *p = e->packet;
    pfq_parse_frame(e->bytes, p->flags & PFQ_PACKET_ETHERNET, p->ethertype, p->l3_offset, &e->level[0]);
}

/* Level `level` from the one outside it. */
PFQ_API void pfq_parse_inner(struct pfq_eval *e, pfq_u32 level)
{
    struct pfq_level copy = e->level[level - 1];
    pfq_step_inside(e->bytes, &copy);
    e->level[level] = copy;
}

PFQ_FIELD(frame_length)
{
    (void)level;
    return e->packet->length;
}
PFQ_FIELD(captured_length)
{
    (void)level;
    return e->bytes.captured;
}

#define PFQ_INPUT(name, value) \
    PFQ_API pfq_u64 pfq_input_##name(struct pfq_eval *e) { return value; }
#define PFQ_OF_DEVICE(member) (e->env->addresses ? e->env->addresses[e->packet->device].member : PFQ_ABSENT)
PFQ_INPUT(device, e->packet->device)
PFQ_INPUT(queue, e->packet->queue)
PFQ_INPUT(sequence, e->packet->sequence)
PFQ_INPUT(time, e->packet->time)
PFQ_INPUT(device_address, PFQ_OF_DEVICE(ipv4))
PFQ_INPUT(device_address6_high, PFQ_OF_DEVICE(ipv6_high))
PFQ_INPUT(device_address6_low, PFQ_OF_DEVICE(ipv6_low))

PFQ_API void pfq_do_forward(struct pfq_eval *e, pfq_u32 device, pfq_u32 unless_from_there)
{
    if (!unless_from_there || e->env->devices[device] != e->packet->device)
        e->verdict.forward |= (pfq_u64)1 << device;
}

PFQ_API void pfq_do_count(struct pfq_eval *e, pfq_u32 counter, pfq_u64 amount)
{
    if (e->env->counters)
        e->env->counters[counter] += amount;
}

PFQ_API void pfq_do_log(struct pfq_eval *e, pfq_u32 kind, pfq_u32 message)
{
    struct pfq_verdict copy = e->verdict;
    if (e->env->log)
        e->env->log(e->env->logger, kind, message, e->packet, &copy);
}

/* ---- the loops */

PFQ_INLINE void pfq_prepare(struct pfq_eval *e, const struct pfq_packet *packet, const struct pfq_env *env)
{
    e->bytes.data = packet->data;
    e->bytes.captured = packet->captured;
    e->packet = packet;
    e->env = env;
    pfq_begin(&e->verdict, packet->mark);
}

PFQ_API void pfq_batch_loop(const struct pfq_packet *packets, pfq_u64 count, struct pfq_verdict *verdicts,
                            const struct pfq_env *env, pfq_program *program)
{
    for (pfq_u64 i = 0; i < count; i++) {
        struct pfq_eval e;
        if (pfq_likely(i + PFQ_PREFETCH < count))
            __builtin_prefetch(packets[i + PFQ_PREFETCH].data);
        pfq_prepare(&e, packets + i, env);
        program(&e);
        verdicts[i] = e.verdict;
    }
}

PFQ_API void pfq_filter_loop(const struct pfq_packet *packets, pfq_u64 count, pfq_u64 *accepted,
                             const struct pfq_env *env, pfq_program *program)
{
    for (pfq_u64 base = 0; base < count; base += 64) {
        pfq_u64 bits = 0, end = count - base < 64 ? count : base + 64;
        for (pfq_u64 i = base; i < end; i++) {
            struct pfq_eval e;
            if (pfq_likely(i + PFQ_PREFETCH < count))
                __builtin_prefetch(packets[i + PFQ_PREFETCH].data);
            pfq_prepare(&e, packets + i, env);
            program(&e);
            bits |= (pfq_u64)(e.verdict.fanout != PFQ_FANOUT_DROP) << (i - base);
        }
        accepted[base / 64] = bits;
    }
}
