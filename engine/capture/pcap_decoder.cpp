// The pcap format: one header, then records. Micro- and nanoseconds, both byte orders, and the modified format
// (Kuznetzov) whose record headers carry 8 more bytes.
#include "engine/capture/bytes.hpp"
#include "engine/capture/decoder.hpp"
#include "engine/capture/format.hpp"
#include "engine/capture/link_layer.hpp"
#include "engine/capture/prefetch.hpp"
#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace pfq::capture {
namespace {

class PcapDecoder final : public Decoder {
public:
    PcapDecoder(CaptureInterface interface, bool swap, std::size_t record_header, std::uint16_t minor)
        : swap_(swap), record_header_(record_header), minor_(minor), snaplen_(cutting_snaplen(interface.snaplen)),
          ns_per_tick_(interface.clock.finer_than_micro() ? 1 : 1000), link_type_(interface.link_type) {
        interfaces_.push_back(std::move(interface));
    }

    DecodeStep decode(std::span<const std::uint8_t> window, std::span<Packet> out) override {
        if (!header_done_)
            return skip_header(window, out);
        return swap_ ? decode_records<true>(window, out) : decode_records<false>(window, out);
    }

private:
    DecodeStep skip_header(std::span<const std::uint8_t> window, std::span<Packet> out) {
        header_done_ = true;
        auto step = decode(window.subspan(pcap::file_header), out);
        step.consumed += pcap::file_header;
        return step;
    }

    template <bool Swap> DecodeStep decode_records(std::span<const std::uint8_t> window, std::span<Packet> out);
    /// Files before version 2.4 have the two lengths the other way round (in 2.3, some do).
    void order_lengths(std::uint32_t& captured, std::uint32_t& length) const {
        if (minor_ < 3 || captured > length)
            std::swap(captured, length);
    }
    DecodeStep damaged(DecodeStep step, std::uint32_t captured) {
        damage_ = fmt::format("the record claims {} captured bytes, more than the limit of {}", captured, max_captured);
        step.status = DecodeStatus::damaged;
        return step;
    }

    /// Zero and absurd values mean that there is no limit, as in libpcap.
    static std::uint32_t cutting_snaplen(std::uint32_t snaplen) {
        return snaplen == 0 || snaplen > std::numeric_limits<std::int32_t>::max() ? max_captured : snaplen;
    }

    bool header_done_ = false;
    bool swap_;
    std::size_t record_header_;
    std::uint16_t minor_;
    std::uint32_t snaplen_;
    std::uint64_t ns_per_tick_;
    std::uint16_t link_type_;
};

template <bool Swap>
DecodeStep PcapDecoder::decode_records(std::span<const std::uint8_t> window, std::span<Packet> out) {
    const std::uint8_t* cursor = window.data();
    const std::uint8_t* const end = cursor + window.size();
    DecodeStep step;
    std::uint64_t over_captured = 0;
    std::uint64_t over_snaplen = 0;
    for (Packet& packet : out) {
        const auto left = static_cast<std::size_t>(end - cursor);
        if (left < record_header_) {
            step.status = DecodeStatus::more;
            step.need = record_header_;
            break;
        }
        auto captured = load<std::uint32_t>(cursor + 8, Swap);
        auto length = load<std::uint32_t>(cursor + 12, Swap);
        if (minor_ < 4) [[unlikely]]
            order_lengths(captured, length);
        if (captured > max_captured) [[unlikely]] {
            step = damaged(step, captured);
            break;
        }
        if (left - record_header_ < captured) {
            step.status = DecodeStatus::more;
            step.need = record_header_ + captured;
            break;
        }
        prefetch_ahead(cursor, record_header_ + captured, left);
        packet.data = cursor + record_header_;
        packet.time_ns = std::uint64_t{load<std::uint32_t>(cursor, Swap)} * 1'000'000'000 +
                         load<std::uint32_t>(cursor + 4, Swap) * ns_per_tick_;
        packet.captured = std::min(captured, snaplen_);
        const bool over = packet.captured > length;
        packet.length = length;
        packet.interface = 0;
        packet.link_type = link_type_;
        packet.device = 0;
        packet.flags = over ? Packet::over_captured : std::uint16_t{0};
        over_captured += over ? 1 : 0;
        over_snaplen += captured > snaplen_ ? 1 : 0;
        cursor += record_header_ + captured;
        ++step.packets;
    }
    notes_.over_captured += over_captured;
    notes_.over_snaplen += over_snaplen;
    step.consumed = static_cast<std::size_t>(cursor - window.data());
    return step;
}

struct Magic {
    bool swap;
    bool nano;
    bool modified;
};

std::expected<Magic, std::string> identify(std::uint32_t magic) {
    for (const bool swap : {false, true}) {
        const auto value = swap ? byte_swap(magic) : magic;
        if (value == pcap::magic_micro || value == pcap::magic_nano || value == pcap::magic_modified)
            return Magic{swap, value == pcap::magic_nano, value == pcap::magic_modified};
    }
    return std::unexpected("not a pcap file");
}

} // namespace

bool is_pcap_magic(std::uint32_t magic) {
    return identify(magic).has_value();
}

std::expected<std::unique_ptr<Decoder>, std::string> make_pcap_decoder(std::span<const std::uint8_t> header) {
    const auto magic = identify(load<std::uint32_t>(header.data()));
    if (!magic)
        return std::unexpected(magic.error());
    const auto major = load<std::uint16_t>(header.data() + 4, magic->swap);
    const auto minor = load<std::uint16_t>(header.data() + 6, magic->swap);
    if (major != 2 || minor > 4)
        return std::unexpected(fmt::format("pcap version {}.{} is not supported, only up to 2.4", major, minor));
    CaptureInterface interface;
    interface.clock = TickClock(magic->nano ? 9 : 6);
    interface.snaplen = load<std::uint32_t>(header.data() + 16, magic->swap);
    // The upper half of the word tells about frame check sequences and reserved bits.
    interface.link_type = static_cast<std::uint16_t>(load<std::uint32_t>(header.data() + 20, magic->swap) & 0xffff);
    interface.supported = find_link_layer(interface.link_type) != nullptr;
    const auto record_header = magic->modified ? pcap::modified_record_header : pcap::record_header;
    return std::make_unique<PcapDecoder>(std::move(interface), magic->swap, record_header, minor);
}

} // namespace pfq::capture
