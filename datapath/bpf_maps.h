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

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, PFQ_BPF_GROUPS * PFQ_OUTCOMES);
    __type(key, pfq_u32);
    __type(value, pfq_u64);
} pfq_counters PFQ_MAP;

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

/* Scratch memory of the parsers, by level. Nothing runs on the same CPU between filling and reading it. */
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, PFQ_LEVELS);
    __type(key, pfq_u32);
    __type(value, struct pfq_level);
} pfq_levels PFQ_MAP;

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 256 * 1024);
} pfq_events PFQ_MAP;

struct {
    __uint(type, BPF_MAP_TYPE_LPM_TRIE);
    __uint(max_entries, 65536);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct pfq_bpf_prefix);
    __type(value, pfq_u32);
} pfq_prefixes PFQ_MAP;

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 65536);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct pfq_bpf_port);
    __type(value, pfq_u32);
} pfq_ports PFQ_MAP;

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 65536);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct pfq_bpf_flow);
    __type(value, pfq_u32);
} pfq_flows PFQ_MAP;
#endif
