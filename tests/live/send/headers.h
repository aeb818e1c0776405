/* What the sender's programs and its user space share. Plain C, both include it. */
#ifndef PFQ_TESTS_LIVE_SEND_HEADERS_H
#define PFQ_TESTS_LIVE_SEND_HEADERS_H
#include <linux/types.h>

/* Ethernet, IPv4 or IPv6, UDP; then the number of the frame and its complement, 8 bytes each, big-endian. */
#define SEND_NUMBER_IPV4 42
#define SEND_NUMBER_IPV6 62
#define SEND_LEAST_IPV4 60 /* bytes of a frame: the least of Ethernet, without its checksum */
#define SEND_LEAST_IPV6 80
#define SEND_WORDS_IPV4 (SEND_LEAST_IPV4 / 4)
#define SEND_WORDS (SEND_LEAST_IPV6 / 4)

struct send_headers {
    __u32 words[SEND_WORDS];
    __u32 ipv6;
    __u64 first; /* number of the first frame of the sender */
};

/* Set before the programs are loaded. */
struct send_settings {
    __u32 flows;
    __u32 device;    /* index */
    __u32 processor; /* that the sender runs on */
    __u32 net_inode; /* of its network namespace: indices of devices are not unique */
    __u64 interval;  /* nanoseconds between frames; 0: as fast as it goes */
};

struct send_state {
    __u64 made, taken, refused; /* frames */
    __u64 due;                  /* time of the next frame */
    __u64 flow;                 /* of the next frame */
};
#endif
