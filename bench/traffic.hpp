// Traffic of the benchmarks: the same bytes for the same seed on every machine.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace pfq::bench {

struct TrafficOptions {
    std::size_t packets = 100'000;
    std::uint64_t seed = 1;
    /// Without VLAN tags, ARP and IPv6 extension headers, where PFQ and libpcap differ on purpose.
    bool plain = false;
};

/// One frame of a capture; the bytes are the capture's.
struct FramePlace {
    const std::uint8_t* data;
    std::uint32_t captured;
    std::uint32_t length;
    std::uint64_t time_ns;
};

/// A pcap file (Ethernet, microseconds) as bytes: TCP, UDP, ICMP over IPv4 and IPv6, a few VLAN tags, fragments, ARP.
[[nodiscard]] std::vector<std::uint8_t> make_traffic(const TrafficOptions& options);
/// Where the frames of such a file are.
[[nodiscard]] std::vector<FramePlace> find_frames(std::span<const std::uint8_t> file);

} // namespace pfq::bench
