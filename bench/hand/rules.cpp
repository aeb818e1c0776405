// Lists of rules, each of several tests.
#include "bench/hand/packet.hpp"

namespace hand {

void access_list(const Frame* frames, std::size_t count, std::uint64_t* accepted) {
    filter(frames, count, accepted, [](const Frame& frame) {
        const Headers headers = find_headers(frame);
        if (headers.version != 4)
            return false;
        const Ports ports = find_ports(headers);
        if (!ports.present)
            return false;
        const std::uint32_t from = source4(headers), to = destination4(headers);
        switch (ports.destination) {
        case 443:
            return (in_net(from, address(10, 0, 0, 0), 15) && in_net(to, address(172, 16, 0, 0), 12)) ||
                   (in_net(from, address(192, 168, 2, 0), 23) && in_net(to, address(23, 0, 0, 0), 8));
        case 80:
            return (in_net(from, address(10, 2, 0, 0), 16) && in_net(to, address(172, 20, 0, 0), 14)) ||
                   (in_net(from, address(172, 16, 0, 0), 13) && in_net(to, address(192, 168, 0, 0), 22));
        case 22:
            return in_net(from, address(192, 168, 0, 0), 24) && in_net(to, address(10, 0, 0, 0), 14);
        case 53:
            return in_net(from, address(192, 168, 0, 0), 16) && in_net(to, address(10, 0, 0, 0), 8);
        case 25:
            return in_net(from, address(172, 16, 0, 0), 12) && in_net(to, address(64, 0, 0, 0), 3);
        case 993:
            return in_net(from, address(10, 0, 0, 0), 8) && in_net(to, address(128, 0, 0, 0), 4);
        case 8080:
            return in_net(from, address(10, 3, 0, 0), 16) && in_net(to, address(10, 0, 0, 0), 16);
        case 3306:
            return in_net(from, address(172, 28, 0, 0), 14) && in_net(to, address(172, 16, 0, 0), 14);
        default:
            return false;
        }
    });
}

void rules(const Frame* frames, std::size_t count, std::uint64_t* accepted) {
    filter(frames, count, accepted, [](const Frame& frame) {
        const Headers headers = find_headers(frame);
        if (headers.version != 4)
            return false;
        const Ports ports = find_ports(headers);
        if (!ports.present)
            return false;
        const std::uint32_t from = source4(headers);
        const unsigned port = ports.destination;
        if (in_net(from, address(172, 31, 0, 0), 16))
            return false;
        if (headers.protocol == 6)
            return (port == 443 && (in_net(from, address(10, 0, 0, 0), 15) || in_net(from, address(64, 0, 0, 0), 4))) ||
                   (port == 80 &&
                    (in_net(from, address(10, 2, 0, 0), 15) || in_net(from, address(172, 16, 0, 0), 13))) ||
                   (port == 22 && in_net(from, address(192, 168, 0, 0), 22)) ||
                   (port == 25 && in_net(from, address(172, 24, 0, 0), 13)) ||
                   (port == 993 && in_net(from, address(80, 0, 0, 0), 5)) ||
                   (port == 5432 && in_net(from, address(10, 1, 0, 0), 16));
        return headers.protocol == 17 && ((port == 53 && in_net(from, address(192, 168, 0, 0), 16)) ||
                                          (port == 443 && in_net(from, address(10, 0, 0, 0), 8)) ||
                                          (port == 123 && in_net(from, address(172, 16, 0, 0), 12)) ||
                                          (port == 161 && in_net(from, address(10, 0, 0, 0), 14)) ||
                                          (port == 5060 && in_net(from, address(96, 0, 0, 0), 3)));
    });
}

} // namespace hand
