/* eBPF, as XDP and (with PFQ_BPF_TC) as TC program. For every group of its device: evaluates,
 * counts, delivers, forwards. */
#include "datapath/actions.h"
#include "datapath/deliver.h"
#include "datapath/forward.h"
#include "datapath/match.h"
#include "datapath/parse.h"
#include "datapath/tunnel.h"

typedef void pfq_program(struct pfq_eval *e);

/* Generated, constants: does the program deliver, or only evaluate? Does some group look into the frame? */
extern const pfq_u32 pfq_live;
extern const pfq_u32 pfq_parses;

/* Whether an entry that ends then is there. */
PFQ_INLINE int pfq_holds(pfq_u64 ends)
{
    if (ends == PFQ_ENTRY_NONE)
        return 0;
    return ends == PFQ_ENTRY_STAYS || ends > bpf_ktime_get_ns();
}

#define PFQ_LOOKS 4 /* for a prefix: entries that have ended may hide shorter ones that have not */

/* A global function: large, and looked at by the verifier once. */
__attribute__((noinline)) int pfq_find_prefix(pfq_u32 table, pfq_u32 ipv6, pfq_u64 high, pfq_u64 low)
{
    void *prefixes = bpf_map_lookup_elem(&pfq_prefixes, &table);
    struct {
        pfq_u32 prefixlen, family, word[4];
    } key = {PFQ_PREFIX_FIXED + 32, 4, {__builtin_bswap32(low), 0, 0, 0}};
    if (!prefixes)
        return 0;
    if (ipv6) {
        key.prefixlen = PFQ_PREFIX_FIXED + 128;
        key.family = 6;
        key.word[0] = __builtin_bswap32(high >> 32);
        key.word[1] = __builtin_bswap32(high);
        key.word[2] = __builtin_bswap32(low >> 32);
        key.word[3] = __builtin_bswap32(low);
    }
    for (int i = 0; i < PFQ_LOOKS; ++i) {
        const struct pfq_bpf_prefix_entry *entry = bpf_map_lookup_elem(prefixes, &key);
        if (!entry)
            return 0;
        if (pfq_holds(entry->ends))
            return 1;
        if (entry->prefixlen <= PFQ_PREFIX_FIXED)
            return 0;
        key.prefixlen = entry->prefixlen - 1;
    }
    return 0;
}

PFQ_INLINE int pfq_lookup(struct pfq_eval *e, pfq_u32 table, pfq_u32 kind, const struct pfq_table_key *key)
{
    (void)e;
    if (kind == PFQ_TABLE_ADDRESS)
        return pfq_find_prefix(table, key->ipv6, key->high, key->low);
    const pfq_u64 *ends = 0;
    if (kind == PFQ_TABLE_PORT) {
        void *ports = bpf_map_lookup_elem(&pfq_ports, &table);
        pfq_u32 port = key->low;
        if (ports)
            ends = bpf_map_lookup_elem(ports, &port);
    } else {
        void *flows = bpf_map_lookup_elem(&pfq_flows, &table);
        if (flows)
            ends = bpf_map_lookup_elem(flows, key);
    }
    return ends && pfq_holds(*ends);
}

/* ---- parsers */

PFQ_INLINE struct pfq_level *pfq_level_cell(pfq_u32 level)
{
    return bpf_map_lookup_elem(&pfq_levels, &level);
}

__attribute__((noinline)) int pfq_parse_any(pfq_context *context)
{
    struct pfq_bytes b = pfq_frame(context);
    struct pfq_level *level = pfq_level_cell(0);
    if (!level)
        return 0;
    level->ethernet = 0;
    pfq_parse_tags(b, pfq_load16(b, 12), 14, level);
    pfq_parse_network(b, level);
    return 0;
}

__attribute__((noinline)) int pfq_step_inside(pfq_context *context, pfq_u32 level)
{
    struct pfq_bytes b = pfq_frame(context);
    struct pfq_level *cell = pfq_level_cell(level);
    if (cell)
        pfq_step(b, cell);
    return 0;
}

/* ---- what generated code calls */

PFQ_API void pfq_parse(struct pfq_eval *e)
{
    e->level[0] = e->view->level;
}

PFQ_API void pfq_parse_inner(struct pfq_eval *e, pfq_u32 level)
{
    const struct pfq_level *outer = &e->level[level - 1];
    struct pfq_level *cell = pfq_level_cell(level);
    if (cell) {
        cell->network = outer->network;
        cell->eth_type = outer->eth_type;
        cell->protocol = outer->protocol;
        cell->l4 = outer->l4;
    }
    pfq_step_inside(e->bytes.context, level);
    pfq_take_level(level, &e->level[level]);
}

/* ---- what large programs call beside: they keep what they know in memory, of whose contents the verifier knows nothing.
 * Registers would make it follow every combination of the paths that led to them. */

PFQ_API pfq_u64 *pfq_value_block(pfq_u32 block)
{
    struct pfq_values *values = bpf_map_lookup_elem(&pfq_values, &block);
    return values ? values->word : 0;
}

PFQ_API void pfq_put_level(struct pfq_eval *e)
{
    struct pfq_level *cell = pfq_level_cell(0);
    if (cell)
        *cell = e->level[0];
}

/* The level, from memory again: nothing of it has to be kept between two uses. */
PFQ_API void pfq_get_level(struct pfq_eval *e, pfq_u32 level)
{
    asm volatile("" ::: "memory");
    pfq_take_level(level, &e->level[level]);
}

PFQ_API void pfq_do_forget(struct pfq_eval *e)
{
    struct pfq_cpu *cpu = pfq_this_cpu();
    if (!cpu)
        return;
    cpu->said = e->verdict;
    asm volatile("" ::: "memory");
    e->verdict = cpu->said;
}

PFQ_FIELD(frame_length)
{
    (void)level;
    return e->bytes.captured;
}
PFQ_FIELD(captured_length)
{
    (void)level;
    return e->bytes.captured;
}

#define PFQ_INPUT(name, value) \
    PFQ_API pfq_u64 pfq_input_##name(struct pfq_eval *e) { return value; }
#define PFQ_GIVEN(member, otherwise) (!pfq_live && e->inputs->given ? e->inputs->member : (otherwise))
PFQ_INPUT(device, PFQ_GIVEN(device, pfq_hook_ifindex(e->bytes.context)))
PFQ_INPUT(queue, PFQ_GIVEN(queue, pfq_hook_queue(e->bytes.context)))
PFQ_INPUT(sequence, PFQ_GIVEN(sequence, e->sequence))
PFQ_INPUT(time, PFQ_GIVEN(time, bpf_ktime_get_ns() + e->inputs->clock_offset))
PFQ_INPUT(device_address, e->inputs->ipv4)
PFQ_INPUT(device_address6_high, e->inputs->ipv6_high)
PFQ_INPUT(device_address6_low, e->inputs->ipv6_low)

PFQ_API void pfq_do_forward(struct pfq_eval *e, pfq_u32 device, pfq_u32 unless_from_there)
{
    if (unless_from_there) {
        pfq_u32 cell = e->group * PFQ_BPF_DEVICES + device;
        pfq_u32 *index = pfq_live ? bpf_map_lookup_elem(&pfq_targets, &device) : bpf_map_lookup_elem(&pfq_devices, &cell);
        if (index && *index == pfq_input_device(e))
            return;
    }
    e->verdict.forward |= (pfq_u64)1 << device;
}

PFQ_INLINE void pfq_add(void *map, pfq_u32 cell, pfq_u64 amount)
{
    pfq_u64 *counter = bpf_map_lookup_elem(map, &cell);
    if (counter)
        *counter += amount;
}

PFQ_API void pfq_do_count(struct pfq_eval *e, pfq_u32 counter, pfq_u64 amount)
{
    pfq_add(&pfq_group_counters, e->group * PFQ_BPF_GROUP_COUNTERS + counter, amount);
}

/* A global function: several log statements need the stack once. The verdict so far is in the CPU's cell. */
__attribute__((noinline)) int pfq_say(pfq_context *context, pfq_u32 group, pfq_u32 kind, pfq_u32 message)
{
    struct pfq_group_state *counters = bpf_map_lookup_elem(&pfq_group_state, &group);
    struct pfq_cpu *cpu = pfq_this_cpu();
    void *ring = bpf_map_lookup_elem(&pfq_events, &group);
    if (!counters || !cpu || !ring)
        return 0;
    struct pfq_bpf_event *event = bpf_ringbuf_reserve(ring, sizeof *event, 0);
    if (!event) {
        ++counters->log_lost;
        return 0;
    }
    pfq_u64 length = pfq_frame_length(context), captured = length;
    event->time = bpf_ktime_get_ns();
    event->verdict = cpu->said;
    event->kind = kind;
    event->message = message;
    event->group = group;
    event->length = length;
    event->ifindex = pfq_hook_ifindex(context);
    if (captured > PFQ_EVENT_BYTES)
        captured = PFQ_EVENT_BYTES;
    event->captured = captured;
    /* A length from 1, in a form that Linux 6.1 sees through too. */
    asm volatile("%0 += -1\n"
                 "%0 &= 0x7f\n"
                 "%0 += 1\n"
                 : "+r"(captured));
    if (pfq_load_bytes(context, 0, event->bytes, captured) != 0)
        event->captured = 0;
    bpf_ringbuf_submit(event, 0);
    return 0;
}

PFQ_API void pfq_do_log(struct pfq_eval *e, pfq_u32 kind, pfq_u32 message)
{
    struct pfq_cpu *cpu = pfq_this_cpu();
    if (!cpu)
        return;
    cpu->said = e->verdict;
    pfq_say(e->bytes.context, e->group, kind, message);
}

/* ---- one group */

/* The group's packets are numbered over all processors, for programs that ask. */
PFQ_INLINE pfq_u64 pfq_next_number(pfq_u32 group)
{
    pfq_u64 *next = bpf_map_lookup_elem(&pfq_sequences, &group);
    return next ? __sync_fetch_and_add(next, 1) : 0;
}

PFQ_INLINE void pfq_count_drop(const struct pfq_verdict *v, struct pfq_group_state *counters)
{
    if (v->dropped_by == PFQ_DROP_FILTER)
        ++counters->berkeley_filter;
    else if (v->dropped_by == PFQ_DROP_VLAN)
        ++counters->vlan_filter;
    else
        ++counters->computation;
}

/* Says what became of the packet in a program that only observes: tests look here. */
PFQ_INLINE void pfq_note(const struct pfq_eval *e, struct pfq_group_state *counters)
{
    pfq_u32 group = e->group;
    if (e->verdict.fanout == PFQ_FANOUT_DROP)
        pfq_count_drop(&e->verdict, counters);
    else
        ++counters->accepted;
    struct pfq_verdict *last = bpf_map_lookup_elem(&pfq_verdicts, &group);
    if (last)
        *last = e->verdict;
}

PFQ_INLINE void pfq_settle(struct pfq_eval *e, struct pfq_group_state *counters, struct pfq_cpu *cpu)
{
    const struct pfq_verdict *v = &e->verdict;
    if (pfq_orders)
        cpu->mark = v->mark;
    if (v->forward && !pfq_forward(cpu, counters, v->forward))
        return;
    if (v->to_kernel) {
        ++counters->to_kernel;
        cpu->to_kernel = 1;
    }
    if (v->fanout != PFQ_FANOUT_DROP) {
        cpu->class_mask = v->class_mask;
        cpu->key1 = v->key1;
        cpu->key2 = v->key2;
        cpu->limit = v->slice;
        pfq_pick(e->bytes.context, cpu, counters, e->group, v->fanout);
    } else if (v->to_kernel || v->forward)
        ++counters->diverted;
    else
        pfq_count_drop(v, counters);
}

#define PFQ_ANY_QUEUE (~(pfq_u64)0)

/* Is the packet's queue one of the mask? */
PFQ_INLINE int pfq_of_queues(pfq_context *context, pfq_u64 queues)
{
    if (queues == PFQ_ANY_QUEUE)
        return 1;
    pfq_u64 queue = pfq_hook_queue(context);
    return queue < 64 && (queues >> queue & 1);
}

/* Evaluates one group; `program` is inlined. */
PFQ_API void pfq_run_group(const struct pfq_packet_view *view, pfq_u32 group, pfq_u32 wants_number, pfq_u64 queues,
                           pfq_program *program)
{
    if (!pfq_of_queues(view->bytes.context, queues))
        return;
    struct pfq_eval e;
    struct pfq_group_state *counters = bpf_map_lookup_elem(&pfq_group_state, &group);
    if (!counters)
        return;
    ++counters->received;
    e.bytes = view->bytes;
    e.view = view;
    e.inputs = view->inputs;
    e.group = group;
    e.sequence = wants_number ? pfq_next_number(group) : 0;
    pfq_begin(&e.verdict, !pfq_live && e.inputs->given ? e.inputs->mark : view->cpu->mark);
    program(&e);
    if (pfq_live)
        pfq_settle(&e, counters, view->cpu);
    else
        pfq_note(&e, counters);
}

/* ---- entry points; pfq_groups is generated: it calls pfq_run_group for each group of the request, */

void pfq_groups(pfq_context *context, const struct pfq_packet_view *view);

/* or one copy of this function for each, with its own pfq_group_body: then groups are verified one by one. */
void pfq_group_body(const struct pfq_packet_view *view);

/* Generated, constant: is there such a copy for each group? */
extern const pfq_u32 pfq_separate;

PFQ_INLINE int pfq_look(pfq_context *context, struct pfq_packet_view *view)
{
    pfq_u32 zero = 0;
    view->cpu = pfq_this_cpu();
    view->inputs = bpf_map_lookup_elem(&pfq_inputs, &zero);
    view->bytes = pfq_frame(context);
    return view->cpu && view->inputs;
}

__attribute__((noinline)) int pfq_group(pfq_context *context)
{
    struct pfq_packet_view view;
    if (!pfq_look(context, &view))
        return 0;
    if (pfq_parses)
        pfq_parse_frame(view.bytes, 1, 0, 0, &view.level);
    pfq_group_body(&view);
    return 0;
}

/* The same for the parts of a large program, which compute some of its nodes each: they share what is in memory. */
void pfq_part_body(pfq_context *context);

__attribute__((noinline)) int pfq_part(pfq_context *context)
{
    pfq_part_body(context);
    return 0;
}

PFQ_API void pfq_run_part(pfq_context *context, pfq_u32 group, pfq_program *program)
{
    struct pfq_eval e;
    pfq_u32 zero = 0;
    e.inputs = bpf_map_lookup_elem(&pfq_inputs, &zero);
    if (!e.inputs)
        return;
    e.bytes = pfq_frame(context);
    e.view = 0; /* what is in it came here through memory */
    e.group = group;
    e.sequence = 0;
    program(&e);
}

PFQ_API pfq_context *pfq_context_of(struct pfq_eval *e)
{
    return e->bytes.context;
}

PFQ_INLINE int pfq_run(pfq_context *context)
{
    struct pfq_packet_view view;
    if (!pfq_look(context, &view))
        return PFQ_PASS;
    pfq_arrive(&view);
    if (pfq_parses && !pfq_separate)
        pfq_parse_frame(view.bytes, 1, 0, 0, &view.level);
    pfq_groups(context, &view);
    return pfq_live ? pfq_leave(&view) : PFQ_PASS;
}

#ifdef PFQ_BPF_TC
SEC("tc")
#else
SEC("xdp")
#endif
int pfq_entry(pfq_context *context)
{
    return pfq_run(context);
}

char _license[] SEC("license") = "Dual BSD/GPL";
