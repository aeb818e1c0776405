#include "bench/traffic.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace pfq::bench {
namespace {

constexpr std::size_t file_header = 24, record_header = 16;
constexpr std::uint32_t snaplen = 262'144;

/// splitmix64: the standard's distributions differ between libraries.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        std::uint64_t x = state_ += 0x9e3779b97f4a7c15;
        x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
        x = (x ^ x >> 27) * 0x94d049bb133111eb;
        return x ^ x >> 31;
    }
    std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>((next() >> 32) * limit >> 32); }
    bool percent(unsigned of_hundred) { return below(100) < of_hundred; }
    bool per_mille(unsigned of_thousand) { return below(1000) < of_thousand; }
    template <std::size_t n> auto of(const std::array<std::uint16_t, n>& choices) { return choices[below(n)]; }

private:
    std::uint64_t state_;
};

constexpr std::array<std::uint16_t, 16> tcp_services = {443, 443, 443, 443, 443,  443,  80,   80,
                                                        80,  22,  25,  993, 8080, 3306, 5432, 179};
constexpr std::array<std::uint16_t, 10> udp_services = {53, 53, 53, 443, 443, 123, 161, 5060, 4500, 1194};

struct Flow {
    bool ipv6 = false;
    std::uint8_t protocol = 0;
    std::array<std::uint32_t, 2> address{}; ///< IPv4, or what distinguishes the IPv6 addresses
    std::array<std::uint16_t, 2> port{};
};

std::uint32_t random_address(Random& random) {
    const auto any = static_cast<std::uint32_t>(random.next());
    switch (random.below(5)) {
    case 0:
        return 0x0a000000 | (any & 0x0003ffff); // 10.0.0.0/14
    case 1:
        return 0xac100000 | (any & 0x000fffff); // 172.16.0.0/12
    case 2:
        return 0xc0a80000 | (any & 0x000007ff); // 192.168.0.0/21
    default:
        return 0x17000000 + any % 0xb0000000; // 23.0.0.0 to 198.255.255.255
    }
}

Flow random_flow(Random& random) {
    Flow flow;
    flow.ipv6 = random.percent(8);
    const unsigned kind = random.below(100);
    flow.protocol = kind < 70 ? 6 : kind < 96 ? 17 : flow.ipv6 ? 58 : 1;
    flow.address = {random_address(random), random_address(random)};
    const auto service = flow.protocol == 6 ? random.of(tcp_services) : random.of(udp_services);
    const auto client = static_cast<std::uint16_t>(1024 + random.below(64'000));
    flow.port = {client, random.percent(15) ? static_cast<std::uint16_t>(1024 + random.below(9000)) : service};
    return flow;
}

/// Appends big-endian numbers.
class Bytes {
public:
    explicit Bytes(std::vector<std::uint8_t>& to) : to_(to) {}
    void put(std::uint64_t value, unsigned bytes) {
        for (unsigned i = bytes; i-- > 0;)
            to_.push_back(static_cast<std::uint8_t>(value >> 8 * i));
    }
    void fill(std::size_t bytes, std::uint8_t with) { to_.insert(to_.end(), bytes, with); }

private:
    std::vector<std::uint8_t>& to_;
};

void put_little(std::vector<std::uint8_t>& to, std::uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i)
        to.push_back(static_cast<std::uint8_t>(value >> 8 * i));
}

class Generator {
public:
    explicit Generator(const TrafficOptions& options) : options_(options), random_(options.seed), bytes_(file_) {
        for (int i = 0; i < 4096; ++i)
            flows_.push_back(random_flow(random_));
    }

    std::vector<std::uint8_t> run() {
        file_.reserve(options_.packets * 620);
        put_little(file_, 0xa1b2c3d4, 4);
        put_little(file_, 2, 2);
        put_little(file_, 4, 2);
        put_little(file_, 0, 8);
        put_little(file_, snaplen, 4);
        put_little(file_, 1, 4);
        for (std::size_t i = 0; i < options_.packets; ++i)
            put_record(i);
        return std::move(file_);
    }

private:
    void put_record(std::size_t number) {
        const std::uint64_t micro = 1'700'000'000'000'000 + number * 3;
        put_little(file_, micro / 1'000'000, 4);
        put_little(file_, micro % 1'000'000, 4);
        const std::size_t lengths = file_.size();
        put_little(file_, 0, 8);
        put_frame();
        const auto length = static_cast<std::uint32_t>(file_.size() - lengths - 8);
        for (unsigned i = 0; i < 8; ++i)
            file_[lengths + i] = static_cast<std::uint8_t>(length >> 8 * (i % 4));
    }

    void put_frame() {
        bytes_.put(0x020000000001, 6);
        bytes_.put(0x020000000002, 6);
        if (!options_.plain && random_.percent(4)) {
            bytes_.put(0x81000000 | random_.below(4095), 4);
        }
        if (!options_.plain && random_.percent(1)) {
            bytes_.put(0x0806, 2);
            bytes_.put(0x0001080006040001, 8);
            bytes_.fill(38, 0);
            return;
        }
        // A few flows have most of the packets.
        const std::uint32_t rank = std::min(random_.below(4096), random_.below(4096));
        const Flow& flow = flows_[std::min(rank, random_.below(4096))];
        const bool backwards = random_.percent(45);
        flow.ipv6 ? put_ip6(flow, backwards) : put_ip4(flow, backwards);
    }

    std::size_t payload_size(const Flow& flow) {
        if (flow.protocol == 17)
            return 30 + random_.below(random_.percent(30) ? 1200 : 200);
        if (flow.protocol != 6)
            return 56;
        const unsigned kind = random_.below(100);
        return kind < 45 ? random_.below(13) : kind < 85 ? 1400 : random_.below(1400);
    }

    void put_ip4(const Flow& flow, bool backwards) {
        const std::size_t payload = payload_size(flow);
        const unsigned fragment = random_.per_mille(8) ? (random_.percent(50) ? 0x2000 : 185) : 0x4000;
        bytes_.put(0x0800, 2);
        bytes_.put(0x4500, 2);
        bytes_.put(20 + header_of(flow) + payload, 2);
        bytes_.put(random_.below(65536), 2);
        bytes_.put(fragment == 0x4000 && flow.protocol == 17 ? 0 : fragment, 2);
        bytes_.put(64, 1);
        bytes_.put(flow.protocol, 1);
        bytes_.put(0, 2);
        bytes_.put(flow.address[backwards], 4);
        bytes_.put(flow.address[!backwards], 4);
        put_transport(flow, backwards, payload);
    }

    void put_ip6(const Flow& flow, bool backwards) {
        const std::size_t payload = payload_size(flow);
        const bool hop_by_hop = !options_.plain && random_.percent(2);
        bytes_.put(0x86dd, 2);
        bytes_.put(0x60000000, 4);
        bytes_.put(header_of(flow) + payload + (hop_by_hop ? 8 : 0), 2);
        bytes_.put(hop_by_hop ? 0 : flow.protocol, 1);
        bytes_.put(64, 1);
        for (const bool end : {backwards, !backwards}) {
            bytes_.put(0x20010db800000000 | (flow.address[end] >> 16 & 0xff), 8);
            bytes_.put(flow.address[end], 8);
        }
        if (hop_by_hop)
            bytes_.put(std::uint64_t{flow.protocol} << 56 | 0x010400000000, 8);
        put_transport(flow, backwards, payload);
    }

    static std::size_t header_of(const Flow& flow) { return flow.protocol == 6 ? 20 : 8; }

    void put_transport(const Flow& flow, bool backwards, std::size_t payload) {
        bytes_.put(flow.port[backwards], 2);
        bytes_.put(flow.port[!backwards], 2);
        if (flow.protocol == 6) {
            bytes_.put(random_.next(), 8);
            const unsigned kind = random_.below(100);
            bytes_.put(0x5000 | (kind < 3 ? 0x02 : kind < 6 ? 0x12 : kind < 50 ? 0x18 : 0x10), 2);
            bytes_.put(0xffff0000, 4);
            bytes_.put(0, 2);
        } else {
            bytes_.put(8 + payload, 2);
            bytes_.put(0, 2);
        }
        bytes_.fill(payload, 'x');
    }

    TrafficOptions options_;
    Random random_;
    std::vector<std::uint8_t> file_;
    Bytes bytes_;
    std::vector<Flow> flows_;
};

std::uint32_t little32(const std::uint8_t* from) {
    std::uint32_t value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

} // namespace

std::vector<std::uint8_t> make_traffic(const TrafficOptions& options) {
    return Generator(options).run();
}

std::vector<FramePlace> find_frames(std::span<const std::uint8_t> file) {
    std::vector<FramePlace> frames;
    for (std::size_t at = file_header; at < file.size();) {
        const std::uint8_t* record = file.data() + at;
        const std::uint32_t captured = little32(record + 8);
        const std::uint64_t time = little32(record) * std::uint64_t{1'000'000'000} + little32(record + 4) * 1000ULL;
        frames.push_back({record + record_header, captured, little32(record + 12), time});
        at += record_header + captured;
    }
    return frames;
}

} // namespace pfq::bench
