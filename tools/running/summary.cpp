#include "tools/running/summary.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>

namespace pfq::tools {
namespace {

using engine::Role;
using engine::Scope;

std::string packets(std::uint64_t count, std::string_view what) {
    return fmt::format("{} packet{} {}", count, count == 1 ? "" : "s", what);
}

std::string words(std::string_view counter) {
    std::string text(counter);
    std::ranges::replace(text, '_', ' ');
    return text;
}

template <class Counters>
void add_reasons(std::string& text, Scope scope, const Counters& counters, const std::string& where) {
    const auto infos = engine::counters_of(scope);
    const auto numbers = engine::values(counters);
    for (std::size_t i = 0; i < infos.size(); ++i)
        if (infos[i].role == Role::drop && numbers[i] != 0)
            text += packets(numbers[i], fmt::format("dropped by {}{}\n", words(infos[i].name), where));
}

template <class Counters>
void add_all(std::string& text, Scope scope, const Counters& counters, const std::string& name) {
    const auto infos = engine::counters_of(scope);
    const auto numbers = engine::values(counters);
    for (std::size_t i = 0; i < infos.size(); ++i)
        text += fmt::format("{:<24} {:<20} {:>14} {}\n", fmt::format("{} {}", engine::name(scope), name), infos[i].name,
                            numbers[i], infos[i].unit);
}

/// Rows of cells as columns: the first and the last to the left, numbers to the right.
class Columns {
public:
    using Row = std::array<std::string, 6>;
    void add(Row row) { rows_.push_back(std::move(row)); }
    [[nodiscard]] std::string render() const {
        std::array<std::size_t, 6> widths{};
        for (const Row& row : rows_)
            for (std::size_t i = 0; i < row.size(); ++i)
                widths[i] = std::max(widths[i], row[i].size());
        std::string text;
        for (const Row& row : rows_) {
            std::string line = fmt::format("{:<{}}", row[0], widths[0]);
            for (std::size_t i = 1; i + 1 < row.size(); ++i)
                line += fmt::format("  {:>{}}", row[i], widths[i]);
            line += "  " + row.back();
            text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
        }
        return text;
    }

private:
    std::vector<Row> rows_;
};

std::string sink_table(const RunSummary& summary) {
    const engine::Snapshot& counters = summary.result.counters;
    Columns columns;
    columns.add({"sink", "packets", "bytes", "written", "failed", "file"});
    for (std::size_t i = 0; i < counters.sockets.size(); ++i) {
        const auto& [id, name, c] = counters.sockets[i];
        columns.add({"socket " + name, std::to_string(c.read), std::to_string(c.bytes), std::to_string(c.written),
                     std::to_string(c.write_failed), summary.plan.sockets[i].output.path});
    }
    for (std::size_t i = 0; i < counters.forwards.size(); ++i) {
        const auto& [name, c] = counters.forwards[i];
        columns.add({"device " + name, std::to_string(c.handed_over), "", std::to_string(c.sent),
                     std::to_string(c.write_failed), summary.plan.forwards[i].output.path});
    }
    return columns.render();
}

std::string user_counters(const engine::Snapshot& counters) {
    std::string text;
    for (const auto& group : counters.groups)
        for (std::size_t i = 0; i < group.user.size(); ++i)
            if (group.user[i] != 0)
                text +=
                    fmt::format("group {}: counter {} is {}\n", group.id, i, static_cast<std::int64_t>(group.user[i]));
    return text;
}

std::string all_counters(const engine::Snapshot& counters) {
    std::string text;
    for (const auto& device : counters.devices)
        add_all(text, Scope::device, device.counters, device.name);
    for (const auto& group : counters.groups)
        add_all(text, Scope::group, group.counters, std::to_string(group.id));
    for (const auto& socket : counters.sockets)
        add_all(text, Scope::socket, socket.counters, socket.name);
    for (const auto& forward : counters.forwards)
        add_all(text, Scope::forward, forward.counters, forward.name);
    return text;
}

} // namespace

std::string render_summary_text(const RunSummary& summary, bool all) {
    const engine::Snapshot& counters = summary.result.counters;
    std::uint64_t received = 0;
    for (const auto& device : counters.devices)
        received += device.counters.received;
    std::string text = packets(summary.result.reached, "captured\n");
    text += packets(received, "received by filter\n");
    std::uint64_t dropped = 0; // what the kernel could not deliver
    for (const auto& socket : counters.sockets)
        dropped += engine::dropped(Scope::socket, socket.counters);
    text += packets(dropped, "dropped by kernel\n");
    for (const auto& group : counters.groups) {
        const std::string where = counters.groups.size() == 1 ? "" : fmt::format(" of group {}", group.id);
        add_reasons(text, Scope::group, group.counters, where);
        if (group.counters.diverted != 0)
            text += packets(group.counters.diverted, fmt::format("diverted{}\n", where));
    }
    for (const auto& socket : counters.sockets)
        add_reasons(text, Scope::socket, socket.counters, fmt::format(" of socket {}", socket.name));
    text += sink_table(summary) + user_counters(counters);
    return all ? text + all_counters(counters) : text;
}

std::string render_progress(const engine::Progress& progress) {
    std::string text = packets(progress.reached, "captured, ") + packets(progress.received, "received by filter");
    if (progress.size && *progress.size != 0)
        text += fmt::format(", {}% of the input", progress.position * 100 / *progress.size);
    return text;
}

} // namespace pfq::tools
