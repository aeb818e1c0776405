/* What live traffic is compared with, each as one would write it: counting and dropping, a ring buffer, AF_XDP. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

const volatile __u32 frame_size = 64; /* of all frames of the run */

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u64);
} counts SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 64 << 20);
} ring SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_XSKMAP);
    __uint(max_entries, 64);
    __type(key, __u32);
    __type(value, __u32);
} sockets SEC(".maps");

SEC("xdp")
int count_drop(struct xdp_md* context) {
    (void)context;
    __u32 zero = 0;
    __u64* count = bpf_map_lookup_elem(&counts, &zero);
    if (count)
        ++*count;
    return XDP_DROP;
}

/* Small frames by loads and stores, which is faster than the helper. The reader polls, so it need not be woken. */
SEC("xdp")
int to_ring(struct xdp_md* context) {
    void *data = (void*)(long)context->data, *end = (void*)(long)context->data_end;
    if (data + frame_size > end)
        return XDP_DROP;
    void* room = bpf_ringbuf_reserve(&ring, frame_size, 0);
    if (!room)
        return XDP_DROP;
    if (frame_size == 64) {
#pragma unroll
        for (int i = 0; i < 8; ++i)
            ((__u64*)room)[i] = ((__u64*)data)[i];
    } else {
        bpf_xdp_load_bytes(context, 0, room, frame_size);
    }
    bpf_ringbuf_submit(room, BPF_RB_NO_WAKEUP);
    return XDP_DROP;
}

SEC("xdp")
int to_socket(struct xdp_md* context) {
    return bpf_redirect_map(&sockets, context->rx_queue_index, XDP_DROP);
}

char _license[] SEC("license") = "Dual BSD/GPL";
