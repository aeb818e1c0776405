// What the hand-written filters share: headers of a frame, found as one would write it for speed. Nothing of PFQ.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace hand {

struct Frame {
    const std::uint8_t* data;
    std::uint32_t captured;
    std::uint32_t length; ///< on the wire
    std::uint64_t time_ns;
};

/// Writes one bit per frame: accepted.
using Filter = void (*)(const Frame* frames, std::size_t count, std::uint64_t* accepted);

inline std::uint16_t load16(const std::uint8_t* from) {
    std::uint16_t value;
    std::memcpy(&value, from, sizeof value);
    return __builtin_bswap16(value);
}
inline std::uint32_t load32(const std::uint8_t* from) {
    std::uint32_t value;
    std::memcpy(&value, from, sizeof value);
    return __builtin_bswap32(value);
}

/// IP header and what it carries. Not IP: version 0, protocol 256.
/// Version and protocol are apart: g++ tests neighbours at once, which stalls just after they were stored one by one.
struct Headers {
    unsigned version = 0;
    const std::uint8_t* ip = nullptr;
    const std::uint8_t* transport = nullptr; ///< null in later fragments
    const std::uint8_t* end = nullptr;
    unsigned protocol = 256;
};

/// Anything but an untagged frame with a simple IP header: VLAN tags, IPv6 extension headers.
Headers find_headers_slowly(const Frame& frame);

inline Headers find_headers(const Frame& frame) {
    const std::uint8_t* data = frame.data;
    if (frame.captured >= 34) [[likely]] {
        const unsigned type = load16(data + 12);
        if (type == 0x0800 && data[14] >= 0x45 && data[14] <= 0x4f) [[likely]] {
            const bool later = (load16(data + 20) & 0x1fff) != 0;
            return {4, data + 14, later ? nullptr : data + 14 + (data[14] & 15) * 4, data + frame.captured, data[23]};
        }
        const unsigned next = data[20];
        if (type == 0x86dd && frame.captured >= 54 && data[14] >> 4 == 6 && (next == 6 || next == 17 || next == 58))
            return {6, data + 14, data + 54, data + frame.captured, next};
    }
    return find_headers_slowly(frame);
}

struct Ports {
    bool present;
    std::uint16_t source, destination;
};

/// Of TCP, UDP and SCTP.
inline Ports find_ports(const Headers& headers) {
    const bool has_ports = headers.protocol == 6 || headers.protocol == 17 || headers.protocol == 132;
    if (!has_ports || !headers.transport || headers.end - headers.transport < 4)
        return {false, 0, 0};
    const std::uint32_t both = load32(headers.transport);
    return {true, static_cast<std::uint16_t>(both >> 16), static_cast<std::uint16_t>(both)};
}

inline bool has_port(const Headers& headers, unsigned port) {
    const Ports ports = find_ports(headers);
    return ports.present && (ports.source == port || ports.destination == port);
}

constexpr std::uint32_t address(unsigned a, unsigned b, unsigned c, unsigned d) {
    return a << 24 | b << 16 | c << 8 | d;
}
inline bool in_net(std::uint32_t what, std::uint32_t net, unsigned length) {
    return (what ^ net) >> (32 - length) == 0;
}
inline std::uint32_t source4(const Headers& headers) {
    return load32(headers.ip + 12);
}
inline std::uint32_t destination4(const Headers& headers) {
    return load32(headers.ip + 16);
}

/// Is either address in an IPv4 network?
inline bool has_net(const Headers& headers, std::uint32_t net, unsigned length) {
    return headers.version == 4 &&
           (in_net(source4(headers), net, length) || in_net(destination4(headers), net, length));
}

template <class Test> inline void filter(const Frame* frames, std::size_t count, std::uint64_t* accepted, Test test) {
    constexpr std::size_t ahead = 8;
    for (std::size_t base = 0; base < count; base += 64) {
        const std::size_t end = count - base < 64 ? count : base + 64;
        std::uint64_t bits = 0;
        for (std::size_t i = base; i < end; ++i) {
            if (i + ahead < count)
                __builtin_prefetch(frames[i + ahead].data);
            bits |= std::uint64_t{test(frames[i])} << (i - base);
        }
        accepted[base / 64] = bits;
    }
}

// The programs of bench/programs.cpp.
void tcp(const Frame* frames, std::size_t count, std::uint64_t* accepted);
void dns(const Frame* frames, std::size_t count, std::uint64_t* accepted);
void office_web(const Frame* frames, std::size_t count, std::uint64_t* accepted);
void openings(const Frame* frames, std::size_t count, std::uint64_t* accepted);
void large_udp(const Frame* frames, std::size_t count, std::uint64_t* accepted);
void services(const Frame* frames, std::size_t count, std::uint64_t* accepted);
void networks(const Frame* frames, std::size_t count, std::uint64_t* accepted);
void many_ports(const Frame* frames, std::size_t count, std::uint64_t* accepted);
void access_list(const Frame* frames, std::size_t count, std::uint64_t* accepted);
void rules(const Frame* frames, std::size_t count, std::uint64_t* accepted);

} // namespace hand
