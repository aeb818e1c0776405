/* An XDP program that is not ours. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("xdp")
int foreign_program(struct xdp_md* context) {
    (void)context;
    return XDP_PASS;
}

char _license[] SEC("license") = "Dual BSD/GPL";
