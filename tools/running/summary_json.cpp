#include <nlohmann/json.hpp>

#include "tools/running/summary.hpp"

namespace pfq::tools {
namespace {

using Json = nlohmann::ordered_json;
using engine::Scope;

template <class Counters> void put_counters(Json& object, Scope scope, const Counters& counters) {
    const auto infos = engine::counters_of(scope);
    const auto numbers = engine::values(counters);
    for (std::size_t i = 0; i < infos.size(); ++i)
        object[infos[i].name] = numbers[i];
}

const char* kind_name(capture::CaptureEnd::Kind kind) {
    using Kind = capture::CaptureEnd::Kind;
    switch (kind) {
    case Kind::reading:
        return "stopped";
    case Kind::clean:
        return "clean";
    case Kind::truncated:
        return "truncated";
    case Kind::damaged:
        return "damaged";
    case Kind::failed:
        return "failed";
    case Kind::unsupported:
        return "unsupported";
    }
    return "unknown";
}

Json devices(const RunSummary& summary) {
    Json list = Json::array();
    for (std::size_t i = 0; i < summary.result.counters.devices.size(); ++i) {
        const auto& device = summary.result.counters.devices[i];
        Json object = {{"name", device.name}};
        put_counters(object, Scope::device, device.counters);
        if (!summary.live.empty()) {
            const engine::live::Device& live = summary.live[i];
            object["direction"] = name(live.direction);
            object["ownership"] = name(live.ownership);
            object["mode"] = name(live.mode);
            object["reason"] = live.reason;
            list.push_back(std::move(object));
            continue;
        }
        const auto& end = summary.result.ends[i];
        object["end"] = kind_name(end.kind);
        object["end_offset"] = end.offset;
        if (!end.good())
            object["message"] = end.message;
        list.push_back(std::move(object));
    }
    return list;
}

Json groups(const engine::Snapshot& counters) {
    Json list = Json::array();
    for (const auto& group : counters.groups) {
        Json object = {{"id", group.id}};
        put_counters(object, Scope::group, group.counters);
        Json user = Json::object();
        for (std::size_t i = 0; i < group.user.size(); ++i)
            if (group.user[i] != 0)
                user[std::to_string(i)] = static_cast<std::int64_t>(group.user[i]);
        object["counters"] = std::move(user);
        list.push_back(std::move(object));
    }
    return list;
}

Json sockets(const RunSummary& summary) {
    Json list = Json::array();
    for (std::size_t i = 0; i < summary.result.counters.sockets.size(); ++i) {
        const auto& socket = summary.result.counters.sockets[i];
        Json object = {{"id", socket.id}, {"name", socket.name}, {"file", summary.plan.sockets[i].output.path}};
        put_counters(object, Scope::socket, socket.counters);
        list.push_back(std::move(object));
    }
    return list;
}

Json forwards(const RunSummary& summary) {
    Json list = Json::array();
    for (std::size_t i = 0; i < summary.result.counters.forwards.size(); ++i) {
        const auto& forward = summary.result.counters.forwards[i];
        Json object = {{"name", forward.name}, {"file", summary.plan.forwards[i].output.path}};
        put_counters(object, Scope::forward, forward.counters);
        list.push_back(std::move(object));
    }
    return list;
}

} // namespace

std::string render_summary_json(const RunSummary& summary) {
    Json violations = Json::array();
    for (const engine::Violation& violation : summary.violations)
        violations.push_back(engine::print(violation));
    const Json document = {
        {"type", "summary"},
        {"version", 1},
        {"packets", summary.result.reached},
        {"seconds", summary.seconds},
        {"interrupted", summary.result.interrupted},
        {"error", summary.result.error.empty() ? Json(nullptr) : Json(summary.result.error)},
        {"violations", std::move(violations)},
        {"devices", devices(summary)},
        {"groups", groups(summary.result.counters)},
        {"sockets", sockets(summary)},
        {"forwards", forwards(summary)},
    };
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace pfq::tools
