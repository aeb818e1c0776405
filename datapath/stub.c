/* What stands at TC where the kernel has no tcx (before Linux 6.6): runs the program in its slot. The slot is held by
 * descriptors only, so the kernel empties it with the last process that has one, and then every packet passes. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
    __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
    __uint(max_entries, 1);
    __uint(key_size, sizeof(__u32));
    __uint(value_size, sizeof(__u32));
} pfq_slot SEC(".maps");

SEC("tc")
int pfq_stub(struct __sk_buff *packet)
{
    bpf_tail_call(packet, &pfq_slot, 0);
    return -1; /* TC_ACT_UNSPEC */
}

char _license[] SEC("license") = "Dual BSD/GPL";
