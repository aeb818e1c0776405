// A model of receive queues, small enough to try every interleaving: docs/queue-protocol.md, step by step.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pfq::queue::model {

/// Deviations from the protocol, each of which breaks it.
enum class Fault {
    none,
    skip_recheck,         ///< the reader sleeps without another look at the rings
    no_fence,             ///< the reader looks at the rings before its `armed` is visible
    drain_after_recheck,  ///< the reader drains the bell when it has armed and looked
    forget_event,         ///< the reader returns what the second look found, and its descriptor is unreadable
    release_before_use,   ///< the reader gives records back while they are in use
    look_before_publish,  ///< the producer looks at `armed` before it publishes
    plain_publish,        ///< the producer publishes with a store that may become visible later
    publish_before_write, ///< the producer publishes before the record is written
    ring_before_clear,    ///< the producer clears `armed` when it has rung
    ignore_consumed,      ///< the producer does not look whether there is room
};

/// Rings have room for two records. Their producers share a bell and a reader. Its application reads again, or else
/// waits for the descriptor, after any read; it wakes up without cause `idle_wakes` times at most, whenever that does
/// most harm.
struct Setting {
    unsigned rings = 1;   ///< at most 2
    unsigned records = 3; ///< offered to each ring
    unsigned batch = 1;   ///< records of one read at most
    unsigned idle_wakes = 1;
    Fault fault = Fault::none;
};

struct Outcome {
    std::size_t states = 0;
    std::string violation; ///< the first one found; empty: there is none
};

/// Visits all states that can be reached. Stores wait in a queue of their thread before they become visible, as on x86.
Outcome explore(const Setting& setting);

} // namespace pfq::queue::model
