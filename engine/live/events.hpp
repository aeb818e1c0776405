// What log statements of programs in the kernel say.
#pragma once
#include <functional>
#include <memory>

#include "datapath/bpf_abi.h"
#include "engine/kernel/map.hpp"

struct ring_buffer;

namespace pfq::engine::live {

/// Reads the messages of groups.
class EventReader {
public:
    /// The event is valid during the call.
    explicit EventReader(std::function<void(const pfq_bpf_event&)> take) : take_(std::move(take)) {}
    EventReader(const EventReader&) = delete;
    EventReader& operator=(const EventReader&) = delete;

    /// A ring for one group: GroupOptions::events.
    [[nodiscard]] Result<int> add();
    [[nodiscard]] bool empty() const { return rings_.empty(); }
    /// Hands over what has come; waits for it so many milliseconds. Signals end the wait.
    void poll(int milliseconds);

private:
    struct Free {
        void operator()(ring_buffer* reader) const;
    };
    static int take(void* self, void* event, std::size_t size);

    std::function<void(const pfq_bpf_event&)> take_;
    std::vector<Descriptor> rings_;
    std::unique_ptr<ring_buffer, Free> reader_;
};

[[nodiscard]] Result<Descriptor> create_event_ring();

} // namespace pfq::engine::live
