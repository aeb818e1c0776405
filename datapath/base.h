/* What every file of the datapath uses: types, inlining, hints. */
#ifndef PFQ_DATAPATH_BASE_H
#define PFQ_DATAPATH_BASE_H
#include "datapath/abi.h"

#define PFQ_INLINE static inline __attribute__((always_inline))
/* Called by generated code; made internal again after linking. */
#define PFQ_API __attribute__((always_inline))
#define pfq_likely(x) __builtin_expect(!!(x), 1)
#define pfq_unlikely(x) __builtin_expect(!!(x), 0)

/* An offset that is not there: beyond any frame, and adding a width to it does not wrap. */
#define PFQ_FAR ((pfq_u64)1 << 62)

enum {
    PFQ_ETH_IPV4 = 0x0800,
    PFQ_ETH_IPV6 = 0x86dd,
    PFQ_ETH_TRANSPARENT = 0x6558, /* Ethernet inside GRE and Geneve */
    PFQ_ETH_MPLS = 0x8847,
    PFQ_ETH_MPLS_MULTICAST = 0x8848,
    PFQ_IP_ICMP = 1,
    PFQ_IP_IPV4 = 4,
    PFQ_IP_TCP = 6,
    PFQ_IP_UDP = 17,
    PFQ_IP_IPV6 = 41,
    PFQ_IP_GRE = 47,
    PFQ_IP_ICMPV6 = 58,
    PFQ_IP_SCTP = 132,
};
#endif
