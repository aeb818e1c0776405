// What a computation may do, known from its pipeline. The engine uses it; `pfq compile --effects` shows it.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "lang/pipeline/pipeline.hpp"

namespace pfq::lang {

struct Effects {
    bool may_drop = false; ///< the computation, whatever the Berkeley filter in front of it drops
    bool may_deliver = false;
    bool to_kernel = false;
    bool sets_mark = false;
    bool sets_state = false;
    bool slices = false;
    bool logs = false;
    bool counts = false;
    bool needs_sequence = false;
    bool needs_time = false;
    bool needs_address = false;             ///< addresses of the receiving device
    unsigned shift_depth = 0;               ///< tunnel levels that are looked into
    std::vector<std::string> forwards;      ///< device names
    std::vector<std::string> tables;        ///< "name (kind)"
    std::vector<std::uint64_t> class_masks; ///< masks that a delivery can have, ascending
    std::vector<Fanout> fanouts;            ///< kinds of delivery, ascending
    std::vector<std::string> fields;        ///< fields of the packet that are read, in table order
};

[[nodiscard]] Effects effects_of(const Pipeline& pipeline);
/// Whether every verdict is either "drop" or "copy to the default class" and nothing else happens: what a filter says.
[[nodiscard]] bool only_filters(const Effects& effects);
/// Whether it does what an XDP program cannot: copies to devices, marks for the host. A TC program behind it does, by
/// order.
[[nodiscard]] bool needs_orders(const Effects& effects);
/// One line per effect, stable.
[[nodiscard]] std::string print(const Effects& effects);

} // namespace pfq::lang
