// How headers and records of the two formats look when written, in this machine's byte order.
#pragma once
#include "engine/capture/bytes.hpp"
#include "engine/capture/format.hpp"
#include "engine/capture/interface.hpp"
#include "engine/capture/packet.hpp"
#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace pfq::capture {

/// An interface of a file to be written.
struct WriterInterface {
    std::uint16_t link_type = 1; ///< LINKTYPE number
    std::string name;            ///< pcapng only; empty: unknown
    std::string description;     ///< likewise
};

/// A record is a head, the captured bytes, and a tail.
struct PcapRecord {
    static constexpr std::size_t overhead = pcap::record_header;

    explicit PcapRecord(bool nanoseconds) : divisor_(nanoseconds ? 1 : 1000) {}

    std::uint8_t* put_head(std::uint8_t* to, const Packet& packet, std::uint32_t captured) const {
        // Seconds have 32 bits: the format ends in February 2106.
        const auto seconds =
            std::min<std::uint64_t>(packet.time_ns / 1'000'000'000, std::numeric_limits<std::uint32_t>::max());
        to = store(to, static_cast<std::uint32_t>(seconds));
        to = store(to, static_cast<std::uint32_t>(packet.time_ns % 1'000'000'000) / divisor_);
        to = store(to, captured);
        return store(to, packet.length);
    }
    static std::uint8_t* put_tail(std::uint8_t* to, const Packet&, std::uint32_t) { return to; }

private:
    std::uint32_t divisor_;
};

/// An enhanced packet block; with the flags option when the direction is known.
struct PcapngRecord {
    static constexpr std::size_t head_size = 28;
    static constexpr std::size_t flags_size = 12; ///< the option, and the end of options
    static constexpr std::size_t overhead = head_size + 3 + flags_size + 4;

    static std::uint32_t size(const Packet& packet, std::uint32_t captured) {
        const std::uint32_t options = packet.direction() == Direction::unknown ? 0 : flags_size;
        return static_cast<std::uint32_t>(head_size) + padded(captured) + options + 4;
    }
    static std::uint8_t* put_head(std::uint8_t* to, const Packet& packet, std::uint32_t captured) {
        to = store(to, pcapng::enhanced_packet);
        to = store(to, size(packet, captured));
        to = store(to, std::uint32_t{packet.interface});
        to = store(to, static_cast<std::uint32_t>(packet.time_ns >> 32));
        to = store(to, static_cast<std::uint32_t>(packet.time_ns));
        to = store(to, captured);
        return store(to, packet.length);
    }
    static std::uint8_t* put_tail(std::uint8_t* to, const Packet& packet, std::uint32_t captured) {
        store(to, std::uint32_t{0}); // there is always room for four bytes; only the padding counts
        to += padded(captured) - captured;
        if (packet.direction() != Direction::unknown) {
            to = store(to, pcapng::option::packet_flags);
            to = store(to, std::uint16_t{4});
            to = store(to, std::uint32_t{packet.flags} & Packet::direction_mask);
            to = store(to, std::uint32_t{pcapng::option::end});
        }
        return store(to, size(packet, captured));
    }

private:
    static std::uint32_t padded(std::uint32_t bytes) { return (bytes + 3) & ~std::uint32_t{3}; }
};

using Bytes = std::vector<std::uint8_t>;

/// The header of a pcap file.
Bytes encode_pcap_header(std::uint16_t link_type, std::uint32_t snaplen, bool nanoseconds);
Bytes encode_section_header(std::string_view application);
/// An interface whose times are in nanoseconds.
Bytes encode_interface(const WriterInterface& interface, std::uint32_t snaplen);
/// Statistics of the interface `number`, taken at `time_ns`.
Bytes encode_statistics(std::uint32_t number, const InterfaceStatistics& statistics, std::uint64_t time_ns);

} // namespace pfq::capture
