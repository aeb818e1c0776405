// Lists of ports and networks.
#include "bench/hand/packet.hpp"

namespace hand {
namespace {

bool is_service(unsigned port) {
    switch (port) {
    case 22:
    case 25:
    case 80:
    case 110:
    case 143:
    case 443:
    case 993:
    case 995:
        return true;
    default:
        return false;
    }
}

bool is_listed(unsigned port) {
    switch (port) {
    case 20:
    case 21:
    case 22:
    case 23:
    case 25:
    case 53:
    case 67:
    case 68:
    case 69:
    case 80:
    case 110:
    case 123:
    case 143:
    case 161:
    case 162:
    case 389:
    case 443:
    case 514:
    case 587:
    case 636:
    case 993:
    case 995:
    case 1194:
    case 3306:
    case 5060:
    case 5061:
        return true;
    default:
        return false;
    }
}

bool is_listed4(std::uint32_t what) {
    return in_net(what, address(10, 1, 0, 0), 16) || in_net(what, address(10, 2, 16, 0), 20) ||
           in_net(what, address(172, 16, 0, 0), 14) || in_net(what, address(172, 24, 8, 0), 21) ||
           in_net(what, address(192, 168, 1, 0), 24) || in_net(what, address(192, 168, 4, 0), 22) ||
           in_net(what, address(100, 64, 0, 0), 10) || in_net(what, address(198, 18, 0, 0), 15) ||
           in_net(what, address(151, 101, 0, 0), 16) || in_net(what, address(34, 0, 0, 0), 8);
}

bool is_listed6(const std::uint8_t* at) {
    const std::uint32_t first = load32(at);
    return (first == 0x20010db8 && load32(at + 4) == 0x00000010) || first >> 22 == 0xfe80 >> 6;
}

} // namespace

void services(const Frame* frames, std::size_t count, std::uint64_t* accepted) {
    filter(frames, count, accepted, [](const Frame& frame) {
        const Headers headers = find_headers(frame);
        if (headers.protocol != 6)
            return false;
        const Ports ports = find_ports(headers);
        return ports.present && (is_service(ports.source) || is_service(ports.destination));
    });
}

void many_ports(const Frame* frames, std::size_t count, std::uint64_t* accepted) {
    filter(frames, count, accepted, [](const Frame& frame) {
        const Ports ports = find_ports(find_headers(frame));
        return ports.present && (is_listed(ports.source) || is_listed(ports.destination));
    });
}

void networks(const Frame* frames, std::size_t count, std::uint64_t* accepted) {
    filter(frames, count, accepted, [](const Frame& frame) {
        const Headers headers = find_headers(frame);
        if (headers.version == 4) [[likely]]
            return is_listed4(source4(headers)) || is_listed4(destination4(headers));
        return headers.version == 6 && (is_listed6(headers.ip + 8) || is_listed6(headers.ip + 24));
    });
}

} // namespace hand
