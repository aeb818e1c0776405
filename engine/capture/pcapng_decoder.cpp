// The pcapng format: sections of blocks, each section with a byte order and interfaces of its own.
#include "engine/capture/bytes.hpp"
#include "engine/capture/decoder.hpp"
#include "engine/capture/format.hpp"
#include "engine/capture/link_layer.hpp"
#include "engine/capture/pcapng_options.hpp"
#include "engine/capture/prefetch.hpp"
#include <algorithm>
#include <fmt/format.h>

namespace pfq::capture {
namespace {

using namespace pcapng;

/// One block, complete in the window and with sound lengths.
struct Block {
    std::uint32_t type;
    const std::uint8_t* start;
    std::size_t size;

    [[nodiscard]] std::span<const std::uint8_t> from(std::size_t offset) const {
        return {start + offset, size - 4 - offset};
    }
};

class PcapngDecoder final : public Decoder {
public:
    DecodeStep decode(std::span<const std::uint8_t> window, std::span<Packet> out) override;

private:
    enum class Found { block, more, damage };
    Found next_block(std::span<const std::uint8_t> window, Block& block, std::size_t& need);
    Found find_byte_order(std::span<const std::uint8_t> window, std::size_t& need);

    template <bool Swap> void read_run(std::span<const std::uint8_t> window, std::span<Packet> out, DecodeStep& step);

    // Each returns false after saying why in damage_.
    bool read_packet(const Block& block, Packet& packet);
    bool read_enhanced(const Block& block, Packet& packet);
    bool read_obsolete(const Block& block, Packet& packet);
    bool read_simple(const Block& block, Packet& packet);
    bool read_timed(const Block& block, std::uint32_t interface, Packet& packet);
    bool read_other(const Block& block);
    bool read_section(const Block& block);
    bool read_interface(const Block& block);
    bool read_statistics(const Block& block);
    bool check_captured(const Block& block, std::size_t header, std::uint32_t captured);

    template <typename... Arguments> bool fail(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        damage_ = fmt::format(format, std::forward<Arguments>(arguments)...);
        return false;
    }
    [[nodiscard]] std::uint32_t word(const Block& block, std::size_t offset) const {
        return load<std::uint32_t>(block.start + offset, swap_);
    }

    /// What packets need of the interfaces of the present section.
    struct Origin {
        TickClock clock;
        std::uint16_t link_type;
        std::uint16_t interface; ///< index in interfaces_
        std::uint32_t snaplen;
    };

    bool swap_ = false;
    std::vector<Origin> section_;
};

bool is_packet(std::uint32_t type) {
    return type == enhanced_packet || type == simple_packet || type == packet_block;
}

DecodeStep PcapngDecoder::decode(std::span<const std::uint8_t> window, std::span<Packet> out) {
    DecodeStep step;
    while (true) {
        if (swap_)
            read_run<true>(window, out, step);
        else
            read_run<false>(window, out, step);
        Block block{};
        const auto rest = window.subspan(step.consumed);
        const auto found = next_block(rest, block, step.need);
        if (found != Found::block) {
            step.status = found == Found::more ? DecodeStatus::more : DecodeStatus::damaged;
            return step;
        }
        const bool packet = is_packet(block.type);
        if (packet && step.packets == out.size()) {
            step.status = DecodeStatus::full;
            return step;
        }
        if (!(packet ? read_packet(block, out[step.packets]) : read_other(block))) {
            step.status = DecodeStatus::damaged;
            return step;
        }
        step.packets += packet ? 1 : 0;
        step.consumed += block.size;
    }
}

/// The hot loop: enhanced packet blocks without anything unusual. It stops before all else, which is then looked at
/// one by one, with every reason to complain.
template <bool Swap>
void PcapngDecoder::read_run(std::span<const std::uint8_t> window, std::span<Packet> out, DecodeStep& step) {
    const std::uint8_t* cursor = window.data() + step.consumed;
    const std::uint8_t* const end = window.data() + window.size();
    for (; step.packets < out.size(); ++step.packets) {
        const auto left = static_cast<std::size_t>(end - cursor);
        if (left < enhanced_packet_min || load<std::uint32_t>(cursor, Swap) != enhanced_packet)
            break;
        const auto size = load<std::uint32_t>(cursor + 4, Swap);
        const auto interface = load<std::uint32_t>(cursor + 8, Swap);
        const auto captured = load<std::uint32_t>(cursor + 20, Swap);
        const auto length = load<std::uint32_t>(cursor + 24, Swap);
        if (size < enhanced_packet_min || size > left || size > max_block || size % 4 != 0 ||
            captured > size - enhanced_packet_min || captured > max_captured || captured > length ||
            interface >= section_.size())
            break;
        prefetch_ahead(cursor, size, left);
        const std::uint32_t options = 28 + ((captured + 3) & ~std::uint32_t{3});
        const auto stamp = section_[interface].clock.to_ns(std::uint64_t{load<std::uint32_t>(cursor + 12, Swap)} << 32 |
                                                           load<std::uint32_t>(cursor + 16, Swap));
        if (load<std::uint32_t>(cursor + size - 4, Swap) != size || stamp.clamped)
            break;
        Packet& packet = out[step.packets];
        packet.data = cursor + 28;
        packet.time_ns = stamp.ns;
        packet.captured = captured;
        packet.length = length;
        packet.interface = section_[interface].interface;
        packet.link_type = section_[interface].link_type;
        packet.device = 0;
        packet.flags =
            size > options + 4 ? read_direction({cursor + options, size - 4 - options}, Swap) : std::uint16_t{0};
        cursor += size;
    }
    step.consumed = static_cast<std::size_t>(cursor - window.data());
}

PcapngDecoder::Found PcapngDecoder::next_block(std::span<const std::uint8_t> window, Block& block, std::size_t& need) {
    need = block_overhead;
    if (window.size() < need)
        return Found::more;
    block.start = window.data();
    block.type = load<std::uint32_t>(block.start, swap_);
    if (block.type == section_header || notes_.sections == 0) {
        if (const auto found = find_byte_order(window, need); found != Found::block)
            return found;
    }
    block.size = load<std::uint32_t>(block.start + 4, swap_);
    if (block.size < block_overhead || block.size % 4 != 0 || block.size > max_block) {
        fail("the block claims {} bytes; a block has {} to {} and a multiple of 4", block.size, block_overhead,
             max_block);
        return Found::damage;
    }
    need = block.size;
    if (window.size() < need)
        return Found::more;
    const auto trailer = load<std::uint32_t>(block.start + block.size - 4, swap_);
    if (trailer != block.size) {
        fail("the block starts with a length of {} bytes and ends with {}", block.size, trailer);
        return Found::damage;
    }
    return Found::block;
}

// The byte order holds from the length of the section header on, so it is found before anything else is read.
PcapngDecoder::Found PcapngDecoder::find_byte_order(std::span<const std::uint8_t> window, std::size_t& need) {
    need = section_header_min;
    const auto magic = load<std::uint32_t>(window.data() + 8);
    if (load<std::uint32_t>(window.data()) != section_header) {
        fail("the file does not start with a section header block");
        return Found::damage;
    }
    if (magic != byte_order_magic && magic != byte_swap(byte_order_magic)) {
        fail("the section header has no valid byte order magic ({:#010x})", magic);
        return Found::damage;
    }
    swap_ = magic != byte_order_magic;
    return Found::block;
}

bool PcapngDecoder::read_packet(const Block& block, Packet& packet) {
    packet.device = 0;
    packet.flags = 0;
    if (block.type == enhanced_packet) [[likely]] {
        if (!read_enhanced(block, packet))
            return false;
    } else if (!(block.type == simple_packet ? read_simple(block, packet) : read_obsolete(block, packet))) {
        return false;
    }
    if (packet.captured > packet.length) [[unlikely]] {
        packet.flags |= Packet::over_captured;
        ++notes_.over_captured;
    }
    return true;
}

bool PcapngDecoder::read_enhanced(const Block& block, Packet& packet) {
    if (block.size < enhanced_packet_min)
        return fail("the enhanced packet block has {} bytes, fewer than {}", block.size, enhanced_packet_min);
    return read_timed(block, word(block, 8), packet);
}

bool PcapngDecoder::read_obsolete(const Block& block, Packet& packet) {
    if (block.size < enhanced_packet_min)
        return fail("the packet block has {} bytes, fewer than {}", block.size, enhanced_packet_min);
    return read_timed(block, load<std::uint16_t>(block.start + 8, swap_), packet);
}

// What enhanced and obsolete packet blocks share: time, lengths, data and options at the same places.
bool PcapngDecoder::read_timed(const Block& block, std::uint32_t interface, Packet& packet) {
    constexpr std::size_t header = 28;
    if (interface >= section_.size()) [[unlikely]]
        return fail("the packet is of interface {}, but the section describes {}", interface, section_.size());
    const auto& origin = section_[interface];
    const auto ticks = std::uint64_t{word(block, 12)} << 32 | word(block, 16);
    packet.captured = word(block, 20);
    packet.length = word(block, 24);
    if (!check_captured(block, header, packet.captured))
        return false;
    const auto stamp = origin.clock.to_ns(ticks);
    packet.data = block.start + header;
    packet.time_ns = stamp.ns;
    packet.interface = origin.interface;
    packet.link_type = origin.link_type;
    if (stamp.clamped) [[unlikely]] {
        packet.flags |= Packet::time_clamped;
        ++notes_.times_clamped;
    }
    const std::size_t options = header + ((packet.captured + 3U) & ~3U);
    if (block.size > options + 4)
        packet.flags |= read_direction(block.from(options), swap_);
    return true;
}

bool PcapngDecoder::read_simple(const Block& block, Packet& packet) {
    constexpr std::size_t header = 12;
    if (block.size < simple_packet_min)
        return fail("the simple packet block has {} bytes, fewer than {}", block.size, simple_packet_min);
    if (section_.empty())
        return fail("the simple packet block comes before any interface description of its section");
    const auto& origin = section_.front();
    packet.length = word(block, 8);
    packet.captured = std::min(packet.length, origin.snaplen == 0 ? packet.length : origin.snaplen);
    if (!check_captured(block, header, packet.captured))
        return false;
    packet.data = block.start + header;
    packet.time_ns = 0;
    packet.interface = origin.interface;
    packet.link_type = origin.link_type;
    packet.flags = Packet::no_time;
    return true;
}

bool PcapngDecoder::check_captured(const Block& block, std::size_t header, std::uint32_t captured) {
    if (captured > max_captured)
        return fail("the packet claims {} captured bytes, more than the limit of {}", captured, max_captured);
    if (captured > block.size - header - 4)
        return fail("the packet claims {} captured bytes, but its block holds {}", captured, block.size - header - 4);
    return true;
}

bool PcapngDecoder::read_other(const Block& block) {
    switch (block.type) {
    case section_header:
        return read_section(block);
    case interface_description:
        return read_interface(block);
    case interface_statistics:
        return read_statistics(block);
    default:
        ++notes_.skipped_blocks;
        return true;
    }
}

bool PcapngDecoder::read_section(const Block& block) {
    if (block.size < section_header_min)
        return fail("the section header has {} bytes, fewer than {}", block.size, section_header_min);
    const auto major = load<std::uint16_t>(block.start + 12, swap_);
    const auto minor = load<std::uint16_t>(block.start + 14, swap_);
    // 1.2 was written by some programs and means 1.0.
    if (major != 1 || (minor != 0 && minor != 2))
        return fail("pcapng version {}.{} is not supported, only 1.0", major, minor);
    section_.clear();
    ++notes_.sections;
    return true;
}

bool PcapngDecoder::read_interface(const Block& block) {
    if (block.size < interface_description_min)
        return fail("the interface description has {} bytes, fewer than {}", block.size, interface_description_min);
    if (interfaces_.size() == max_interfaces)
        return fail("the file describes more than {} interfaces", max_interfaces);
    CaptureInterface interface;
    interface.link_type = load<std::uint16_t>(block.start + 8, swap_);
    interface.supported = find_link_layer(interface.link_type) != nullptr;
    interface.snaplen = word(block, 12);
    interface.section = static_cast<std::uint32_t>(notes_.sections - 1);
    read_interface_options(block.from(16), swap_, interface);
    section_.push_back(
        {interface.clock, interface.link_type, static_cast<std::uint16_t>(interfaces_.size()), interface.snaplen});
    interfaces_.push_back(std::move(interface));
    return true;
}

bool PcapngDecoder::read_statistics(const Block& block) {
    if (block.size < interface_statistics_min)
        return fail("the interface statistics have {} bytes, fewer than {}", block.size, interface_statistics_min);
    const auto interface = word(block, 8);
    if (interface >= section_.size())
        return fail("the statistics are of interface {}, but the section describes {}", interface, section_.size());
    read_statistics_options(block.from(20), swap_, interfaces_[section_[interface].interface].statistics);
    ++notes_.statistics_blocks;
    return true;
}

} // namespace

std::unique_ptr<Decoder> make_pcapng_decoder() {
    return std::make_unique<PcapngDecoder>();
}

} // namespace pfq::capture
