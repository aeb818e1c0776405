// The devices that there are to capture from.
#pragma once
#include <string>
#include <string_view>

namespace pfq::tools {

/// A line for each in the manner of tcpdump: "1.eth0 [Up, Running]".
[[nodiscard]] std::string list_devices();
/// Of a name, or of a number in the list.
[[nodiscard]] std::string device_of(std::string_view text);
/// The first one that is up, rather not a loopback device; empty: none is up.
[[nodiscard]] std::string default_device();
[[nodiscard]] bool is_loopback(const std::string& name);

} // namespace pfq::tools
