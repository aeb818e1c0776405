#include "tools/pfq/capture/request.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <iterator>
#include <thread>

#include "tools/common/errors.hpp"
#include "tools/pfq/capture/devices.hpp"

namespace pfq::tools {
namespace {

using engine::live::BindOptions;
using engine::live::Direction;
using engine::live::Mode;

std::expected<std::string, std::string> read_filter(const std::string& path) {
    std::ifstream file(path);
    if (!file)
        return std::unexpected(system_error("open", path, errno));
    std::string text, line;
    while (std::getline(file, line))
        text += line.substr(0, line.find('#')) + " ";
    return text;
}

std::string set_filter(CaptureRequest& request, const Arguments& arguments) {
    std::string filter = fmt::format("{}", fmt::join(arguments.positionals(), " "));
    if (const auto path = arguments.value("file")) {
        auto read = read_filter(std::string(*path));
        if (!read)
            return read.error();
        filter = std::move(*read);
    }
    GroupRequest group;
    group.program = arguments.value("expression").value_or("unit");
    if (filter.find_first_not_of(" \t") != std::string::npos)
        group.filter = filter;
    request.run.groups.push_back(std::move(group));
    return {};
}

std::string set_devices(CaptureRequest& request, const Arguments& arguments) {
    if (arguments.has("read"))
        return arguments.has("interface") ? "give either a capture with -r or devices with -i, not both" : "";
    std::vector<std::string> names;
    for (const std::string_view text : arguments.values("interface"))
        if (const std::string name = device_of(text); std::ranges::find(names, name) == names.end())
            names.push_back(name);
    if (std::ranges::find(names, "any") != names.end())
        return "there is no device 'any' here: name each device with -i";
    if (names.empty())
        names.push_back(default_device());
    if (names.front().empty())
        return "no device is up, give one with -i";
    const auto mode = arguments.value("mode");
    const auto direction = arguments.value("direction").value_or("inout");
    for (const std::string& name : names) {
        BindOptions binding{.device = name};
        binding.mode = mode == "native"    ? Mode::native
                       : mode == "tc"      ? Mode::tc
                       : mode == "generic" ? Mode::generic
                                           : Mode::automatic;
        if (direction != "out")
            request.run.live.devices.push_back(binding);
        binding.direction = Direction::out;
        // On a loopback device each packet arrives that left; tcpdump shows it once, too.
        if (direction == "out" || (direction == "inout" && !is_loopback(name)))
            request.run.live.devices.push_back(binding);
    }
    return {};
}

std::string set_time(CaptureRequest& request, const Arguments& arguments) {
    const auto type = arguments.value("time-stamp-type").value_or("host");
    if (type.starts_with("adapter"))
        return fmt::format("time stamps of type {} cannot be had; see -J", type);
    if (type == "host_lowprec")
        request.run.live.time = PFQ_TIME_COARSE;
    const auto precision = arguments.value("time-stamp-precision");
    request.microseconds = arguments.has("micro") || precision == "micro";
    const bool nano = arguments.has("nano") || precision == "nano";
    if (request.microseconds && nano)
        return "give either micro or nano, not both";
    if (nano)
        request.print_flags.emplace_back("--nano");
    return {};
}

/// Flags of tcpdump, as often as they are given.
std::string set_printing(CaptureRequest& request, const Arguments& arguments) {
    static constexpr std::array<std::pair<std::string_view, const char*>, 10> flags = {{{"numeric", "-n"},
                                                                                        {"link-level", "-e"},
                                                                                        {"less", "-q"},
                                                                                        {"verbose", "-v"},
                                                                                        {"hex", "-x"},
                                                                                        {"hex-ascii", "-X"},
                                                                                        {"ascii", "-A"},
                                                                                        {"no-time", "-t"},
                                                                                        {"number", "-#"},
                                                                                        {"line-buffered", "-l"}}};
    for (const Occurrence& occurrence : arguments.occurrences())
        for (const auto& [name, flag] : flags)
            if (occurrence.option != nullptr && occurrence.option->name == name)
                request.print_flags.emplace_back(flag);
    request.prints = !request.write || arguments.has("print");
    if (request.prints && request.write == "-")
        return "packets cannot be printed where -w - writes them";
    if (request.prints && request.write && arguments.has("read"))
        return "--print with -w is for live traffic";
    return {};
}

std::string set_writing(CaptureRequest& request, const Arguments& arguments) {
    if (const auto path = arguments.value("write"))
        request.write = *path;
    const bool is_pcapng = request.write && (request.write->ends_with(".pcapng") || request.write->ends_with(".ntar"));
    const auto format = arguments.value("format").value_or(is_pcapng ? "pcapng" : "pcap");
    request.format = format == "pcap" ? capture::FileFormat::pcap : capture::FileFormat::pcapng;
    request.packet_buffered = arguments.has("packet-buffered") || arguments.has("immediate-mode");
    request.rotation.bytes = arguments.number("file-size").value_or(0) * 1'000'000;
    request.rotation.seconds = arguments.number("rotate-seconds").value_or(0);
    request.rotation.files = arguments.number("file-count").value_or(0);
    const bool rotates = request.rotation.bytes != 0 || request.rotation.seconds != 0;
    if (request.rotation.files != 0 && !rotates)
        return "-W counts the files of -C or -G, give one of them";
    if (rotates && (!request.write || request.write == "-"))
        return "-C and -G need the name of a file, give it with -w";
    if (rotates && arguments.has("read"))
        return "-C and -G are for live traffic";
    return {};
}

void set_limits(CaptureRequest& request, const Arguments& arguments) {
    constexpr std::uint64_t kib = 1024, least = 65536;
    RunRequest& run = request.run;
    run.count = arguments.number("count").value_or(0);
    run.snaplen = static_cast<std::uint32_t>(arguments.number("snapshot-length").value_or(0));
    if (const auto size = arguments.number("buffer-size"))
        run.live.memory = std::max(least, *size * kib);
    run.threads = std::clamp(std::thread::hardware_concurrency(), 1U, 16U);
    if (const auto path = arguments.value("read"))
        run.inputs.emplace_back(*path);
    if (const auto user = arguments.value("relinquish-privileges"))
        request.user = *user;
    request.promiscuous = !arguments.has("no-promiscuous-mode");
}

} // namespace

std::expected<CaptureRequest, std::string> make_capture_request(const Arguments& arguments) {
    CaptureRequest request;
    set_limits(request, arguments);
    for (const auto& set : {set_filter, set_devices, set_time, set_writing, set_printing})
        if (std::string error = set(request, arguments); !error.empty())
            return std::unexpected(std::move(error));
    return request;
}

} // namespace pfq::tools
