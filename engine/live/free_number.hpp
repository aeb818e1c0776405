// Numbers of things that are numbered from 0.
#pragma once
#include <algorithm>

namespace pfq::engine::live {

/// The lowest number that none of the things has.
template <class Things, class Projection> unsigned lowest_free(const Things& things, Projection number) {
    unsigned free = 0;
    while (std::ranges::find(things, free, number) != things.end())
        ++free;
    return free;
}

} // namespace pfq::engine::live
