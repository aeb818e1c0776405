/* The TC program behind an XDP program: executes the orders that the latter wrote into the metadata of packets. Fixed, compiled
 * with the project; the only thing that changes is its maps. */
#define PFQ_BPF_TC
#include "datapath/send_bpf.h"

SEC("tc")
int pfq_execute(struct __sk_buff *packet)
{
    struct pfq_order *order = (struct pfq_order *)(long)packet->data_meta;
    if ((void *)(order + 1) > (void *)(long)packet->data || order->magic != PFQ_ORDER_MAGIC)
        return -1; /* TCX_NEXT, TC_ACT_UNSPEC */
    pfq_u64 targets = order->targets;
    int withhold = order->withhold != 0;
    packet->mark = order->mark;
    order->magic = 0; /* copies carry the metadata along */
    if (targets)
        pfq_send_copies(packet, targets);
    return withhold ? 2 /* TC_ACT_SHOT */ : -1;
}

char _license[] SEC("license") = "Dual BSD/GPL";
