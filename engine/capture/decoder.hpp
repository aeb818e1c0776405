// Bytes of a capture file -> packets. A decoder sees windows of the file, one after the other, and keeps no reference
// to them; where the bytes come from (a mapping, a pipe) is not its concern.
#pragma once
#include "engine/capture/interface.hpp"
#include "engine/capture/packet.hpp"
#include <cstdint>
#include <deque>
#include <expected>
#include <memory>
#include <span>
#include <string>

namespace pfq::capture {

enum class DecodeStatus {
    full,    ///< no slot left for the packet that follows
    more,    ///< what follows is not in the window completely; step.need bytes are the least that help
    damaged, ///< what follows cannot be read: see damage()
};

struct DecodeStep {
    std::size_t consumed = 0; ///< bytes of the window that are done; the packets in them were delivered
    std::size_t packets = 0;  ///< slots filled
    DecodeStatus status = DecodeStatus::full;
    std::size_t need = 0;
};

/// What a reader met besides packets.
struct CaptureNotes {
    std::uint64_t over_captured = 0;     ///< packets with more captured bytes than the wire had
    std::uint64_t over_snaplen = 0;      ///< pcap: packets cut to the snapshot length of the header, as libpcap does
    std::uint64_t times_clamped = 0;     ///< packets whose time Packet::time_ns cannot say
    std::uint64_t sections = 0;          ///< pcapng
    std::uint64_t statistics_blocks = 0; ///< pcapng
    std::uint64_t skipped_blocks = 0;    ///< pcapng: of a type that holds no packets
};

class Decoder {
public:
    Decoder() = default;
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;
    virtual ~Decoder() = default;

    /// Decodes from the start of `window` until `out` is full, the window is used up, or damage. With an empty `out`
    /// it stops before the first packet, so that everything that is described before it is known.
    virtual DecodeStep decode(std::span<const std::uint8_t> window, std::span<Packet> out) = 0;

    [[nodiscard]] const std::deque<CaptureInterface>& interfaces() const { return interfaces_; }
    [[nodiscard]] const CaptureNotes& notes() const { return notes_; }
    [[nodiscard]] const std::string& damage() const { return damage_; }

protected:
    std::deque<CaptureInterface> interfaces_;
    CaptureNotes notes_;
    std::string damage_;
};

/// A decoder for a pcap file that starts with `header` (24 bytes at least); the error says what is wrong with it.
std::expected<std::unique_ptr<Decoder>, std::string> make_pcap_decoder(std::span<const std::uint8_t> header);
/// A decoder for a pcapng file; its first block must be a section header.
std::unique_ptr<Decoder> make_pcapng_decoder();
/// Whether a file that starts with these four bytes, in this machine's byte order, is a pcap file.
bool is_pcap_magic(std::uint32_t magic);

} // namespace pfq::capture
