/* From a verdict to records in rings: the counters of the packet law, steering, queues. eBPF only. */
#ifndef PFQ_DATAPATH_DELIVER_H
#define PFQ_DATAPATH_DELIVER_H
#include "datapath/actions.h"
#include "datapath/copy_bpf.h"
#include "datapath/hook_bpf.h"

/* Global functions: the verifier looks at each by itself, once. */
__attribute__((noinline)) int pfq_offer(pfq_context* context, struct pfq_cpu* cpu, struct pfq_group_state* counters,
                                        pfq_u64 where, pfq_u32 hash);
__attribute__((noinline)) int pfq_take_turn(pfq_u32 number, pfq_u32 key);
__attribute__((noinline)) int pfq_pick(pfq_context* context, struct pfq_cpu* cpu, struct pfq_group_state* counters,
                                       pfq_u32 group, pfq_u32 fanout);

PFQ_INLINE struct pfq_cpu* pfq_this_cpu(void) {
    pfq_u32 zero = 0;
    return bpf_map_lookup_elem(&pfq_cpu, &zero);
}

/* The clocks are read at most once per packet: a reading costs more than a queue. */
PFQ_INLINE pfq_u64 pfq_time_of(struct pfq_cpu* cpu, pfq_u8 policy) {
    if (policy == PFQ_TIME_NONE)
        return 0;
    if (cpu->timed != cpu->packet) {
        cpu->timed = cpu->packet;
        cpu->time = cpu->coarse_time = 0;
    }
    if (policy == PFQ_TIME_PRECISE) {
        if (cpu->time == 0)
            cpu->time = bpf_ktime_get_ns();
        return cpu->time;
    }
    if (cpu->coarse_time == 0)
        cpu->coarse_time = bpf_ktime_get_coarse_ns();
    return cpu->coarse_time;
}

/* Generated, constant: bit i: some socket has rings of class i. Code and maps of the others vanish. */
extern const pfq_u32 pfq_ring_classes;

struct pfq_place {
    struct pfq_ring_control* control;
    pfq_u8* record;
    pfq_u64 size;
};

/* The mask is written behind a barrier, so that it stays next to the addition and the verifier sees it. */
#define PFQ_FIND_RING(class_)                                                                                          \
    case class_: {                                                                                                     \
        if (!(pfq_ring_classes & 1u << class_))                                                                        \
            return 0;                                                                                                  \
        void* ring = bpf_map_lookup_elem(&pfq_rings_##class_, &cell);                                                  \
        if (!ring)                                                                                                     \
            return 0;                                                                                                  \
        pfq_u8* bytes = bpf_map_lookup_elem(ring, &zero);                                                              \
        if (!bytes)                                                                                                    \
            return 0;                                                                                                  \
        pfq_u64 at = produced;                                                                                         \
        pfq_opaque(at);                                                                                                \
        at &= PFQ_RING_SIZE(class_) - PFQ_RING_ALIGN;                                                                  \
        place->control = (struct pfq_ring_control*)bytes;                                                              \
        place->record = bytes + PFQ_RING_DATA + at;                                                                    \
        place->size = PFQ_RING_SIZE(class_);                                                                           \
        return 1;                                                                                                      \
    }

PFQ_INLINE int pfq_find_ring(const struct pfq_ring_state* state, pfq_u64 produced, struct pfq_place* place) {
    pfq_u32 zero = 0, cell = state->cell;
    switch (state->ring_class) {
        PFQ_FIND_RING(0)
        PFQ_FIND_RING(1)
        PFQ_FIND_RING(2)
        PFQ_FIND_RING(3)
        PFQ_FIND_RING(4)
    }
    return 0;
}

PFQ_INLINE void pfq_ring_the_bell(pfq_u32 socket) {
    void* bell = bpf_map_lookup_elem(&pfq_bells, &socket);
    pfq_u64 nothing = 0;
    if (bell)
        bpf_ringbuf_output(bell, &nothing, sizeof nothing, BPF_RB_FORCE_WAKEUP);
}

PFQ_INLINE void pfq_write_header(pfq_context* context, struct pfq_record* record, const struct pfq_cpu* cpu,
                                 pfq_u64 time, pfq_u32 length, pfq_u32 captured, pfq_u32 group, pfq_u32 hash) {
    pfq_u64 flags = pfq_hook_flags(context) | (captured < length ? PFQ_RECORD_TRUNCATED : 0);
#ifdef PFQ_BPF_TC /* packets that leave do not pass XDP */
    pfq_u32 zero = 0;
    const struct pfq_bpf_inputs* inputs = bpf_map_lookup_elem(&pfq_inputs, &zero);
    if (inputs && inputs->flags & PFQ_DEVICE_OUT)
        flags |= PFQ_RECORD_OUT;
#endif
    pfq_u64* words = (pfq_u64*)record; /* whole words: stores are what a small packet costs */
    words[0] = time;
    words[1] = length | (pfq_u64)captured << 32 | flags << 48;
    words[2] = (pfq_u32)pfq_hook_ifindex(context) | (pfq_u64)cpu->mark << 32;
    words[3] = pfq_hook_tci(context) | (pfq_u64)(pfq_u16)pfq_hook_queue(context) << 16 | (pfq_u64)(pfq_u16)group << 32 |
               (pfq_u64)hash << 48;
}

/* The same value, of which the verifier knows nothing any more: the ways that lead here are one from now on. `unknown`
 * is any word that it knows nothing of. (Through memory it would take as long as a lookup.) */
PFQ_INLINE pfq_u32 pfq_disguise(pfq_u32 value, pfq_u64 unknown) {
    pfq_u64 word = value;
    asm volatile("%0 ^= %1\n"
                 "%0 ^= %1\n"
                 : "+r"(word)
                 : "r"(unknown));
    return word;
}

PFQ_INLINE pfq_u32 pfq_least(pfq_u32 a, pfq_u32 b) {
    return a < b ? a : b;
}

/* Of which socket, by whose verdict: one argument. */
#define PFQ_WHERE(socket, group) ((socket) | (pfq_u64)(group) << 32)

/* There is one copy of it: code that is not there needs no time to compile, to verify and to load, and a call costs as
 * much as a lookup. */
int pfq_offer(pfq_context* context, struct pfq_cpu* cpu, struct pfq_group_state* counters, pfq_u64 where,
              pfq_u32 hash) {
    /* Used whatever else vanishes (nobody has rings): callers leave registers unset of arguments that are not. */
    asm volatile("" : : "r"(context), "r"(where), "r"(hash));
    pfq_u32 socket = where, group = where >> 32;
    if (!counters || !cpu)
        return 0;
    struct pfq_ring_state* ring = bpf_map_lookup_elem(&pfq_ring_state, &socket);
    if (!ring)
        return 0;
    if (ring->packet == cpu->packet) {
        ++counters->duplicate;
        return 0;
    }
    ring->packet = cpu->packet;
    ++counters->offered;
    ++ring->offered;
    pfq_u32 length = pfq_frame_length(context);
    pfq_u32 limit = pfq_without_tag(context, pfq_least(cpu->limit, ring->snaplen));
    pfq_u32 captured = pfq_disguise(pfq_least(pfq_least(length, limit), PFQ_RECORD_LIMIT), cpu->packet);
    struct pfq_place place;
    if (!pfq_find_ring(ring, ring->produced, &place)) {
        ++ring->no_ring;
        return 0;
    }
    pfq_u32 space = pfq_record_space(captured);
    if (!pfq_ring_admit(ring, place.control, place.size, space))
        return 0;
    /* The clock first: reading it calls a helper. From here to the publication nothing runs that could run a program.
     */
    pfq_u64 time = pfq_time_of(cpu, ring->time);
    pfq_write_header(context, (struct pfq_record*)place.record, cpu, time, length, captured, group, hash);
    if (!pfq_copy_frame(context, (struct pfq_room*)(place.record + sizeof(struct pfq_record)), captured)) {
        ++ring->unreadable;
        return 0;
    }
    if (pfq_ring_publish(ring, place.control, space))
        pfq_ring_the_bell(socket);
    return 0;
}

/* What one turn of the loop over the sockets of a copy needs. */
struct pfq_copies {
    pfq_context* context;
    const struct pfq_steering* steering;
    pfq_u32 group;
};

static int pfq_offer_copy(pfq_u32 i, struct pfq_copies* copies) {
    pfq_u32 group = copies->group;
    struct pfq_group_state* counters = bpf_map_lookup_elem(&pfq_group_state, &group);
    struct pfq_cpu* cpu = pfq_this_cpu();
    if (!counters || !cpu)
        return 1;
    ++counters->picked;
    pfq_offer(copies->context, cpu, counters, PFQ_WHERE(copies->steering->socket[i & (PFQ_BPF_ELIGIBLE - 1)], group),
              0);
    return 0;
}

/* The key-th of the sockets, each taken as many times as it weighs. What the verifier would learn of the bounds goes
 * through memory, so that it sees one search, not all. */
int pfq_take_turn(pfq_u32 number, pfq_u32 key) {
    const struct pfq_steering* steering = bpf_map_lookup_elem(&pfq_steering, &number);
    struct pfq_cpu* cpu = pfq_this_cpu();
    if (!steering || !cpu || steering->weight == 0)
        return 0;
    pfq_u32 turn = key % steering->weight;
    volatile pfq_u64* first = &cpu->scratch;
    *first = 0;
    for (pfq_u32 half = PFQ_BPF_ELIGIBLE / 2; half; half /= 2) {
        pfq_u64 before = (*first + half - 1) & (PFQ_BPF_ELIGIBLE - 1);
        if (before + 1 <= steering->count && turn >= steering->weight_end[before])
            *first += half;
    }
    return steering->socket[*first & (PFQ_BPF_ELIGIBLE - 1)];
}

PFQ_INLINE pfq_u32 pfq_steer(const struct pfq_steering* steering, pfq_u32 key) {
    pfq_opaque(key);
    key &= PFQ_STEERING_ENTRIES - 1;
    return steering->entry[key];
}

/* The mask is written behind a barrier: the optimiser knows that it changes nothing and would drop it, and Linux 6.1
 * does not connect the test with the index. */
PFQ_INLINE int pfq_is_member(const struct pfq_steering* steering, pfq_u32 socket) {
    pfq_u32 word = socket / 64;
    if (socket >= PFQ_BPF_SOCKETS)
        return 0;
    pfq_opaque(word);
    word &= PFQ_BPF_SOCKETS / 64 - 1;
    return steering->members[word] >> (socket % 64) & 1;
}

/* The number of the steering that serves the class mask; there is no cell with the number ~0. */
PFQ_INLINE pfq_u32 pfq_steering_of(pfq_u32 group, pfq_u64 mask) {
    const struct pfq_group_config* config = bpf_map_lookup_elem(&pfq_group_config, &group);
    if (!config)
        return ~(pfq_u32)0;
    for (pfq_u32 i = 0; i < PFQ_BPF_CLASS_MASKS; ++i)
        if (config->masks[i] == mask)
            return config->steering[i];
    return ~(pfq_u32)0;
}

/* Delivers to the sockets of a verdict; what is not an argument is in the CPU's cell. */
int pfq_pick(pfq_context* context, struct pfq_cpu* cpu, struct pfq_group_state* counters, pfq_u32 group,
             pfq_u32 fanout) {
    if (!counters || !cpu)
        return 0;
    pfq_u32 key = cpu->key1;
    pfq_u32 number = pfq_steering_of(group, cpu->class_mask);
    const struct pfq_steering* steering = bpf_map_lookup_elem(&pfq_steering, &number);
    if (!steering || steering->count == 0 || (fanout == PFQ_FANOUT_TO_SOCKET && !pfq_is_member(steering, key))) {
        ++counters->no_eligible_socket;
        return 0;
    }
    ++counters->accepted;
    pfq_u32 first = key;
    if (fanout == PFQ_FANOUT_COPY) {
        if (steering->count > 1) {
            struct pfq_copies copies = {context, steering, group};
            bpf_loop(steering->count, pfq_offer_copy, &copies, 0);
            return 0;
        }
        first = steering->socket[0];
    } else if (fanout == PFQ_FANOUT_ROUND_ROBIN) {
        first = pfq_take_turn(number, key);
    } else if (fanout != PFQ_FANOUT_TO_SOCKET) {
        first = pfq_steer(steering, key);
    }
    first = pfq_disguise(first, cpu->packet);
    ++counters->picked;
    if (fanout == PFQ_FANOUT_DOUBLE_STEER) {
        pfq_u32 key2 = cpu->key2, second = pfq_steer(steering, key2);
        if (second != first) {
            ++counters->picked;
            pfq_offer(context, cpu, counters, PFQ_WHERE(first, group), key);
            pfq_offer(context, cpu, counters, PFQ_WHERE(second, group), key2);
            return 0;
        }
    }
    return pfq_offer(context, cpu, counters, PFQ_WHERE(first, group), key);
}
#endif
