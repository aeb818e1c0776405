/* The out-of-line part of native programs, linked into the program that loads them (codegen/loader.cpp). */
#include "datapath/cold.h"
#include "datapath/tunnel.h"

void pfq_parse_any(struct pfq_bytes b, pfq_u64 ethernet, pfq_u64 type, pfq_u64 offset, struct pfq_level *level)
{
    level->ethernet = ethernet;
    pfq_parse_tags(b, type, offset, level);
    pfq_parse_network(b, level);
}

void pfq_step_inside(struct pfq_bytes b, struct pfq_level *level)
{
    pfq_step(b, level);
}

int pfq_in_ranges(const pfq_u64 *ranges, pfq_u64 count, pfq_u64 word)
{
    pfq_u64 at = 0;
    while (count > 1) { /* the last range that does not begin above the word */
        pfq_u64 half = count / 2;
        at = ranges[2 * (at + half)] <= word ? at + half : at;
        count -= half;
    }
    return ranges[2 * at] <= word && word <= ranges[2 * at + 1];
}
