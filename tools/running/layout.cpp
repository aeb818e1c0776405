#include "tools/running/layout.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace pfq::tools {
namespace {

/// A file for each of several sinks, all from one -w.
struct Pattern {
    std::string text;
    std::vector<std::string> sinks; ///< "socket web", "device eth1"
};

class Layout {
public:
    explicit Layout(const RunRequest& request) : request_(request) {}

    /// Adds a group; an error text, empty when all is well.
    std::string add(const GroupRequest& request, engine::GroupProgram program) {
        engine::GroupPlan group{.id = request.id,
                                .program = std::move(program),
                                .sockets = {},
                                .filter = request.filter.value_or(""),
                                .vlan = request.vlan};
        const std::vector<engine::SocketSpec> one(1);
        for (const engine::SocketSpec& socket : request.sockets ? *request.sockets : one) {
            auto number = add_socket(request, socket, group.program.effects.may_deliver);
            if (!number)
                return number.error();
            group.sockets.push_back(*number);
        }
        std::ranges::sort(group.sockets);
        for (const std::string& device : group.program.devices)
            add_forward(request, device);
        plan_.groups.push_back(std::move(group));
        return {};
    }

    std::expected<engine::FilePlan, std::string> finish() {
        for (const Pattern& pattern : patterns_)
            if (pattern.sinks.size() > 1 && pattern.text.find("%s") == std::string::npos && pattern.text != "/dev/null")
                return std::unexpected(
                    fmt::format("-w {} is one file, but there are {} to write ({}): put %s into the name, as in "
                                "-w out-%s.pcap",
                                pattern.text, pattern.sinks.size(), fmt::join(pattern.sinks, ", ")));
        plan_.inputs = request_.inputs;
        for (const auto& device : request_.live.devices)
            plan_.inputs.push_back(device.device);
        plan_.addresses = request_.addresses;
        plan_.snaplen = request_.snaplen;
        plan_.count = request_.count;
        plan_.threads = request_.threads;
        return std::move(plan_);
    }

private:
    std::expected<std::size_t, std::string> add_socket(const GroupRequest& request, const engine::SocketSpec& wanted,
                                                       bool may_deliver) {
        engine::SocketSpec spec = wanted;
        const auto known = std::ranges::find(plan_.sockets, spec.name,
                                             [](const engine::SocketPlan& socket) { return socket.spec.name; });
        if (!spec.name.empty() && known != plan_.sockets.end()) {
            if (known->spec != spec)
                return std::unexpected(
                    fmt::format("socket {} has other classes or another weight in an earlier group", spec.name));
            return static_cast<std::size_t>(known - plan_.sockets.begin());
        }
        if (spec.name.empty())
            spec.name = std::to_string(plan_.sockets.size());
        plan_.sockets.push_back({spec, may_deliver ? output(request, spec.name, "socket") : engine::Output{}});
        return plan_.sockets.size() - 1;
    }

    void add_forward(const GroupRequest& request, const std::string& device) {
        if (!request_.live.devices.empty()) { // a real device, no file in its place
            if (std::ranges::find(plan_.forwards, device, &engine::ForwardPlan::name) == plan_.forwards.end())
                plan_.forwards.push_back({device, {}});
            return;
        }
        if (std::ranges::find(plan_.forwards, device, &engine::ForwardPlan::name) == plan_.forwards.end())
            plan_.forwards.push_back({device, output(request, device, "device")});
    }

    engine::Output output(const GroupRequest& request, const std::string& name, std::string_view kind) {
        if (!request.output)
            return {};
        auto pattern = std::ranges::find(patterns_, *request.output, &Pattern::text);
        if (pattern == patterns_.end())
            pattern = patterns_.insert(pattern, {*request.output, {}});
        pattern->sinks.push_back(fmt::format("{} {}", kind, name));
        std::string path = *request.output;
        std::string file_name = name;
        std::ranges::replace(file_name, '/', '_');
        if (const std::size_t place = path.find("%s"); place != std::string::npos)
            path.replace(place, 2, file_name);
        const bool is_pcapng = path.ends_with(".pcapng") || path.ends_with(".ntar");
        return {path, request_.format.value_or(is_pcapng ? capture::FileFormat::pcapng : capture::FileFormat::pcap)};
    }

    const RunRequest& request_;
    engine::FilePlan plan_;
    std::vector<Pattern> patterns_;
};

} // namespace

std::expected<engine::FilePlan, std::string> make_plan(const RunRequest& request,
                                                       std::vector<engine::GroupProgram> programs) {
    Layout layout(request);
    for (std::size_t i = 0; i < programs.size(); ++i)
        if (std::string error = layout.add(request.groups[i], std::move(programs[i])); !error.empty())
            return std::unexpected(std::move(error));
    return layout.finish();
}

} // namespace pfq::tools
