#include "tests/live/send/flows.hpp"

#include <algorithm>
#include <cstring>

namespace pfq::send {
namespace {

constexpr std::uint32_t ethernet = 14, ipv4 = 20, ipv6 = 40, udp = 8;
constexpr std::uint8_t protocol_udp = 17;
constexpr std::uint32_t first_port = 1024, ports = 60000;

void put16(std::uint8_t* at, std::uint32_t value) {
    at[0] = static_cast<std::uint8_t>(value >> 8);
    at[1] = static_cast<std::uint8_t>(value);
}

std::uint32_t add(std::uint32_t sum, const std::uint8_t* bytes, std::size_t count) {
    for (std::size_t i = 0; i < count; i += 2)
        sum += static_cast<std::uint32_t>(bytes[i]) << 8 | bytes[i + 1];
    return sum;
}

std::uint16_t complement(std::uint32_t sum) {
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(~sum);
}

/// Number and complement add up to four times 0xffff, which is nothing; the bytes behind are zeros.
std::uint16_t udp_checksum(const std::uint8_t* addresses, std::size_t size, const std::uint8_t* header) {
    const std::uint32_t length = static_cast<std::uint32_t>(header[4]) << 8 | header[5];
    const std::uint16_t sum = complement(add(add(protocol_udp + length, addresses, size), header, udp));
    return sum == 0 ? 0xffff : sum;
}

std::uint8_t* put_udp(std::uint8_t* at, std::uint32_t flow, std::uint32_t length) {
    put16(at, first_port + flow % ports);
    put16(at + 2, first_port + flow * 7 % ports);
    put16(at + 4, length);
    return at;
}

void put_ipv4(std::uint8_t* at, std::uint32_t flow, std::uint32_t length) {
    const std::uint8_t header[ipv4] = {0x45,
                                       0,
                                       0,
                                       0,
                                       0,
                                       0,
                                       0x40,
                                       0,
                                       64,
                                       protocol_udp,
                                       0,
                                       0,
                                       10,
                                       static_cast<std::uint8_t>(flow >> 16),
                                       static_cast<std::uint8_t>(flow >> 8),
                                       static_cast<std::uint8_t>(flow),
                                       192,
                                       168,
                                       static_cast<std::uint8_t>(flow % 5),
                                       static_cast<std::uint8_t>(1 + flow % 250)};
    std::memcpy(at, header, sizeof header);
    put16(at + 2, length);
    put16(at + 10, complement(add(0, at, ipv4)));
    std::uint8_t* transport = put_udp(at + ipv4, flow, length - ipv4);
    put16(transport + 6, udp_checksum(at + 12, 8, transport));
}

void put_ipv6(std::uint8_t* at, std::uint32_t flow, std::uint32_t length) {
    at[0] = 0x60;
    put16(at + 4, length - ipv6);
    at[6] = protocol_udp;
    at[7] = 64;
    std::uint8_t *source = at + 8, *destination = at + 24;
    source[0] = destination[0] = 0xfd;
    source[1] = 1;
    put16(source + 12, flow >> 16);
    put16(source + 14, flow & 0xffff);
    destination[1] = 2;
    put16(destination + 14, 1 + flow % 250);
    std::uint8_t* transport = put_udp(at + ipv6, flow, length - ipv6);
    put16(transport + 6, udp_checksum(source, 32, transport));
}

} // namespace

std::vector<send_headers> make_flows(const FlowOptions& options) {
    std::vector<send_headers> flows(options.count);
    for (std::uint32_t i = 0; i < options.count; ++i) {
        send_headers& headers = flows[i];
        headers = {};
        const std::uint32_t flow = options.first + i * options.step;
        headers.ipv6 = options.family == Family::ipv6 || (options.family == Family::both && flow % 2 == 1);
        auto* frame = reinterpret_cast<std::uint8_t*>(headers.words);
        std::memcpy(frame, options.destination, 6);
        std::memcpy(frame + 6, options.source, 6);
        put16(frame + 12, headers.ipv6 ? 0x86dd : 0x0800);
        (headers.ipv6 ? put_ipv6 : put_ipv4)(frame + ethernet, flow, options.size - ethernet);
    }
    return flows;
}

std::vector<std::uint8_t> make_frame(const send_headers& flow, std::uint32_t size, std::uint64_t number) {
    std::vector<std::uint8_t> frame(size);
    std::memcpy(frame.data(), flow.words, std::min<std::size_t>(size, sizeof flow.words));
    std::uint8_t* at = frame.data() + (flow.ipv6 ? SEND_NUMBER_IPV6 : SEND_NUMBER_IPV4);
    const std::uint64_t big_endian = __builtin_bswap64(flow.first + number), inverse = ~big_endian;
    std::memcpy(at, &big_endian, sizeof big_endian);
    std::memcpy(at + sizeof big_endian, &inverse, sizeof inverse);
    return frame;
}

} // namespace pfq::send
