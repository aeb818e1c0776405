#include "engine/capture/pcapng_options.hpp"
#include "engine/capture/bytes.hpp"
#include "engine/capture/format.hpp"
#include "engine/capture/packet.hpp"
#include <algorithm>
#include <bit>

namespace pfq::capture::pcapng {
namespace {

/// Options of an interface that may occur more than once are kept up to this number.
constexpr std::size_t max_addresses = 64;

void read_addresses(const Options::Option& item, CaptureInterface& interface) {
    if (item.code == option::ipv4 && item.value.size() == 8 && interface.ipv4.size() < max_addresses) {
        InterfaceAddress4 address;
        std::copy_n(item.value.data(), 4, address.address.data());
        address.prefix = static_cast<std::uint8_t>(std::popcount(load<std::uint32_t>(item.value.data() + 4)));
        interface.ipv4.push_back(address);
    } else if (item.code == option::ipv6 && item.value.size() == 17 && interface.ipv6.size() < max_addresses) {
        InterfaceAddress6 address;
        std::copy_n(item.value.data(), 16, address.address.data());
        address.prefix = std::min<std::uint8_t>(item.value[16], 128);
        interface.ipv6.push_back(address);
    } else if (item.code == option::mac && item.value.size() == 6) {
        std::copy_n(item.value.data(), 6, interface.mac.emplace().data());
    }
}

std::string text_of(std::span<const std::uint8_t> value) {
    // Some writers count a terminating zero.
    const auto end = std::find(value.begin(), value.end(), std::uint8_t{0});
    return {value.begin(), end};
}

} // namespace

bool Options::next(Option& item) {
    if (rest_.size() < 4)
        return false;
    item.code = load<std::uint16_t>(rest_.data(), swap_);
    const std::size_t length = load<std::uint16_t>(rest_.data() + 2, swap_);
    if (item.code == option::end || length > rest_.size() - 4)
        return false;
    item.value = rest_.subspan(4, length);
    rest_ = rest_.subspan(std::min(4 + ((length + 3) & ~std::size_t{3}), rest_.size()));
    return true;
}

void read_interface_options(std::span<const std::uint8_t> bytes, bool swap, CaptureInterface& interface) {
    std::uint8_t resolution = 6;
    std::int64_t offset = 0;
    Options options(bytes, swap);
    for (Options::Option item; options.next(item);) {
        if (item.code == option::name)
            interface.name = text_of(item.value);
        else if (item.code == option::description)
            interface.description = text_of(item.value);
        else if (item.code == option::resolution && item.value.size() == 1)
            resolution = item.value[0];
        else if (item.code == option::offset && item.value.size() == 8)
            offset = static_cast<std::int64_t>(load<std::uint64_t>(item.value.data(), swap));
        else
            read_addresses(item, interface);
    }
    interface.clock = TickClock(resolution, offset);
}

void read_statistics_options(std::span<const std::uint8_t> bytes, bool swap, InterfaceStatistics& statistics) {
    Options options(bytes, swap);
    for (Options::Option item; options.next(item);) {
        if (item.value.size() != 8)
            continue;
        const auto value = load<std::uint64_t>(item.value.data(), swap);
        if (item.code == option::received)
            statistics.received = value;
        else if (item.code == option::dropped)
            statistics.dropped = value;
        else if (item.code == option::dropped_by_os)
            statistics.dropped_by_os = value;
    }
}

std::uint16_t read_direction(std::span<const std::uint8_t> bytes, bool swap) {
    Options options(bytes, swap);
    for (Options::Option item; options.next(item);) {
        if (item.code != option::packet_flags || item.value.size() != 4)
            continue;
        const auto direction = load<std::uint32_t>(item.value.data(), swap) & 3U;
        return direction == 3 ? std::uint16_t{0} : static_cast<std::uint16_t>(direction);
    }
    return 0;
}

} // namespace pfq::capture::pcapng
