// A socket of this process: its slot and the reader of its queue.
#pragma once
#include <memory>
#include <string>

#include "engine/live/maps.hpp"
#include "engine/live/state.hpp"
#include "engine/queue/reader.hpp"

namespace pfq::engine::live {

inline constexpr std::uint64_t default_budget = std::uint64_t{64} << 20;
inline constexpr std::uint64_t max_budget = std::uint64_t{1} << 30;

struct SocketOptions {
    std::string name;
    std::uint32_t weight = 1;
    std::uint64_t class_mask = 1;
    std::uint32_t snaplen = PFQ_RECORD_LIMIT;
    pfq_time_policy time = PFQ_TIME_PRECISE;
    queue::Order order = queue::Order::time; ///< by time needs precise time
    std::uint64_t budget = default_budget;   ///< bytes for all rings together
};

/// The largest class whose rings, one per processor, fit in the budget; the smallest one when none does.
[[nodiscard]] unsigned ring_class_for(std::uint64_t budget);

class LiveSocket {
public:
    /// Makes the rings and the bell and shows them to programs in `slot`, which nobody uses. Adds nothing to the state
    /// but the map of rings of its class, if that is new.
    [[nodiscard]] static Result<std::unique_ptr<LiveSocket>> create(unsigned slot, const SocketOptions& options,
                                                                    State& state, SharedMaps& maps);

    [[nodiscard]] unsigned slot() const { return description_.slot; }
    /// As the registry describes it; without an owner.
    [[nodiscard]] const Socket& description() const { return description_; }
    [[nodiscard]] queue::QueueReader& reader() { return *reader_; }

private:
    Socket description_;
    std::unique_ptr<queue::QueueReader> reader_;
};

/// Returns when every program that ran before has ended. Changes nothing.
[[nodiscard]] Result<void> wait_for_programs(const Socket& socket, const SharedMaps& maps);
/// Takes the rings of a slot from the programs; returns when no program uses them any more.
[[nodiscard]] Result<void> close_rings(const Socket& socket, const SharedMaps& maps);

} // namespace pfq::engine::live
