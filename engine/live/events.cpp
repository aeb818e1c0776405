#include "engine/live/events.hpp"

#include <bpf/libbpf.h>
#include <cerrno>
#include <linux/bpf.h>

namespace pfq::engine::live {
namespace {

constexpr std::uint32_t ring_bytes = 512 * 1024; ///< about 2,000 messages that nobody has read yet; more are lost

} // namespace

Result<Descriptor> create_event_ring() {
    return create_map({"pfq_events", BPF_MAP_TYPE_RINGBUF, 0, 0, ring_bytes});
}

void EventReader::Free::operator()(ring_buffer* reader) const {
    ring_buffer__free(reader);
}

Result<int> EventReader::add() {
    auto ring = create_event_ring();
    if (!ring)
        return std::unexpected(ring.error());
    if (!reader_)
        reader_.reset(ring_buffer__new(ring->get(), take, this, nullptr));
    else if (ring_buffer__add(reader_.get(), ring->get(), take, this) != 0)
        return system_failure("read the messages of a group", errno);
    if (!reader_)
        return system_failure("read the messages of groups", errno);
    rings_.push_back(std::move(*ring));
    return rings_.back().get();
}

void EventReader::poll(int milliseconds) {
    if (reader_)
        (void)ring_buffer__poll(reader_.get(), milliseconds);
}

int EventReader::take(void* self, void* event, std::size_t) {
    static_cast<EventReader*>(self)->take_(*static_cast<const pfq_bpf_event*>(event));
    return 0;
}

} // namespace pfq::engine::live
