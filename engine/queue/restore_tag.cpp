#include "engine/queue/restore_tag.hpp"
#include <algorithm>
#include <array>
#include <cassert>

namespace pfq::queue {
namespace {

constexpr std::size_t addresses = 12; ///< bytes of the two MAC addresses, which come before the tag

std::array<std::uint8_t, tag_size> tag_of(const pfq_record& record) {
    const unsigned tpid = record.flags & PFQ_RECORD_STAG ? 0x88a8 : 0x8100;
    return {static_cast<std::uint8_t>(tpid >> 8), static_cast<std::uint8_t>(tpid),
            static_cast<std::uint8_t>(record.tci >> 8), static_cast<std::uint8_t>(record.tci)};
}

} // namespace

Frame restore_tag(const pfq_record& record, std::span<std::uint8_t> buffer) {
    const auto bytes = bytes_of(record);
    if (!(record.flags & PFQ_RECORD_TAG))
        return {bytes, record.length};
    const auto length = static_cast<std::uint32_t>(record.length + tag_size);
    if (bytes.size() < addresses)
        return {bytes, length};
    assert(buffer.size() >= bytes.size() + tag_size);
    auto to = std::ranges::copy(bytes.first(addresses), buffer.begin()).out;
    to = std::ranges::copy(tag_of(record), to).out;
    std::ranges::copy(bytes.subspan(addresses), to);
    return {buffer.first(bytes.size() + tag_size), length};
}

} // namespace pfq::queue
