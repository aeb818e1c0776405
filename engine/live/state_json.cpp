#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/live/state.hpp"

namespace pfq::engine::live {

using Json = nlohmann::ordered_json;

namespace {

/// Bytes as hexadecimal digits: JSON strings are text.
std::string to_hex(const std::string& bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        text.push_back(digits[static_cast<unsigned char>(c) >> 4]);
        text.push_back(digits[static_cast<unsigned char>(c) & 15]);
    }
    return text;
}

std::string from_hex(const std::string& text) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        bytes.push_back(static_cast<char>(digit(text[i]) << 4 | digit(text[i + 1])));
    return bytes;
}

} // namespace

void to_json(Json& j, const Binding& b) {
    j = {{"ifindex", b.ifindex}, {"queue", b.queue}, {"direction", b.direction}};
}
void from_json(const Json& j, Binding& b) {
    b = {j.at("ifindex"), j.at("queue"), j.at("direction")};
}

void to_json(Json& j, const MaskSteering& s) {
    j = {{"mask", s.mask}, {"pair", s.pair}, {"half", s.half}, {"members", s.members}};
}
void from_json(const Json& j, MaskSteering& s) {
    s = {j.at("mask"), j.at("pair"), j.at("half"), j.at("members")};
}

void to_json(Json& j, const Group& g) {
    j = {{"number", g.number},   {"policy", g.policy},
         {"owner", g.owner},     {"pipeline", to_hex(lang::serialise(g.pipeline))},
         {"text", g.text},       {"filter", g.filter},
         {"vlan", g.vlan},       {"bindings", g.bindings},
         {"sockets", g.sockets}, {"steerings", g.steerings},
         {"masks", g.masks}};
}
void from_json(const Json& j, Group& g) {
    g = {j.at("number"),   j.at("policy"),  j.at("owner"),     {},           j.at("text"), j.at("filter"), j.at("vlan"),
         j.at("bindings"), j.at("sockets"), j.at("steerings"), j.at("masks")};
    if (!lang::deserialise(from_hex(j.at("pipeline")), g.pipeline))
        throw std::runtime_error("the program of a group is damaged");
}

void to_json(Json& j, const Socket& s) {
    j = {{"slot", s.slot},          {"owner", s.owner},     {"name", s.name}, {"weight", s.weight},
         {"classes", s.class_mask}, {"snaplen", s.snaplen}, {"time", s.time}, {"ring_class", s.ring_class},
         {"rings", s.rings},        {"bell", s.bell}};
}
void from_json(const Json& j, Socket& s) {
    s = {j.at("slot"),    j.at("owner"), j.at("name"),       j.at("weight"), j.at("classes"),
         j.at("snaplen"), j.at("time"),  j.at("ring_class"), j.at("rings"),  j.at("bell")};
}

void to_json(Json& j, const Device& d) {
    j = {{"ifindex", d.ifindex},
         {"direction", d.direction},
         {"name", d.name},
         {"multi_buffer", d.multi_buffer},
         {"ownership", d.ownership},
         {"wanted", d.wanted},
         {"mode", d.mode},
         {"reason", d.reason},
         {"digest", d.digest},
         {"link", d.link},
         {"program", d.program},
         {"executor", d.executor},
         {"inputs", d.inputs},
         {"counters", d.counters},
         {"ring_classes", d.ring_classes}};
}
void from_json(const Json& j, Device& d) {
    d = {j.at("ifindex"), j.at("direction"), j.at("name"),   j.at("multi_buffer"), j.at("ownership"),
         j.at("wanted"),  j.at("mode"),      j.at("reason"), j.at("digest"),       j.at("link"),
         j.at("program"), j.at("executor"),  j.at("inputs"), j.at("counters"),     j.at("ring_classes")};
}

void to_json(Json& j, const Target& t) {
    j = {{"number", t.number}, {"ifindex", t.ifindex}, {"name", t.name}, {"owner", t.owner}, {"several", t.several}};
}
void from_json(const Json& j, Target& t) {
    t = {j.at("number"), j.at("ifindex"), j.at("name"), j.at("owner"), j.at("several")};
}

void to_json(Json& j, const Table& t) {
    j = {{"number", t.number}, {"name", t.name}, {"kind", t.kind}};
}
void from_json(const Json& j, Table& t) {
    t = {j.at("number"), j.at("name"), j.at("kind")};
}

void to_json(Json& j, const Process& m) {
    j = {{"id", m.id}, {"pid", m.pid}, {"command", m.command}};
}
void from_json(const Json& j, Process& m) {
    m = {j.at("id"), j.at("pid"), j.at("command")};
}

std::string to_json(const State& state) {
    const Json document{{"version", state_version}, {"generation", state.generation}, {"maps", state.maps},
                        {"members", state.members}, {"groups", state.groups},         {"sockets", state.sockets},
                        {"devices", state.devices}, {"targets", state.targets},       {"tables", state.tables}};
    return document.dump(1) + '\n';
}

std::expected<State, std::string> from_json(const std::string& text) {
    try {
        const Json document = Json::parse(text);
        const unsigned version = document.at("version");
        if (version != state_version)
            return std::unexpected(
                fmt::format("the devices here are in use by a PFQ whose registry has version {}, this one has version "
                            "{}: stop its programs first, or use the same version",
                            version, state_version));
        State state;
        state.generation = document.at("generation");
        state.maps = document.at("maps");
        state.members = document.at("members");
        state.groups = document.at("groups");
        state.sockets = document.at("sockets");
        state.devices = document.at("devices");
        state.targets = document.at("targets");
        state.tables = document.at("tables");
        return state;
    } catch (const std::exception& error) {
        return std::unexpected(fmt::format("the registry is damaged: {}", error.what()));
    }
}

} // namespace pfq::engine::live
