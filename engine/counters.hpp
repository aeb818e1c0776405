// The counters of counters.def as structs and as data, and a snapshot of all counters of a run.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace pfq::engine {

enum class Scope : std::uint8_t { device, group, socket, forward };
enum class Role : std::uint8_t { total, drop, side };

struct CounterInfo {
    Scope scope;
    const char* name;
    Role role;
    const char* unit; ///< packets, deliveries, bytes, places
    const char* documentation;
};

[[nodiscard]] const char* name(Scope scope);
/// The counters of a scope, in the order of the table.
[[nodiscard]] std::span<const CounterInfo> counters_of(Scope scope);

// One struct per scope with one std::uint64_t per counter, in the order of the table and nothing else.
#define PFQ_COUNTER(scope, name, role, unit, documentation) PFQ_IN_##scope(name)
#define PFQ_IN_device(name) std::uint64_t name = 0;
#define PFQ_IN_group(name)
#define PFQ_IN_socket(name)
#define PFQ_IN_forward(name)
struct DeviceCounters {
#include "datapath/counters.def"
    bool operator==(const DeviceCounters&) const = default;
};
#undef PFQ_IN_device
#undef PFQ_IN_group
#define PFQ_IN_device(name)
#define PFQ_IN_group(name) std::uint64_t name = 0;
struct GroupCounters {
#include "datapath/counters.def"
    bool operator==(const GroupCounters&) const = default;
};
#undef PFQ_IN_group
#undef PFQ_IN_socket
#define PFQ_IN_group(name)
#define PFQ_IN_socket(name) std::uint64_t name = 0;
struct SocketCounters {
#include "datapath/counters.def"
    bool operator==(const SocketCounters&) const = default;
};
#undef PFQ_IN_socket
#undef PFQ_IN_forward
#define PFQ_IN_socket(name)
#define PFQ_IN_forward(name) std::uint64_t name = 0;
struct ForwardCounters {
#include "datapath/counters.def"
    bool operator==(const ForwardCounters&) const = default;
};
#undef PFQ_IN_device
#undef PFQ_IN_group
#undef PFQ_IN_socket
#undef PFQ_IN_forward
#undef PFQ_COUNTER

/// The counters of a struct in the order of counters_of(its scope).
[[nodiscard]] std::span<const std::uint64_t> values(const DeviceCounters& counters);
[[nodiscard]] std::span<const std::uint64_t> values(const GroupCounters& counters);
[[nodiscard]] std::span<const std::uint64_t> values(const SocketCounters& counters);
[[nodiscard]] std::span<const std::uint64_t> values(const ForwardCounters& counters);

template <class Counters> void add(Counters& sum, const Counters& more) {
    const auto from = values(more);
    const auto to = values(sum);
    for (std::size_t i = 0; i < from.size(); ++i)
        const_cast<std::uint64_t&>(to[i]) += from[i];
}

/// The sum of the drop reasons of a scope.
template <class Counters> [[nodiscard]] std::uint64_t dropped(Scope scope, const Counters& counters) {
    std::uint64_t sum = 0;
    const auto infos = counters_of(scope);
    const auto numbers = values(counters);
    for (std::size_t i = 0; i < infos.size(); ++i)
        if (infos[i].role == Role::drop)
            sum += numbers[i];
    return sum;
}

/// All counters of a run at one moment.
struct Snapshot {
    struct Device {
        std::string name;
        DeviceCounters counters;
    };
    struct Group {
        unsigned id = 0;
        GroupCounters counters;
        std::vector<std::size_t> devices; ///< indices in `devices`: where the group's packets come from; empty: not
                                          ///< all of theirs, or not since they count
        std::vector<std::uint64_t> user;  ///< the 64 counters of inc and dec, modulo 2^64
    };
    struct Socket {
        unsigned id = 0;
        std::string name;
        SocketCounters counters;
    };
    struct Forward {
        std::string name;
        ForwardCounters counters;
    };
    bool partial = false; ///< others deliver to the same sockets or devices: sums over groups say nothing
    std::vector<Device> devices;
    std::vector<Group> groups;
    std::vector<Socket> sockets;
    std::vector<Forward> forwards;
};

} // namespace pfq::engine
