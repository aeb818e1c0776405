#include "engine/counters.hpp"

#include <algorithm>
#include <array>

namespace pfq::engine {
namespace {

constexpr CounterInfo table[] = {
#define PFQ_COUNTER(scope, name, role, unit, documentation) {Scope::scope, #name, Role::role, #unit, documentation},
#include "datapath/counters.def"
#undef PFQ_COUNTER
};

/// The structs hold nothing but their counters, so each of them is an array of numbers.
template <class Counters> std::span<const std::uint64_t> numbers(const Counters& counters, Scope scope) {
    static_assert(sizeof(Counters) % sizeof(std::uint64_t) == 0);
    return {reinterpret_cast<const std::uint64_t*>(&counters), counters_of(scope).size()};
}

} // namespace

const char* name(Scope scope) {
    static constexpr std::array names = {"device", "group", "socket", "forward"};
    return names[static_cast<std::size_t>(scope)];
}

std::span<const CounterInfo> counters_of(Scope scope) {
    const auto begin = std::ranges::find(table, scope, &CounterInfo::scope);
    const auto end = std::find_if(begin, std::end(table), [&](const CounterInfo& info) { return info.scope != scope; });
    return {begin, end};
}

std::span<const std::uint64_t> values(const DeviceCounters& counters) {
    return numbers(counters, Scope::device);
}
std::span<const std::uint64_t> values(const GroupCounters& counters) {
    return numbers(counters, Scope::group);
}
std::span<const std::uint64_t> values(const SocketCounters& counters) {
    return numbers(counters, Scope::socket);
}
std::span<const std::uint64_t> values(const ForwardCounters& counters) {
    return numbers(counters, Scope::forward);
}

} // namespace pfq::engine
