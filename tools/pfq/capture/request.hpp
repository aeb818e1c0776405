// What the command line of pfq capture asks for.
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "engine/capture/rotation.hpp"
#include "tools/common/options.hpp"
#include "tools/running/request.hpp"

namespace pfq::tools {

struct CaptureRequest {
    RunRequest run; ///< one group with one socket; its output is not in it
    std::optional<std::string> write = {};
    capture::FileFormat format = capture::FileFormat::pcap;
    bool microseconds = false; ///< in what is written
    capture::RotationOptions rotation = {};
    bool packet_buffered = false;
    bool prints = false;
    std::vector<std::string> print_flags = {}; ///< of tcpdump
    std::optional<std::string> user = {};
    bool promiscuous = true;
};

/// Reads the file of -F and the list of devices. The error is a usage error.
[[nodiscard]] std::expected<CaptureRequest, std::string> make_capture_request(const Arguments& arguments);

} // namespace pfq::tools
