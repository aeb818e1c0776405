#include "engine/capture/merge.hpp"
#include <algorithm>
#include <numeric>

namespace pfq::capture {

MergedReader::MergedReader(std::vector<std::unique_ptr<CaptureReader>> inputs) : single_(inputs.size() == 1) {
    inputs_.reserve(inputs.size());
    for (auto& reader : inputs)
        inputs_.push_back({std::move(reader), Batch(single_ ? 0 : 1024)});
    if (!single_) {
        waiting_.resize(inputs_.size());
        std::iota(waiting_.begin(), waiting_.end(), 0U);
    }
}

bool MergedReader::ended() const {
    return turns_.empty() && std::ranges::none_of(inputs_, [](const Source& source) {
               return source.reader->end().kind == CaptureEnd::Kind::reading;
           });
}

std::uint64_t MergedReader::packets() const {
    std::uint64_t read = 0;
    for (const auto& source : inputs_)
        read += source.reader->packets() - (source.batch.size() - source.next);
    return read;
}

// Only when every live input shows its next packet is it known which comes first. Packets that are ready do not wait
// for a stream that may be silent.
std::size_t MergedReader::merge(Batch& batch) {
    batch.release();
    ++merged_batches_;
    std::size_t filled = 0;
    while (filled < batch.capacity() && !(filled != 0 && may_block()) && refill_waiting() && !turns_.empty()) {
        std::pop_heap(turns_.begin(), turns_.end());
        const Turn turn = turns_.back();
        turns_.pop_back();
        copy_run(turn, batch, filled);
    }
    batch.set_size(filled);
    return filled;
}

bool MergedReader::may_block() const {
    return std::ranges::any_of(waiting_, [&](std::uint32_t input) { return !inputs_[input].reader->size(); });
}

/// False when a signal interrupted it; the inputs not refilled stay in waiting_.
bool MergedReader::refill_waiting() {
    while (!waiting_.empty()) {
        if (!refill(waiting_.back()))
            return false;
        waiting_.pop_back();
    }
    return true;
}

bool MergedReader::refill(std::uint32_t input) {
    auto& source = inputs_[input];
    source.next = 0;
    source.kept_in = 0;
    if (source.reader->read(source.batch) == 0)
        return source.reader->end().kind != CaptureEnd::Kind::reading;
    for (Packet& packet : source.batch.packets())
        packet.device = static_cast<std::uint16_t>(input);
    turns_.push_back({source.batch.packets().front().time_ns, input});
    std::push_heap(turns_.begin(), turns_.end());
    return true;
}

/// Copies packets of one input for as long as it is its turn, then queues it again.
void MergedReader::copy_run(Turn turn, Batch& batch, std::size_t& filled) {
    auto& source = inputs_[turn.input];
    const auto packets = source.batch.packets();
    const auto slots = batch.slots();
    if (source.kept_in != merged_batches_) {
        batch.keep_all_of(source.batch);
        source.kept_in = merged_batches_;
    }
    do {
        slots[filled++] = packets[source.next++];
        if (source.next == packets.size()) {
            waiting_.push_back(turn.input);
            return;
        }
        turn.time_ns = packets[source.next].time_ns;
    } while (filled < slots.size() && (turns_.empty() || turns_.front() < turn));
    turns_.push_back(turn);
    std::push_heap(turns_.begin(), turns_.end());
}

} // namespace pfq::capture
