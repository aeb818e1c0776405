#include "tools/pfq/run/request.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <thread>

namespace pfq::tools {
namespace {

constexpr std::uint32_t max_queue = 65535;

/// Takes one option of a group; an error text, empty when all is well.
std::string set_once(std::optional<std::string>& place, const Occurrence& occurrence, unsigned group) {
    if (place)
        return fmt::format("--{} is given twice for group {}", occurrence.option->name, group);
    place = occurrence.text;
    return {};
}

std::string set_program(GroupRequest& group, const Occurrence& occurrence) {
    if (group.program)
        return fmt::format("group {} has two programs, '{}' and '{}'; begin another group with --group", group.id,
                           *group.program, occurrence.text);
    group.program = occurrence.text;
    group.is_file = occurrence.option == nullptr;
    return {};
}

std::string set_sockets(GroupRequest& group, const std::string& text) {
    if (group.sockets)
        return fmt::format("--sockets is given twice for group {}", group.id);
    auto sockets = engine::parse_sockets(text);
    if (!sockets)
        return sockets.error();
    group.sockets = std::move(*sockets);
    return {};
}

std::string set_vlan(GroupRequest& group, const std::string& text) {
    if (group.vlan)
        return fmt::format("--vlan is given twice for group {}", group.id);
    auto vlan = engine::VlanFilter::parse(text);
    if (!vlan)
        return vlan.error();
    group.vlan = std::move(*vlan);
    return {};
}

std::string set_group_option(GroupRequest& group, const Occurrence& occurrence) {
    const std::string_view name = occurrence.option ? occurrence.option->name : "expression";
    if (name == "expression")
        return set_program(group, occurrence);
    if (name == "sockets")
        return set_sockets(group, occurrence.text);
    if (name == "vlan")
        return set_vlan(group, occurrence.text);
    if (name == "policy") {
        using engine::live::Policy;
        group.policy = occurrence.text == "shared"       ? Policy::shared
                       : occurrence.text == "restricted" ? Policy::restricted
                                                         : Policy::private_;
        return {};
    }
    if (name == "write")
        return set_once(group.output, occurrence, group.id);
    if (name == "filter")
        return set_once(group.filter, occurrence, group.id);
    return {};
}

template <class Value> void inherit(std::optional<Value>& place, const std::optional<Value>& general) {
    if (!place)
        place = general;
}

/// Collects the groups in the order of the command line. What precedes the first --group is group 0 if it has a
/// program.
std::string set_groups(RunRequest& request, const Arguments& arguments) {
    std::vector<GroupRequest> groups(1);
    for (const Occurrence& occurrence : arguments.occurrences()) {
        if (occurrence.option && occurrence.option->name == "group")
            groups.push_back({.id = static_cast<unsigned>(occurrence.number), .numbered = true});
        else if (std::string error = set_group_option(groups.back(), occurrence); !error.empty())
            return error;
    }
    const GroupRequest general = groups.front();
    if (groups.size() > 1 && !general.program)
        groups.erase(groups.begin());
    std::ranges::stable_sort(groups, {}, &GroupRequest::id);
    for (GroupRequest& group : groups) {
        const bool joins = group.policy == engine::live::Policy::shared && arguments.has("interface");
        if (!group.program && !joins)
            return groups.size() == 1 && !arguments.has("group")
                       ? "no program, give a file, - or -e TEXT"
                       : fmt::format("group {} has no program, give a file, - or -e TEXT", group.id);
        if (general.program)
            continue;
        inherit(group.output, general.output);
        inherit(group.filter, general.filter);
        inherit(group.vlan, general.vlan);
        inherit(group.sockets, general.sockets);
    }
    request.groups = std::move(groups);
    return {};
}

std::string set_tables(RunRequest& request, const Arguments& arguments) {
    for (const std::string_view text : arguments.values("table")) {
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size())
            return fmt::format("invalid table '{}': write NAME=FILE", text);
        if (!request.tables.emplace(text.substr(0, equals), text.substr(equals + 1)).second)
            return fmt::format("table {} is given twice", text.substr(0, equals));
    }
    return {};
}

std::string set_addresses(RunRequest& request, const Arguments& arguments) {
    for (const std::string_view text : arguments.values("address")) {
        const std::size_t equals = text.rfind('=');
        const auto address = engine::parse_address(equals == std::string_view::npos ? "" : text.substr(equals + 1));
        if (!address)
            return fmt::format("invalid address '{}': write DEVICE=IP, as in eth0=10.0.0.1", text);
        engine::DeviceAddress& device = request.addresses[std::string(text.substr(0, equals))];
        if (address->ipv6)
            device.ipv6 = address->address;
        else
            device.ipv4 = static_cast<std::uint32_t>(address->address.low);
    }
    return {};
}

/// "eth0" or "eth0:2".
std::expected<engine::live::BindOptions, std::string> parse_device(std::string_view text) {
    engine::live::BindOptions device;
    const std::size_t colon = text.rfind(':');
    device.device = text.substr(0, colon);
    if (colon == std::string_view::npos)
        return device;
    const std::string_view queue = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(queue.data(), queue.data() + queue.size(), device.queue);
    if (error != std::errc() || end != queue.data() + queue.size() || device.queue > max_queue)
        return std::unexpected(
            fmt::format("invalid queue '{}' of device {}: write DEVICE:NUMBER", queue, device.device));
    return device;
}

std::string set_live(RunRequest& request, const Arguments& arguments) {
    using engine::live::Direction;
    using engine::live::Mode;
    LiveRequest& live = request.live;
    const auto is = [&](std::string_view option, std::string_view value) { return arguments.value(option) == value; };
    const Mode mode = is("mode", "native")    ? Mode::native
                      : is("mode", "tc")      ? Mode::tc
                      : is("mode", "generic") ? Mode::generic
                                              : Mode::automatic;
    for (const std::string_view text : arguments.values("interface")) {
        auto device = parse_device(text);
        if (!device)
            return device.error();
        device->mode = mode;
        device->ownership = is("ownership", "own") ? engine::live::Ownership::own : engine::live::Ownership::observe;
        if (!is("direction", "out"))
            live.devices.push_back(*device);
        device->direction = Direction::out;
        if (is("direction", "out") || is("direction", "both"))
            live.devices.push_back(*device);
    }
    live.time = is("time", "none") ? PFQ_TIME_NONE : is("time", "coarse") ? PFQ_TIME_COARSE : PFQ_TIME_PRECISE;
    live.memory = arguments.number("memory").value_or(engine::live::default_budget);
    if (!live.devices.empty())
        return {};
    for (const char* option : {"direction", "mode", "ownership", "time", "memory"})
        if (arguments.has(option))
            return fmt::format("--{} is for live traffic, give a device with -i", option);
    return {};
}

std::string check_inputs(const RunRequest& request) {
    if (!request.live.devices.empty() && !request.inputs.empty())
        return "give either captures with -r or devices with -i, not both";
    if (request.inputs.empty() && request.live.devices.empty())
        return "no packets, give a capture with -r FILE or a device with -i DEVICE";
    const auto reads_input = [](const GroupRequest& group) { return group.is_file && *group.program == "-"; };
    const auto readers = std::ranges::count_if(request.groups, reads_input) + std::ranges::count(request.inputs, "-");
    return readers > 1 ? "standard input can be read once only" : "";
}

} // namespace

std::expected<RunRequest, std::string> make_request(const Arguments& arguments) {
    RunRequest request;
    for (const std::string_view path : arguments.values("read"))
        request.inputs.emplace_back(path);
    for (const auto& set : {set_groups, set_tables, set_addresses, set_live})
        if (std::string error = set(request, arguments); !error.empty())
            return std::unexpected(std::move(error));
    if (std::string error = check_inputs(request); !error.empty())
        return std::unexpected(std::move(error));
    if (const auto format = arguments.value("format"))
        request.format = *format == "pcap" ? capture::FileFormat::pcap : capture::FileFormat::pcapng;
    request.count = arguments.number("count").value_or(0);
    request.snaplen = static_cast<std::uint32_t>(arguments.number("snapshot-length").value_or(0));
    const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
    request.threads = static_cast<unsigned>(arguments.number("threads").value_or(std::min(processors, 16U)));
    request.json = arguments.has("json");
    request.stats = arguments.has("stats");
    request.quiet = arguments.has("quiet");
    return request;
}

} // namespace pfq::tools
