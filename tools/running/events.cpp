#include "tools/running/events.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/capture/link_layer.hpp"
#include "lang/reference/fields.hpp"

namespace pfq::tools {
namespace {

using lang::Field;
using lang::reference::Level;

constexpr std::size_t buffer_bytes = 34; ///< of log_buff: an Ethernet and an IPv4 header, as in PFQ 6

std::string hex(const capture::Packet& packet) {
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(buffer_bytes, packet.captured); ++i)
        text += fmt::format("{}{:02x}", i == 0 ? "" : " ", packet.data[i]);
    return text;
}

std::string ip_text(std::uint64_t high, std::uint64_t low, bool ipv6) {
    unsigned char bytes[16];
    for (unsigned i = 0; i < 8; ++i) {
        bytes[i] = static_cast<unsigned char>(high >> (56 - 8 * i));
        bytes[8 + i] = static_cast<unsigned char>(low >> (56 - 8 * i));
    }
    char text[INET6_ADDRSTRLEN] = {};
    inet_ntop(ipv6 ? AF_INET6 : AF_INET, ipv6 ? bytes : bytes + 12, text, sizeof text);
    return text;
}

std::string end_text(const std::string& address, std::uint64_t port) {
    return port == lang::absent ? address : fmt::format("{}.{}", address, port);
}

/// A line in the manner of tcpdump.
std::string packet_line(const capture::Packet& packet) {
    const auto* layer = capture::find_link_layer(packet.link_type);
    const auto link = layer ? layer->parse({packet.data, packet.captured}) : capture::LinkHeader{};
    lang::reference::PacketInput input;
    input.bytes = {packet.data, packet.captured};
    input.length = packet.length;
    input.ethernet = link.has_ethernet;
    input.l3_offset = link.l3_offset;
    input.ethertype = link.ethertype;
    const Level level = lang::reference::parse(input)[0];
    const std::uint64_t version = level[Field::ip_version];
    if (version == lang::absent)
        return level[Field::eth_type] == lang::absent
                   ? fmt::format("length {}", packet.length)
                   : fmt::format("ethertype {:#06x}, length {}", level[Field::eth_type], packet.length);
    const bool ipv6 = version == 6;
    const std::string source = ipv6 ? ip_text(level[Field::ip6_source_high], level[Field::ip6_source_low], true)
                                    : ip_text(0, level[Field::ip_source], false);
    const std::string destination =
        ipv6 ? ip_text(level[Field::ip6_destination_high], level[Field::ip6_destination_low], true)
             : ip_text(0, level[Field::ip_destination], false);
    const std::uint64_t protocol = level[Field::l4_protocol];
    return fmt::format("{} {} > {}: {}, length {}", ipv6 ? "IP6" : "IP", end_text(source, level[Field::source_port]),
                       end_text(destination, level[Field::destination_port]),
                       protocol == lang::absent ? "protocol unknown" : fmt::format("protocol {}", protocol),
                       packet.length);
}

std::string trace_line(const pfq_verdict& verdict, const capture::Packet& packet) {
    static constexpr const char* fanouts[] = {"drop", "copy", "steer", "double_steer", "round_robin", "to_socket"};
    return fmt::format("fanout {}, classes {:#x}, keys {:#x} {:#x}, mark {}, state {}, captured {} of {}",
                       verdict.fanout < std::size(fanouts) ? fanouts[verdict.fanout] : "unknown", verdict.class_mask,
                       verdict.key1, verdict.key2, verdict.mark, verdict.state, packet.captured, packet.length);
}

const char* kind_name(lang::LogKind kind) {
    switch (kind) {
    case lang::LogKind::message:
        return "message";
    case lang::LogKind::packet:
        return "packet";
    case lang::LogKind::buffer:
        return "buffer";
    case lang::LogKind::trace:
        return "trace";
    case lang::LogKind::dummy:
        return "dummy";
    }
    return "unknown";
}

std::string content(const engine::LogEvent& event, const engine::FilePlan& plan, const capture::Packet& packet) {
    switch (event.kind) {
    case lang::LogKind::packet:
        return packet_line(packet);
    case lang::LogKind::buffer:
        return hex(packet);
    case lang::LogKind::trace:
        return trace_line(event.verdict, packet);
    case lang::LogKind::message:
    case lang::LogKind::dummy:
        break;
    }
    return plan.groups[event.group].program.messages[event.message];
}

} // namespace

std::string render_event_text(const engine::LogEvent& event, const engine::FilePlan& plan,
                              const capture::Packet& packet, std::optional<std::uint64_t> sequence) {
    const std::string which = sequence ? fmt::format("packet {}, ", *sequence) : "";
    return fmt::format("{}group {}: {}", which, plan.groups[event.group].id, content(event, plan, packet));
}

std::string render_event_json(const engine::LogEvent& event, const engine::FilePlan& plan,
                              const capture::Packet& packet, std::optional<std::uint64_t> sequence) {
    nlohmann::ordered_json document = {{"type", "log"}, {"version", 1}};
    if (sequence)
        document["packet"] = *sequence;
    document.update(nlohmann::ordered_json{
        {"time_ns", packet.time_ns},
        {"group", plan.groups[event.group].id},
        {"kind", kind_name(event.kind)},
        {"text", content(event, plan, packet)},
        {"mark", event.verdict.mark},
        {"state", event.verdict.state},
    });
    return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace pfq::tools
