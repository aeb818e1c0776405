#include "engine/law.hpp"

#include <fmt/format.h>
#include <initializer_list>

namespace pfq::engine {
namespace {

struct Term {
    const char* name;
    std::uint64_t value;
};

class Law {
public:
    /// Notes a violation unless `left` is the sum of the terms.
    void expect(const std::string& where, Term left, std::initializer_list<Term> terms) {
        std::uint64_t sum = 0;
        std::string equation = fmt::format("{} =", left.name);
        std::string numbers;
        for (const Term& term : terms) {
            sum += term.value;
            equation += fmt::format("{} {}", numbers.empty() ? "" : " +", term.name);
            numbers += fmt::format("{}{} {}", numbers.empty() ? "" : ", ", term.name, term.value);
        }
        if (sum != left.value)
            violations_.push_back({where, equation, left.value, sum, numbers});
    }
    std::vector<Violation> take() { return std::move(violations_); }

private:
    std::vector<Violation> violations_;
};

void check_group(Law& law, const Snapshot& snapshot, const Snapshot::Group& group) {
    const std::string where = fmt::format("group {}", group.id);
    const GroupCounters& c = group.counters;
    std::uint64_t from_devices = 0;
    for (const std::size_t device : group.devices)
        from_devices += snapshot.devices[device].counters.received;
    if (!group.devices.empty())
        law.expect(where, {"received", c.received}, {{"received by its devices", from_devices}});
    law.expect(where, {"received", c.received},
               {{"accepted", c.accepted}, {"dropped", dropped(Scope::group, c)}, {"diverted", c.diverted}});
    law.expect(where, {"picked", c.picked}, {{"offered", c.offered}, {"duplicate", c.duplicate}});
}

void check_socket(Law& law, const Snapshot::Socket& socket) {
    const std::string where = fmt::format("socket {}", socket.name);
    const SocketCounters& c = socket.counters;
    law.expect(where, {"offered", c.offered}, {{"queued", c.queued}, {"dropped", dropped(Scope::socket, c)}});
    law.expect(where, {"queued", c.queued}, {{"read", c.read}, {"still_queued", c.still_queued}});
    law.expect(where, {"read", c.read},
               {{"written", c.written}, {"counted", c.counted}, {"write_failed", c.write_failed}});
}

void check_forward(Law& law, const Snapshot::Forward& forward) {
    const std::string where = fmt::format("forward {}", forward.name);
    const ForwardCounters& c = forward.counters;
    law.expect(where, {"asked", c.asked}, {{"refused", dropped(Scope::forward, c)}, {"handed_over", c.handed_over}});
    law.expect(where, {"handed_over", c.handed_over},
               {{"sent", c.sent}, {"counted", c.counted}, {"write_failed", c.write_failed}});
}

} // namespace

std::vector<Violation> check_law(const Snapshot& snapshot) {
    Law law;
    std::uint64_t offered_by_groups = 0, offered_to_sockets = 0, forwarded = 0, asked = 0;
    for (const auto& group : snapshot.groups) {
        check_group(law, snapshot, group);
        offered_by_groups += group.counters.offered;
        forwarded += group.counters.forwarded;
    }
    for (const auto& socket : snapshot.sockets) {
        check_socket(law, socket);
        offered_to_sockets += socket.counters.offered;
    }
    for (const auto& forward : snapshot.forwards) {
        check_forward(law, forward);
        asked += forward.counters.asked;
    }
    if (snapshot.partial)
        return law.take();
    law.expect("run", {"offered by groups", offered_by_groups}, {{"offered to sockets", offered_to_sockets}});
    law.expect("run", {"forwarded by groups", forwarded}, {{"asked of devices", asked}});
    return law.take();
}

std::string print(const Violation& violation) {
    return fmt::format("{}: {}, but {} is not {} ({})", violation.where, violation.equation, violation.left,
                       violation.right, violation.numbers);
}

} // namespace pfq::engine
