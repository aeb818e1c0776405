// Frames with the VLAN tag that the kernel took out of them, for those who write or show them.
#pragma once
#include "engine/queue/ring.hpp"

namespace pfq::queue {

/// What restore_tag() adds to a frame, in bytes.
inline constexpr std::size_t tag_size = 4;
/// Room that suffices for every frame.
inline constexpr std::size_t max_tagged_frame = PFQ_RECORD_LIMIT + tag_size;

struct Frame {
    std::span<const std::uint8_t> bytes; ///< as captured
    std::uint32_t length;                ///< on the wire
};

/// The frame of a record. With PFQ_RECORD_TAG it is made in `buffer`, which has room for the captured bytes and the
/// tag; bytes and length count the tag then. A frame that was cut before the place of its tag stays as it is, but for
/// the length. Without a tag, the bytes are those of the record.
Frame restore_tag(const pfq_record& record, std::span<std::uint8_t> buffer);

} // namespace pfq::queue
