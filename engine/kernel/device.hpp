// Network interfaces, as the kernel describes them.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "engine/kernel/error.hpp"

namespace pfq::engine {

struct DeviceInfo {
    std::string name;
    unsigned index = 0;
    unsigned mtu = 0;
    unsigned receive_queues = 1;
    bool up = false;
    bool ethernet = false;             ///< frames have an Ethernet header (loopback counts)
    std::string driver;                ///< empty: the device has none
    std::optional<std::uint32_t> ipv4; ///< its first address
    struct Ipv6 {
        std::uint64_t high, low;
    };
    std::optional<Ipv6> ipv6; ///< its first address that is not link-local, else its first
};

/// The error names the device and says what there is instead.
[[nodiscard]] Result<DeviceInfo> find_device(const std::string& name);
/// Empty when there is no such device (any more).
[[nodiscard]] std::string device_name(unsigned index);
/// Removed, or moved to another network namespace. When the kernel does not answer: no.
[[nodiscard]] bool device_is_gone(unsigned index);
/// Of the network namespace of this process: what tells it from others.
[[nodiscard]] std::uint64_t network_namespace();

} // namespace pfq::engine
