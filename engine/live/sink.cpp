#include "engine/live/sink.hpp"

#include <algorithm>

#include "engine/file/fault.hpp"
#include "engine/queue/restore_tag.hpp"

namespace pfq::engine::live {
namespace {

constexpr std::uint16_t ethernet = 1; // LINKTYPE_ETHERNET

std::size_t room_for_tags(queue::Batch batch) {
    std::size_t room = 0;
    for (const pfq_record* record : batch)
        if (record->flags & PFQ_RECORD_TAG)
            room += record->captured + queue::tag_size;
    return room;
}

} // namespace

std::expected<std::unique_ptr<LiveSink>, std::string>
LiveSink::open(const Output& output, std::vector<SinkInterface> interfaces, std::uint32_t snaplen) {
    auto sink = std::make_unique<LiveSink>();
    if (!output.path.empty()) {
        std::vector<capture::WriterInterface> described;
        for (const SinkInterface& interface : interfaces)
            described.push_back({.link_type = ethernet, .name = interface.name, .description = {}});
        if (output.format == capture::FileFormat::pcap)
            described.resize(1);
        const capture::WriterOptions options = {.format = output.format, .nanoseconds = true, .snaplen = snaplen};
        auto opened = output.open ? output.open(described, options)
                                  : OpenedOutput(capture::CaptureWriter::create(output.path, described, options));
        if (!opened)
            return std::unexpected(opened.error().message);
        sink->output_ = std::move(*opened);
        sink->one_interface_ = output.format == capture::FileFormat::pcap;
    }
    sink->interfaces_ = std::move(interfaces);
    return sink;
}

std::uint16_t LiveSink::interface_of(unsigned ifindex) const {
    if (one_interface_)
        return 0;
    const auto found = std::ranges::find(interfaces_, ifindex, &SinkInterface::ifindex);
    return found == interfaces_.end() ? 0 : static_cast<std::uint16_t>(found - interfaces_.begin());
}

bool LiveSink::take(queue::Batch batch) {
    read_ += batch.size();
    for (const pfq_record* record : batch)
        bytes_ += record->captured + (record->flags & PFQ_RECORD_TAG ? queue::tag_size : 0);
    if (!output_ || !error_.empty())
        return error_.empty();
    clock_ = clock_.renewed();
    tagged_.resize(room_for_tags(batch));
    std::span<std::uint8_t> room = tagged_;
    packets_.clear();
    for (const pfq_record* record : batch) {
        const queue::Frame frame = queue::restore_tag(*record, room);
        if (!room.empty() && frame.bytes.data() == room.data())
            room = room.subspan(frame.bytes.size());
        capture::Packet packet;
        packet.data = frame.bytes.data();
        packet.time_ns = clock_.time_of(*record);
        packet.captured = static_cast<std::uint32_t>(frame.bytes.size());
        packet.length = frame.length;
        packet.interface = interface_of(record->ifindex);
        packet.link_type = ethernet;
        const auto direction =
            record->flags & PFQ_RECORD_OUT ? capture::Direction::outbound : capture::Direction::inbound;
        packet.flags = static_cast<std::uint16_t>(direction);
        if (!fault::lose || ++records_ % fault::period != 0)
            packets_.push_back(packet);
    }
    if (fault::swap && packets_.size() > 1)
        std::swap(packets_[0], packets_[1]);
    if (auto written = output_->write(packets_); !written)
        return fail(written.error().message);
    return true;
}

bool LiveSink::fail(std::string message) {
    error_ = std::move(message);
    return false;
}

bool LiveSink::flush() {
    if (!output_ || !error_.empty())
        return error_.empty();
    if (auto flushed = output_->flush(); !flushed)
        return fail(flushed.error().message);
    return true;
}

void LiveSink::close(const std::function<capture::InterfaceStatistics(const SinkInterface&)>& statistics) {
    if (!output_)
        return;
    std::vector<capture::InterfaceStatistics> all;
    for (const SinkInterface& interface : interfaces_)
        all.push_back(statistics(interface));
    if (auto closed = output_->close(all); !closed && error_.empty())
        error_ = closed.error().message;
    written_ = output_->records();
    if (error_.empty() && output_->finished()) { // the rest came too late
        closed_ += read_ - written_;
        read_ = written_;
    }
}

void LiveSink::account(SocketCounters& counters) const {
    counters.queued -= closed_; // what was queued and never read was dropped after all
    counters.closed = closed_;
    counters.read = read_;
    counters.bytes = bytes_;
    if (!output_) {
        counters.counted = read_;
        return;
    }
    counters.written = written_;
    // Without a failure nothing counts as failed: a record that is missing then breaks the packet law.
    counters.write_failed = error_.empty() || written_ > read_ ? 0 : read_ - written_;
}

} // namespace pfq::engine::live
