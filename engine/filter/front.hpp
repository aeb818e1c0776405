// A group's filters as part of its pipeline, for programs in the kernel: in front of the computation.
#pragma once
#include <expected>
#include <optional>
#include <string>

#include "engine/filter/vlan.hpp"
#include "lang/pipeline/pipeline.hpp"

namespace pfq::engine {

/// What a group lets its computation see.
struct Filters {
    std::string berkeley; ///< text of pcap-filter(7); empty: everything
    std::optional<VlanFilter> vlan;
};

/// Puts the filters in front of a pipeline, the Berkeley filter first; what they drop is counted as theirs. Frames have
/// an Ethernet header. The error is that of the Berkeley filter.
[[nodiscard]] std::expected<void, std::string> add_filters(lang::Pipeline& pipeline, const Filters& filters);

} // namespace pfq::engine
