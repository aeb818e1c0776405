// Numbers of the pcap and pcapng formats (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng), and our own limits.
#pragma once
#include <cstddef>
#include <cstdint>

namespace pfq::capture {

/// A record that claims more captured bytes is damage: four times the largest snapshot length of libpcap.
inline constexpr std::uint32_t max_captured = 4 * 262144;
/// The largest snapshot length of libpcap, which refuses files with larger records: none are written.
inline constexpr std::uint32_t max_snaplen = 262144;
/// A pcapng block that claims more is damage; libpcap has the same limit.
inline constexpr std::uint32_t max_block = 16U << 20;
/// Packet::interface has 16 bits.
inline constexpr std::size_t max_interfaces = 65536;

namespace pcap {
inline constexpr std::uint32_t magic_micro = 0xa1b2c3d4;
inline constexpr std::uint32_t magic_nano = 0xa1b23c4d;
inline constexpr std::uint32_t magic_modified = 0xa1b2cd34; ///< Kuznetzov: records have 8 more header bytes
inline constexpr std::size_t file_header = 24;
inline constexpr std::size_t record_header = 16;
inline constexpr std::size_t modified_record_header = 24;
} // namespace pcap

namespace pcapng {
inline constexpr std::uint32_t section_header = 0x0a0d0d0a; ///< reads the same in both byte orders
inline constexpr std::uint32_t interface_description = 1;
inline constexpr std::uint32_t packet_block = 2; ///< obsolete
inline constexpr std::uint32_t simple_packet = 3;
inline constexpr std::uint32_t interface_statistics = 5;
inline constexpr std::uint32_t enhanced_packet = 6;
inline constexpr std::uint32_t byte_order_magic = 0x1a2b3c4d;

inline constexpr std::size_t block_overhead = 12; ///< type, length, length again
inline constexpr std::size_t section_header_min = 28;
inline constexpr std::size_t interface_description_min = 20;
inline constexpr std::size_t enhanced_packet_min = 32;
inline constexpr std::size_t simple_packet_min = 16;
inline constexpr std::size_t interface_statistics_min = 24;

namespace option {
inline constexpr std::uint16_t end = 0;
inline constexpr std::uint16_t application = 4; ///< of a section header
inline constexpr std::uint16_t name = 2;
inline constexpr std::uint16_t description = 3;
inline constexpr std::uint16_t ipv4 = 4;
inline constexpr std::uint16_t ipv6 = 5;
inline constexpr std::uint16_t mac = 6;
inline constexpr std::uint16_t resolution = 9;
inline constexpr std::uint16_t offset = 14;
inline constexpr std::uint16_t packet_flags = 2;
inline constexpr std::uint16_t received = 4; ///< of interface statistics
inline constexpr std::uint16_t dropped = 5;
inline constexpr std::uint16_t dropped_by_os = 7;
} // namespace option
} // namespace pcapng

} // namespace pfq::capture
