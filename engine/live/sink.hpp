// What a run does with the packets of one live socket: writes them to a capture file, or counts them.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/capture/writer.hpp"
#include "engine/counters.hpp"
#include "engine/file/plan.hpp"
#include "engine/queue/reader.hpp"
#include "engine/queue/wall_clock.hpp"

namespace pfq::engine::live {

/// An interface of the file: packets name it by the index of the device.
struct SinkInterface {
    unsigned ifindex;
    std::string name;
};

/// Used by one thread.
class LiveSink {
public:
    /// The error is complete.
    [[nodiscard]] static std::expected<std::unique_ptr<LiveSink>, std::string>
    open(const Output& output, std::vector<SinkInterface> interfaces, std::uint32_t snaplen);

    /// False after a failure, whose packets and all later ones count as failed.
    bool take(queue::Batch batch);
    /// Packets that come after the last one that the user wants.
    void leave_unread(std::size_t packets) { closed_ += packets; }
    /// Hands everything to the system.
    bool flush();
    void close(const std::function<capture::InterfaceStatistics(const SinkInterface&)>& statistics);
    /// Its output takes no more packets.
    [[nodiscard]] bool finished() const { return output_ && output_->finished(); }

    [[nodiscard]] const std::string& error() const { return error_; }
    /// Read, written, counted, failed, bytes. After close().
    void account(SocketCounters& counters) const;

private:
    bool fail(std::string message);
    [[nodiscard]] std::uint16_t interface_of(unsigned ifindex) const;

    std::unique_ptr<capture::PacketOutput> output_; ///< null: packets are counted
    std::vector<SinkInterface> interfaces_;
    bool one_interface_ = false; ///< of the file, whatever device packets are from
    std::vector<capture::Packet> packets_;
    std::vector<std::uint8_t> tagged_; ///< frames of the batch whose tag was put back
    queue::WallClock clock_ = queue::WallClock::now();
    std::uint64_t read_ = 0, bytes_ = 0, written_ = 0, closed_ = 0;
    std::uint64_t records_ = 0; ///< of a fault that is built in
    std::string error_;
};

} // namespace pfq::engine::live
