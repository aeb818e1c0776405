/* Copies of a frame's bytes into a ring, in eBPF. Small frames by loads and stores: a helper call costs more than a frame
 * of 64 bytes. Each block is one piece of assembly, as in access_bpf.h; any frame is a number of whole blocks and a last
 * one that ends where the frame ends and may overlap the one before. */
#ifndef PFQ_DATAPATH_COPY_BPF_H
#define PFQ_DATAPATH_COPY_BPF_H
#include "datapath/access_bpf.h"
#include "datapath/queue.h"

#define PFQ_MOVE(at) \
    "%[w] = *(u64 *)(%[p] + " #at ")\n" \
    "*(u64 *)(%[d] + " #at ") = %[w]\n"
#define PFQ_MOVE_8 PFQ_MOVE(0)
#define PFQ_MOVE_16 PFQ_MOVE_8 PFQ_MOVE(8)
#define PFQ_MOVE_32 PFQ_MOVE_16 PFQ_MOVE(16) PFQ_MOVE(24)
#define PFQ_MOVE_64 PFQ_MOVE_32 PFQ_MOVE(32) PFQ_MOVE(40) PFQ_MOVE(48) PFQ_MOVE(56)

/* Copies `bytes` bytes of the frame's linear part at `offset`; nothing when they are not all there. `skip` is the number of
 * instructions of the copy itself. */
#define PFQ_DEFINE_COPY(bytes, skip) \
    PFQ_INLINE int pfq_copy##bytes(pfq_context *context, pfq_u8 *to, pfq_u64 offset) \
    { \
        pfq_u64 p, w, d, done; \
        asm volatile("%[k] = 0\n" \
                     "%[d] = %[o]\n" \
                     "%[d] &= 0x3fff\n" \
                     "%[p] = *(u32 *)(%[c] + " PFQ_DATA ")\n" \
                     "%[p] += %[d]\n" \
                     "%[w] = %[p]\n" \
                     "%[w] += " #bytes "\n" \
                     "%[k] = *(u32 *)(%[c] + " PFQ_DATA_END ")\n" \
                     "if %[w] > %[k] goto +" #skip "\n" \
                     "%[d] += %[t]\n" PFQ_MOVE_##bytes "%[k] = 1\n" \
                     "goto +1\n" \
                     "%[k] = 0\n" \
                     : [k] "=&r"(done), [p] "=&r"(p), [w] "=&r"(w), [d] "=&r"(d) \
                     : [o] "r"(offset), [c] "r"(context), [t] "r"(to) \
                     : "memory"); \
        return done; \
    }
PFQ_DEFINE_COPY(8, 5)
PFQ_DEFINE_COPY(16, 7)
PFQ_DEFINE_COPY(32, 11)
PFQ_DEFINE_COPY(64, 19)

#define PFQ_COPY_BLOCKS 24  /* of 64 bytes: a frame of 1514 bytes has 23 */
#define PFQ_COPY_STEP 16384 /* bytes that one helper call copies at most */

/* Room for a record's bytes, as an argument that the verifier understands. */
struct pfq_room {
    pfq_u8 bytes[PFQ_RECORD_LIMIT + 1];
};

/* A global function: the verifier looks at it by itself. Returns whether the bytes are there. */
__attribute__((noinline)) int pfq_copy_slowly(pfq_context *context, struct pfq_room *room, pfq_u32 captured);

/* Whatever the blocks do not manage: long frames, frames in pieces. */
int pfq_copy_slowly(pfq_context *context, struct pfq_room *room, pfq_u32 captured)
{
    pfq_u32 done = 0;
    if (!room)
        return 0;
    for (int i = 0; i < 4; ++i) {
        pfq_u64 left = captured - done;
        if (left > PFQ_COPY_STEP)
            left = PFQ_COPY_STEP;
        /* A length from 1 to 16384, in a form that Linux 6.1 sees through too. */
        asm volatile("%0 += -1\n"
                     "%0 &= 0x3fff\n"
                     "%0 += 1\n"
                     : "+r"(left));
        if (pfq_load_bytes(context, done, room->bytes + i * PFQ_COPY_STEP, left) != 0)
            return 0;
        done += left;
        if (done >= captured)
            break;
    }
    return 1;
}

PFQ_INLINE int pfq_copy_frame(pfq_context *context, struct pfq_room *room, pfq_u32 captured)
{
    pfq_u64 length = captured;
    pfq_u8 *to = room->bytes;
    if (length >= 64 && length <= 64 * PFQ_COPY_BLOCKS) {
        /* Counted by the number of blocks: the verifier walks through every turn that it cannot rule out. Not unrolled,
         * which would be half of all code. */
#pragma clang loop unroll(disable)
        for (pfq_u64 i = 0; i < PFQ_COPY_BLOCKS && i * 64 + 64 <= length; ++i)
            if (!pfq_copy64(context, to, i * 64))
                return pfq_copy_slowly(context, room, captured);
        if (!(length & 63) || pfq_copy64(context, to, length - 64))
            return 1;
    } else if (length >= 32 && length < 64) {
        if (pfq_copy32(context, to, 0) && pfq_copy32(context, to, length - 32))
            return 1;
    } else if (length >= 16 && length < 32) {
        if (pfq_copy16(context, to, 0) && pfq_copy16(context, to, length - 16))
            return 1;
    } else if (length >= 8 && length < 16) {
        if (pfq_copy8(context, to, 0) && pfq_copy8(context, to, length - 8))
            return 1;
    }
    return captured == 0 || pfq_copy_slowly(context, room, captured);
}
#endif
