// Any bytes as a capture file: no crash, no endless reading, the same from memory and from a stream in small pieces,
// and every byte is accounted for. The link layer parsers see every packet.
#include "engine/capture/link_layer.hpp"
#include "engine/capture/reader.hpp"
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

using namespace pfq::capture;

void require(bool condition) {
    if (!condition)
        std::abort();
}

struct Outcome {
    std::vector<std::uint8_t> data; ///< of all packets
    std::vector<std::uint64_t> facts;
    CaptureEnd end;
    bool opened = false;
};

Outcome read_all(CaptureReader::Result reader) {
    Outcome outcome;
    if (!reader) {
        require(!reader.error().message.empty());
        return outcome;
    }
    outcome.opened = true;
    Batch batch(5);
    while ((*reader)->read(batch) != 0) {
        for (const auto& packet : batch.packets()) {
            outcome.data.insert(outcome.data.end(), packet.data, packet.data + packet.captured);
            outcome.facts.insert(outcome.facts.end(), {packet.time_ns, packet.captured, packet.length, packet.interface,
                                                       packet.link_type, packet.flags});
            require((*reader)->interfaces().at(packet.interface).link_type == packet.link_type);
            if (const auto* layer = find_link_layer(packet.link_type))
                require(layer->parse({packet.data, packet.captured}).l3_offset <= packet.captured);
        }
    }
    outcome.end = (*reader)->end();
    return outcome;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span<const std::uint8_t> bytes(data, size);
    const OpenOptions options{.any_link = true};
    const auto memory = read_all(CaptureReader::open_memory(bytes, "memory", options));
    std::size_t done = 0;
    const auto source = [&](std::uint8_t* to, std::size_t room) {
        const auto count = std::min({std::size_t{61}, room, size - done});
        std::copy_n(data + done, count, to);
        done += count;
        return static_cast<ssize_t>(count);
    };
    const auto stream = read_all(CaptureReader::open_stream(source, "stream", options));

    require(memory.opened == stream.opened);
    require(memory.data == stream.data && memory.facts == stream.facts);
    require(memory.end.kind == stream.end.kind && memory.end.offset == stream.end.offset);
    if (memory.opened) {
        require(memory.end.kind != CaptureEnd::Kind::reading);
        require(memory.end.offset + memory.end.unread.value() == size);
    }
    read_all(CaptureReader::open_memory(bytes, "memory"));
    return 0;
}
