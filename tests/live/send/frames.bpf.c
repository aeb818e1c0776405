/* Two programs of the sender of live frames: one makes the frames, the other counts what the device took. */
#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "tests/live/send/headers.h"

const volatile struct send_settings settings = {0}; /* alone in .rodata */
struct send_state state = {0};                      /* alone in .bss */

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct send_headers);
} headers SEC(".maps");

static long wait_for_a_moment(__u32 i, void* unused) {
    (void)i;
    (void)unused;
    return bpf_ktime_get_ns() >= state.due;
}

static void wait_for_its_time(void) {
    if (state.due == 0)
        state.due = bpf_ktime_get_ns();
    bpf_loop(1 << 23, wait_for_a_moment, 0, 0);
    state.due += settings.interval;
}

static __always_inline void copy(__u8* to, const struct send_headers* from, int words) {
#pragma unroll
    for (int i = 0; i < words; ++i)
        ((__u32*)to)[i] = from->words[i];
}

/* Pages come back with what an earlier frame left in them, so everything that differs between flows is written each
 * time. */
SEC("xdp")
int make_frame(struct xdp_md* context) {
    __u8 *data = (__u8*)(long)context->data, *end = (__u8*)(long)context->data_end;
    __u32 cell = state.flow;
    const struct send_headers* from = bpf_map_lookup_elem(&headers, &cell);
    if (!from)
        return XDP_ABORTED;
    if (settings.interval)
        wait_for_its_time();
    if (data + 4 * SEND_WORDS <= end)
        copy(data, from, SEND_WORDS);
    else if (data + 4 * SEND_WORDS_IPV4 <= end)
        copy(data, from, SEND_WORDS_IPV4);
    __u32 at = from->ipv6 ? SEND_NUMBER_IPV6 : SEND_NUMBER_IPV4;
    if (data + at + 2 * sizeof(__u64) > end)
        return XDP_ABORTED;
    __u64 number = __builtin_bswap64(from->first + state.made);
    *(__u64*)(data + at) = number;
    *(__u64*)(data + at + sizeof(__u64)) = ~number; /* so the checksum is the same for every number */
    ++state.made;
    state.flow = cell + 1 == settings.flows ? 0 : cell + 1;
    return bpf_redirect(settings.device, 0);
}

/* As much of the kernel's structs as is read; libbpf finds the offsets. */
struct ns_common {
    unsigned int inum;
} __attribute__((preserve_access_index));
struct net {
    struct ns_common ns;
} __attribute__((preserve_access_index));
typedef struct {
    struct net* net;
} __attribute__((preserve_access_index)) possible_net_t;
struct net_device {
    int ifindex;
    possible_net_t nd_net;
} __attribute__((preserve_access_index));

/* Frames of a test run come from the loopback device; those that other programs forward meanwhile do not. */
SEC("raw_tracepoint/xdp_devmap_xmit")
int count_frames(struct bpf_raw_tracepoint_args* context) {
    const struct net_device *from = (const void*)context->args[0], *to = (const void*)context->args[1];
    if (bpf_get_smp_processor_id() != settings.processor || BPF_CORE_READ(from, ifindex) != 1 ||
        BPF_CORE_READ(to, ifindex) != (int)settings.device ||
        BPF_CORE_READ(to, nd_net.net, ns.inum) != settings.net_inode)
        return 0;
    state.taken += (__s32)context->args[2];
    state.refused += (__s32)context->args[3];
    return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
