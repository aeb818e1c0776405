/* The one hash of the language: docs/packet-model.md. */
#ifndef PFQ_DATAPATH_HASH_H
#define PFQ_DATAPATH_HASH_H
#include "datapath/base.h"

PFQ_API pfq_u64 pfq_mix(pfq_u64 a, pfq_u64 b)
{
    pfq_u64 x = a * 0x9e3779b97f4a7c15u + b;
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    x ^= x >> 32;
    return (pfq_u32)x;
}
#endif
