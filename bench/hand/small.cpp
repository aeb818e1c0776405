// One to five tests.
#include "bench/hand/packet.hpp"

namespace hand {

void tcp(const Frame* frames, std::size_t count, std::uint64_t* accepted) {
    filter(frames, count, accepted, [](const Frame& frame) { return find_headers(frame).protocol == 6; });
}

void dns(const Frame* frames, std::size_t count, std::uint64_t* accepted) {
    filter(frames, count, accepted, [](const Frame& frame) {
        const Headers headers = find_headers(frame);
        return headers.protocol == 17 && has_port(headers, 53);
    });
}

void office_web(const Frame* frames, std::size_t count, std::uint64_t* accepted) {
    filter(frames, count, accepted, [](const Frame& frame) {
        const Headers headers = find_headers(frame);
        return headers.protocol == 6 && has_port(headers, 443) && has_net(headers, address(10, 1, 0, 0), 16);
    });
}

void openings(const Frame* frames, std::size_t count, std::uint64_t* accepted) {
    filter(frames, count, accepted, [](const Frame& frame) {
        const Headers headers = find_headers(frame);
        const std::uint8_t* tcp = headers.transport;
        if (headers.version != 4 || headers.protocol != 6 || !tcp || headers.end - tcp < 14)
            return false;
        const bool is_opening = (tcp[13] & 0x12) == 0x02, to_service = load16(tcp + 2) == 443;
        return is_opening && to_service;
    });
}

void large_udp(const Frame* frames, std::size_t count, std::uint64_t* accepted) {
    filter(frames, count, accepted, [](const Frame& frame) {
        if (frame.length < 1000)
            return false;
        const Headers headers = find_headers(frame);
        if (headers.protocol != 17 || has_net(headers, address(10, 0, 0, 0), 8))
            return false;
        const Ports ports = find_ports(headers);
        return !ports.present ||
               (ports.source != 53 && ports.destination != 53 && ports.source != 443 && ports.destination != 443);
    });
}

} // namespace hand
