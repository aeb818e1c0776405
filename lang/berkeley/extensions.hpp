// What Linux lets a filter read beside the bytes of the frame (SKF_AD_...).
#pragma once
#include "lang/berkeley/words.hpp"
#include <expected>
#include <optional>
#include <string>

namespace pfq::lang::berkeley {

/// Extensions whose values are words of a pipeline:
///  - PROTOCOL: the EtherType as the kernel has it once it took the first tag away: that behind the first tag of 0x8100
///  or
///    0x88a8; 4 (or 1 for Novell's frames) instead of a length. Not of Ethernet: the field eth_type. Absent when cut
///    off;
///  - IFINDEX: Input::device. QUEUE: Input::queue, from 0 (the kernel counts from 1 where one was recorded);
///  - MARK: the mark at the time of the filter, from a slot;
///  - VLAN_TAG, VLAN_TAG_PRESENT, VLAN_TPID: 0, as our frame has its tags in place. Filters of libpcap look there too.
class Extensions {
public:
    Extensions(Builder& nodes, Words& words) : nodes_(nodes), words_(words) {}

    /// The word at linux_offset::ancillary + `offset`; or what to say about it.
    [[nodiscard]] std::expected<NodeId, std::string> load(std::uint32_t offset);
    /// The slot that has to hold the mark; none: the filter does not look at it.
    [[nodiscard]] std::optional<std::uint32_t> mark_slot() const { return mark_slot_; }

private:
    NodeId protocol();
    NodeId mark();

    Builder& nodes_;
    Words& words_;
    std::optional<std::uint32_t> mark_slot_;
};

} // namespace pfq::lang::berkeley
