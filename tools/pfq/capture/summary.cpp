#include "tools/pfq/capture/summary.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace pfq::tools {
namespace {

using engine::Role;
using engine::Scope;

std::string packets(std::uint64_t count, std::string_view what) {
    return fmt::format("{} packet{} {}", count, count == 1 ? "" : "s", what);
}

struct Totals {
    std::uint64_t captured = 0, offered = 0, dropped = 0;
};

Totals totals_of(const engine::Snapshot& counters) {
    Totals totals;
    for (const auto& socket : counters.sockets) {
        totals.captured += socket.counters.read;
        totals.offered += socket.counters.offered;
        // Packets that came after the last one that was wanted are no loss.
        totals.dropped += engine::dropped(Scope::socket, socket.counters) - socket.counters.closed;
    }
    return totals;
}

template <class Counters> void add_reasons(std::string& text, Scope scope, const Counters& counters) {
    static constexpr std::array<std::string_view, 3> wanted = {"berkeley_filter", "vlan_filter", "closed"};
    const auto infos = engine::counters_of(scope);
    const auto numbers = engine::values(counters);
    for (std::size_t i = 0; i < infos.size(); ++i) {
        std::string words = infos[i].name;
        if (infos[i].role != Role::drop || numbers[i] == 0 || std::ranges::count(wanted, words) != 0)
            continue;
        std::ranges::replace(words, '_', ' ');
        text += packets(numbers[i], fmt::format("dropped by {}\n", words));
    }
}

} // namespace

std::string render_capture_summary(const engine::Snapshot& counters) {
    const Totals totals = totals_of(counters);
    std::string text = packets(totals.captured, "captured\n");
    text += packets(totals.offered, "received by filter\n");
    text += packets(totals.dropped, "dropped by kernel\n");
    for (const auto& group : counters.groups)
        add_reasons(text, Scope::group, group.counters);
    for (const auto& socket : counters.sockets) {
        add_reasons(text, Scope::socket, socket.counters);
        if (socket.counters.write_failed != 0)
            text += packets(socket.counters.write_failed, "captured, but not written\n");
    }
    return text;
}

std::string render_capture_progress(std::uint64_t captured, const engine::Snapshot& counters) {
    const Totals totals = totals_of(counters);
    return packets(captured, "captured, ") + packets(totals.offered, "received by filter, ") +
           packets(totals.dropped, "dropped by kernel");
}

} // namespace pfq::tools
