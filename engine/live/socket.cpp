#include "engine/live/socket.hpp"

#include <fmt/format.h>
#include <vector>

namespace pfq::engine::live {

unsigned ring_class_for(std::uint64_t budget) {
    unsigned ring_class = 0;
    while (ring_class + 1 < PFQ_RING_CLASSES && std::uint64_t{PFQ_RING_SIZE(ring_class + 1)} * processors() <= budget)
        ++ring_class;
    return ring_class;
}

Result<std::unique_ptr<LiveSocket>> LiveSocket::create(unsigned slot, const SocketOptions& options, State& state,
                                                       SharedMaps& maps) {
    auto made = std::make_unique<LiveSocket>();
    Socket& socket = made->description_;
    socket = {.slot = slot,
              .owner = {},
              .name = options.name,
              .weight = options.weight,
              .class_mask = options.class_mask,
              .snaplen = options.snaplen,
              .time = options.time,
              .ring_class = ring_class_for(options.budget),
              .rings = {},
              .bell = 0};
    auto bell_map = create_bell();
    if (!bell_map)
        return std::unexpected(bell_map.error());
    const int bell_fd = bell_map->get();
    socket.bell = id_of_map(bell_fd);
    auto bell = queue::BpfBell::open(std::move(*bell_map));
    if (!bell)
        return system_failure("map the bell of a socket", bell.error());
    auto reader = queue::QueueReader::create(std::move(*bell), {.order = options.order});
    if (!reader)
        return system_failure("make the reader of a socket", reader.error());
    made->reader_ = std::move(*reader);

    std::vector<pfq_ring_state> producers(processors());
    for (unsigned processor = 0; processor < producers.size(); ++processor) {
        producers[processor].snaplen = options.snaplen;
        producers[processor].cell = ring_cell(slot, processor);
        producers[processor].time = static_cast<pfq_u8>(options.time);
        producers[processor].ring_class = static_cast<pfq_u8>(socket.ring_class);
    }
    if (auto done = write_map(maps.get("pfq_ring_state"), slot, producers.data()); !done)
        return std::unexpected(done.error());
    if (auto done = write_map(maps.get("pfq_bells"), slot, &bell_fd); !done)
        return std::unexpected(done.error());
    std::vector<Descriptor> created;
    std::vector<std::uint32_t> cells;
    std::vector<int> descriptors;
    for (unsigned processor = 0; processor < processors(); ++processor) {
        auto ring = create_ring(socket.ring_class);
        if (!ring)
            return std::unexpected(ring.error());
        auto mapped = queue::Ring::map(ring->get(), socket.ring_class);
        if (!mapped)
            return system_failure("map a ring of a socket", mapped.error());
        socket.rings.push_back(id_of_map(ring->get()));
        made->reader_->add_ring(std::move(*mapped));
        cells.push_back(ring_cell(slot, processor));
        descriptors.push_back(ring->get());
        created.push_back(std::move(*ring));
    }
    const auto rings = maps.rings(socket.ring_class, state, descriptors.front());
    if (!rings)
        return std::unexpected(rings.error());
    if (auto done = write_map(*rings, cells, descriptors.data()); !done)
        return std::unexpected(done.error());
    return made;
}

/// The kernel ends an update of a map of maps with a grace period.
Result<void> wait_for_programs(const Socket& socket, const SharedMaps& maps) {
    const auto bell = open_map(socket.bell);
    if (!bell)
        return std::unexpected(bell.error());
    const int fd = bell->get();
    return write_map(maps.get("pfq_bells"), socket.slot, &fd);
}

Result<void> close_rings(const Socket& socket, const SharedMaps& maps) {
    const std::string rings = rings_name(socket.ring_class);
    for (unsigned processor = 0; maps.has(rings) && processor < processors(); ++processor)
        if (auto done = erase_from_map(maps.get(rings), ring_cell(socket.slot, processor)); !done)
            return done;
    return erase_from_map(maps.get("pfq_bells"), socket.slot);
}

} // namespace pfq::engine::live
