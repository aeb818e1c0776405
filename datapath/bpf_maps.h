/* The maps of an eBPF program; contents in bpf_abi.h. */
#ifndef PFQ_DATAPATH_BPF_MAPS_H
#define PFQ_DATAPATH_BPF_MAPS_H
#include "datapath/access_bpf.h"
#include "datapath/bpf_abi.h"
#include "datapath/eval.h"

/* libbpf's SEC(".maps") is `used`, which would keep (and create) maps that a program does not touch. */
#define PFQ_MAP __attribute__((section(".maps")))

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, pfq_u32);
    __type(value, struct pfq_bpf_inputs);
} pfq_inputs PFQ_MAP;

#define PFQ_ARRAY(kind, name, count, type_) \
    struct { \
        __uint(type, kind); \
        __uint(max_entries, count); \
        __type(key, pfq_u32); \
        __type(value, type_); \
    } name PFQ_MAP

PFQ_ARRAY(BPF_MAP_TYPE_PERCPU_ARRAY, pfq_group_state, PFQ_BPF_GROUPS, struct pfq_group_state);
PFQ_ARRAY(BPF_MAP_TYPE_PERCPU_ARRAY, pfq_device_state, 1, struct pfq_device_state);
PFQ_ARRAY(BPF_MAP_TYPE_ARRAY, pfq_sequences, PFQ_BPF_GROUPS, pfq_u64);

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, PFQ_BPF_GROUPS * PFQ_BPF_GROUP_COUNTERS);
    __type(key, pfq_u32);
    __type(value, pfq_u64);
} pfq_group_counters PFQ_MAP;

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, PFQ_BPF_GROUPS);
    __type(key, pfq_u32);
    __type(value, struct pfq_verdict);
} pfq_verdicts PFQ_MAP;

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, PFQ_BPF_GROUPS * PFQ_BPF_DEVICES);
    __type(key, pfq_u32);
    __type(value, pfq_u32);
} pfq_devices PFQ_MAP;

PFQ_ARRAY(BPF_MAP_TYPE_PERCPU_ARRAY, pfq_cpu, 1, struct pfq_cpu);
PFQ_ARRAY(BPF_MAP_TYPE_PERCPU_ARRAY, pfq_values, PFQ_BPF_VALUE_BLOCKS, struct pfq_values);
PFQ_ARRAY(BPF_MAP_TYPE_ARRAY, pfq_group_config, PFQ_BPF_GROUPS, struct pfq_group_config);
PFQ_ARRAY(BPF_MAP_TYPE_ARRAY, pfq_steering, 2 * PFQ_BPF_STEERINGS, struct pfq_steering);
PFQ_ARRAY(BPF_MAP_TYPE_PERCPU_ARRAY, pfq_ring_state, PFQ_BPF_SOCKETS, struct pfq_ring_state);

/* Rings, a map of maps for each class of sizes. Whoever loads the program sets the number of cells: sockets times
 * processors. */
#define PFQ_RING_ARRAY(class_) \
    struct pfq_ring_##class_ { \
        __uint(type, BPF_MAP_TYPE_ARRAY); \
        __uint(max_entries, 1); \
        __uint(map_flags, BPF_F_MMAPABLE); \
        __uint(key_size, sizeof(pfq_u32)); \
        __uint(value_size, PFQ_RING_BYTES(class_)); \
    }; \
    struct { \
        __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); \
        __uint(max_entries, PFQ_BPF_SOCKETS); \
        __uint(key_size, sizeof(pfq_u32)); \
        __array(values, struct pfq_ring_##class_); \
    } pfq_rings_##class_ PFQ_MAP
PFQ_RING_ARRAY(0);
PFQ_RING_ARRAY(1);
PFQ_RING_ARRAY(2);
PFQ_RING_ARRAY(3);
PFQ_RING_ARRAY(4);

/* Maps of maps: the inner ones are models, of which the number of entries is free. They have sizes instead of types: the
 * description of a type is left out where only a model names it. */
#define PFQ_MAPS(name, count, model) \
    struct { \
        __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); \
        __uint(max_entries, count); \
        __uint(key_size, sizeof(pfq_u32)); \
        __array(values, model); \
    } name PFQ_MAP

struct pfq_bell {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, PFQ_BELL_BYTES);
};
PFQ_MAPS(pfq_bells, PFQ_BPF_SOCKETS, struct pfq_bell);

PFQ_ARRAY(BPF_MAP_TYPE_ARRAY, pfq_targets, PFQ_BPF_TARGETS, pfq_u32);
PFQ_ARRAY(BPF_MAP_TYPE_PERCPU_ARRAY, pfq_target_state, PFQ_BPF_TARGETS, struct pfq_target_state);

/* Scratch memory of the parsers, by level. Nothing runs on the same CPU between filling and reading it. */
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, PFQ_LEVELS);
    __type(key, pfq_u32);
    __type(value, struct pfq_level);
} pfq_levels PFQ_MAP;

struct pfq_event_ring {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
};
PFQ_MAPS(pfq_events, PFQ_BPF_GROUPS, struct pfq_event_ring);

struct pfq_prefix_table {
    __uint(type, BPF_MAP_TYPE_LPM_TRIE);
    __uint(max_entries, 1);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __uint(key_size, sizeof(struct pfq_bpf_prefix));
    __uint(value_size, sizeof(struct pfq_bpf_prefix_entry));
};
PFQ_MAPS(pfq_prefixes, PFQ_BPF_TABLES, struct pfq_prefix_table);

struct pfq_port_table {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, PFQ_BPF_PORTS);
    __uint(key_size, sizeof(pfq_u32));
    __uint(value_size, sizeof(pfq_u64));
};
PFQ_MAPS(pfq_ports, PFQ_BPF_TABLES, struct pfq_port_table);

struct pfq_flow_table {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 1);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __uint(key_size, sizeof(struct pfq_table_key));
    __uint(value_size, sizeof(pfq_u64));
};
PFQ_MAPS(pfq_flows, PFQ_BPF_TABLES, struct pfq_flow_table);
#endif
