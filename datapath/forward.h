/* What happens to a packet beside its delivery: copies to devices, the host. eBPF only. */
#ifndef PFQ_DATAPATH_FORWARD_H
#define PFQ_DATAPATH_FORWARD_H
#include "datapath/hook_bpf.h"
#include "datapath/send_bpf.h"

#ifdef PFQ_BPF_TC
enum { PFQ_PASS = -1, PFQ_WITHHOLD = 2 }; /* TCX_NEXT or TC_ACT_UNSPEC; TC_ACT_SHOT */
#else
enum { PFQ_PASS = XDP_PASS, PFQ_WITHHOLD = XDP_DROP };
#endif

/* Generated, constant: does any group forward or mark? */
extern const pfq_u32 pfq_orders;

PFQ_INLINE void pfq_arrive(struct pfq_packet_view *view)
{
    pfq_u32 zero = 0;
    struct pfq_device_state *device = bpf_map_lookup_elem(&pfq_device_state, &zero);
    struct pfq_cpu *cpu = view->cpu;
    ++cpu->packet;
    cpu->targets = 0;
    cpu->mark = pfq_hook_mark(view->bytes.context);
    cpu->to_kernel = 0;
    if (device) {
        ++device->received;
        device->received_bytes += pfq_frame_length(view->bytes.context);
    }
}

PFQ_INLINE void pfq_count_targets(pfq_u64 asked, pfq_u64 before, struct pfq_group_state *counters)
{
    for (pfq_u32 i = 0; i < PFQ_FORWARD_LIMIT && asked; ++i) {
        pfq_u32 number = pfq_lowest(asked);
        asked &= asked - 1;
        struct pfq_target_state *target = bpf_map_lookup_elem(&pfq_target_state, &number);
        ++counters->forwarded;
        if (!target)
            continue;
        ++target->asked;
        if (before >> number & 1)
            ++target->duplicate_target;
    }
}

/* Adds the targets of a group's verdict to those of the packet. False, and nothing is added, when they become too many. */
__attribute__((noinline)) int pfq_forward(struct pfq_cpu *cpu, struct pfq_group_state *counters, pfq_u64 asked)
{
    if (!counters || !cpu)
        return 0;
    if (pfq_count_bits(cpu->targets | asked) > PFQ_FORWARD_LIMIT) {
        ++counters->too_many_targets;
        return 0;
    }
    pfq_count_targets(asked, cpu->targets, counters);
    cpu->targets |= asked;
    return 1;
}

#ifdef PFQ_BPF_TC
/* What becomes of the packet when all groups have seen it. */
PFQ_INLINE int pfq_leave(const struct pfq_packet_view *view)
{
    pfq_context *context = view->bytes.context;
    struct pfq_cpu *cpu = view->cpu;
    int withhold = view->inputs->flags & PFQ_DEVICE_OWN && !cpu->to_kernel;
    if (pfq_orders && cpu->mark != pfq_hook_mark(context))
        context->mark = cpu->mark;
    if (pfq_orders && cpu->targets)
        pfq_send_copies(context, cpu->targets);
    return withhold ? PFQ_WITHHOLD : PFQ_PASS;
}
#else
PFQ_INLINE int pfq_write_order(pfq_context *context, pfq_u64 mark, pfq_u64 targets, pfq_u64 withhold)
{
    pfq_u64 p, end, done;
    if (bpf_xdp_adjust_meta(context, -(int)sizeof(struct pfq_order)) != 0)
        return 0;
    asm volatile("%[k] = 0\n"
                 "%[p] = *(u32 *)(%[c] + 8)\n"
                 "%[e] = *(u32 *)(%[c] + " PFQ_DATA ")\n"
                 "%[k] = %[p]\n"
                 "%[k] += 24\n"
                 "if %[k] > %[e] goto +8\n"
                 "*(u64 *)(%[p] + 0) = %[targets]\n"
                 "*(u32 *)(%[p] + 8) = %[mark]\n"
                 "*(u32 *)(%[p] + 12) = %[withhold]\n"
                 "%[e] = %[magic] ll\n"
                 "*(u64 *)(%[p] + 16) = %[e]\n"
                 "%[k] = 1\n"
                 "goto +1\n"
                 "%[k] = 0\n"
                 : [k] "=&r"(done), [p] "=&r"(p), [e] "=&r"(end)
                 : [c] "r"(context), [targets] "r"(targets), [mark] "r"(mark), [withhold] "r"(withhold),
                   [magic] "i"(PFQ_ORDER_MAGIC)
                 : "memory");
    return done;
}

/* The driver gives no room for metadata: the copies are not made, and count as failed. */
__attribute__((noinline)) int pfq_give_up_copies(pfq_u64 targets)
{
    for (pfq_u32 i = 0; i < PFQ_FORWARD_LIMIT && targets; ++i) {
        pfq_u32 number = pfq_lowest(targets);
        targets &= targets - 1;
        struct pfq_target_state *state = bpf_map_lookup_elem(&pfq_target_state, &number);
        if (!state)
            continue;
        ++state->handed_over;
        ++state->failed;
    }
    return 0;
}

PFQ_INLINE int pfq_leave(const struct pfq_packet_view *view)
{
    pfq_context *context = view->bytes.context;
    struct pfq_cpu *cpu = view->cpu;
    int withhold = view->inputs->flags & PFQ_DEVICE_OWN && !cpu->to_kernel;
    pfq_u64 targets = cpu->targets;
    if (!pfq_orders || (!targets && (withhold || !cpu->mark)))
        return withhold ? PFQ_WITHHOLD : PFQ_PASS;
    if (pfq_write_order(context, cpu->mark, targets, withhold))
        return PFQ_PASS;
    pfq_give_up_copies(targets);
    return withhold ? PFQ_WITHHOLD : PFQ_PASS;
}
#endif
#endif
