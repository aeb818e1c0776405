/* The programs of bench/programs.cpp as XDP programs written by hand for exactly these questions: they count what
 * arrives and what they accept or reject, as ours do, and drop it all. VLAN tags are looked behind; IPv6 without
 * extension headers. */

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define INLINE static __attribute__((always_inline)) inline

struct counts {
    __u64 packets, bytes, accepted, rejected;
};
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct counts);
} counts SEC(".maps");

struct headers {
    __u32 version, protocol, source, destination; /* addresses of IPv4, host order */
    __u32 source_port, destination_port;          /* 1 << 16: none */
    void *l3, *l4;                                /* l4 null: a later fragment */
    void* end;
};
enum { NO_PORT = 1 << 16 };

INLINE __u32 load16(const void* from) {
    return bpf_ntohs(*(const __u16*)from);
}
INLINE __u32 load32(const void* from) {
    return bpf_ntohl(*(const __u32*)from);
}

/* False: neither IPv4 nor IPv6. */
INLINE int find_headers(struct xdp_md* context, struct headers* h) {
    void* at = (void*)(long)context->data;
    h->end = (void*)(long)context->data_end;
    if (at + 34 > h->end)
        return 0;
    __u32 type = load16(at + 12);
    at += 14;
    for (int i = 0; i < 2 && __builtin_expect(type == 0x8100 || type == 0x88a8, 0); ++i) {
        if (at + 4 > h->end)
            return 0;
        type = load16(at + 2);
        at += 4;
    }
    h->l3 = at;
    if (type == 0x0800) {
        if (at + 20 > h->end)
            return 0;
        __u32 first = *(__u8*)at;
        if (first >> 4 != 4 || (first & 15) < 5)
            return 0;
        h->version = 4;
        h->protocol = *(__u8*)(at + 9);
        h->source = load32(at + 12);
        h->destination = load32(at + 16);
        h->l4 = load16(at + 6) & 0x1fff ? 0 : at + (first & 15) * 4;
        return 1;
    }
    if (type != 0x86dd || at + 40 > h->end)
        return 0;
    h->version = 6;
    h->protocol = *(__u8*)(at + 6);
    h->l4 = at + 40;
    return 1;
}

INLINE int has_ports(struct headers* h) {
    if ((h->protocol != 6 && h->protocol != 17 && h->protocol != 132) || !h->l4 || h->l4 + 4 > h->end)
        return 0;
    h->source_port = load16(h->l4);
    h->destination_port = load16(h->l4 + 2);
    return 1;
}
INLINE int has_port(const struct headers* h, __u32 port) {
    return h->source_port == port || h->destination_port == port;
}

#define NET(a, b, c, d) ((__u32)(a) << 24 | (b) << 16 | (c) << 8 | (d))
#define IN(address, net, length) (((address) ^ (net)) >> (32 - (length)) == 0)
#define EITHER(h, net, length)                                                                                         \
    ((h)->version == 4 && (IN((h)->source, net, length) || IN((h)->destination, net, length)))

INLINE int finish(struct xdp_md* context, int accepted) {
    __u32 zero = 0;
    struct counts* count = bpf_map_lookup_elem(&counts, &zero);
    if (!count)
        return XDP_DROP;
    ++count->packets;
    count->bytes += context->data_end - context->data;
    if (accepted)
        ++count->accepted;
    else
        ++count->rejected;
    return XDP_DROP;
}

#define PROGRAM(name, test)                                                                                            \
    SEC("xdp") int name(struct xdp_md* context) {                                                                      \
        struct headers headers, *h = &headers;                                                                         \
        return finish(context, find_headers(context, h) && (test));                                                    \
    }

PROGRAM(tcp, h->protocol == 6)
PROGRAM(dns, h->protocol == 17 && has_ports(h) && has_port(h, 53))
PROGRAM(office_web, h->protocol == 6 && has_ports(h) && has_port(h, 443) && EITHER(h, NET(10, 1, 0, 0), 16))
PROGRAM(openings, h->version == 4 && h->protocol == 6 && has_ports(h) && h->destination_port == 443 &&
                      h->l4 + 14 <= h->end && (*(__u8*)(h->l4 + 13) & 18) == 2)
PROGRAM(large_udp, context->data_end - context->data >= 1000 && h->protocol == 17 && !EITHER(h, NET(10, 0, 0, 0), 8) &&
                       !(has_ports(h) && (has_port(h, 53) || has_port(h, 443))))

INLINE int is_service(__u32 port) {
    return port == 22 || port == 25 || port == 80 || port == 110 || port == 143 || port == 443 || port == 993 ||
           port == 995;
}
PROGRAM(services, h->protocol == 6 && has_ports(h) && (is_service(h->source_port) || is_service(h->destination_port)))

INLINE int in_networks4(__u32 a) {
    return IN(a, NET(10, 1, 0, 0), 16) || IN(a, NET(10, 2, 16, 0), 20) || IN(a, NET(172, 16, 0, 0), 14) ||
           IN(a, NET(172, 24, 8, 0), 21) || IN(a, NET(192, 168, 1, 0), 24) || IN(a, NET(192, 168, 4, 0), 22) ||
           IN(a, NET(100, 64, 0, 0), 10) || IN(a, NET(198, 18, 0, 0), 15) || IN(a, NET(151, 101, 0, 0), 16) ||
           a >> 24 == 34;
}
INLINE int in_networks6(const void* a) {
    return (load32(a) == 0x20010db8 && load32(a + 4) == 0x10) || load32(a) >> 22 == 0xfe80 >> 6;
}
PROGRAM(networks, h->version == 4 ? in_networks4(h->source) || in_networks4(h->destination)
                                  : h->l3 + 40 <= h->end && (in_networks6(h->l3 + 8) || in_networks6(h->l3 + 24)))

INLINE int is_listed(__u32 p) {
    switch (p) {
    case 20 ... 23:
    case 25:
    case 53:
    case 67 ... 69:
    case 80:
    case 110:
    case 123:
    case 143:
    case 161 ... 162:
    case 389:
    case 443:
    case 514:
    case 587:
    case 636:
    case 993:
    case 995:
    case 1194:
    case 3306:
    case 5060 ... 5061:
        return 1;
    }
    return 0;
}
PROGRAM(many_ports, has_ports(h) && (is_listed(h->source_port) || is_listed(h->destination_port)))

#define RULE(a, b, c, d, n, e, f, g, i, m, p)                                                                          \
    (h->destination_port == (p) && IN(h->source, NET(a, b, c, d), n) && IN(h->destination, NET(e, f, g, i), m))
PROGRAM(access_list,
        h->version == 4 && has_ports(h) &&
            (RULE(10, 0, 0, 0, 15, 172, 16, 0, 0, 12, 443) || RULE(192, 168, 2, 0, 23, 23, 0, 0, 0, 8, 443) ||
             RULE(10, 2, 0, 0, 16, 172, 20, 0, 0, 14, 80) || RULE(172, 16, 0, 0, 13, 192, 168, 0, 0, 22, 80) ||
             RULE(192, 168, 0, 0, 24, 10, 0, 0, 0, 14, 22) || RULE(192, 168, 0, 0, 16, 10, 0, 0, 0, 8, 53) ||
             RULE(172, 16, 0, 0, 12, 64, 0, 0, 0, 3, 25) || RULE(10, 0, 0, 0, 8, 128, 0, 0, 0, 4, 993) ||
             RULE(10, 3, 0, 0, 16, 10, 0, 0, 0, 16, 8080) || RULE(172, 28, 0, 0, 14, 172, 16, 0, 0, 14, 3306)))

#define FROM(protocol_, a, b, c, d, n, p)                                                                              \
    (h->protocol == (protocol_) && h->destination_port == (p) && IN(h->source, NET(a, b, c, d), n))
PROGRAM(rules,
        h->version == 4 && has_ports(h) && !IN(h->source, NET(172, 31, 0, 0), 16) &&
            (FROM(6, 10, 0, 0, 0, 15, 443) || FROM(6, 64, 0, 0, 0, 4, 443) || FROM(6, 10, 2, 0, 0, 15, 80) ||
             FROM(6, 172, 16, 0, 0, 13, 80) || FROM(6, 192, 168, 0, 0, 22, 22) || FROM(6, 172, 24, 0, 0, 13, 25) ||
             FROM(6, 80, 0, 0, 0, 5, 993) || FROM(6, 10, 1, 0, 0, 16, 5432) || FROM(17, 192, 168, 0, 0, 16, 53) ||
             FROM(17, 10, 0, 0, 0, 8, 443) || FROM(17, 172, 16, 0, 0, 12, 123) || FROM(17, 10, 0, 0, 0, 14, 161) ||
             FROM(17, 96, 0, 0, 0, 3, 5060)))

/* The least that a program does. */
SEC("xdp") int nothing(struct xdp_md* context) {
    (void)context;
    return XDP_DROP;
}

char _license[] SEC("license") = "Dual BSD/GPL";
