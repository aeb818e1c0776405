// What the ways of sending have in common.
#pragma once
#include <atomic>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <vector>

#include "tests/live/send/flows.hpp"

namespace pfq::send {

struct Order {
    std::string device;
    unsigned device_index = 0;
    std::uint64_t count = 0; ///< of frames, all senders together; 0: until stopped
    std::uint64_t rate = 0;  ///< frames a second of all senders together; 0: as fast as it goes
    bool stack = false; ///< packet sockets: through TC, where packets that leave are seen; else straight to the device
    FlowOptions flows;
    const std::atomic<bool>* stop = nullptr; ///< set by another thread, which then interrupts the sender's by a signal
};

struct Report {
    std::uint64_t made = 0;    ///< frames
    std::uint64_t sent = 0;    ///< that the device took: exact
    std::uint64_t refused = 0; ///< that it did not take
    std::uint64_t bytes = 0;   ///< of those sent
    double seconds = 0;

    Report& operator+=(const Report& other) {
        made += other.made;
        sent += other.sent;
        refused += other.refused;
        bytes += other.bytes;
        seconds = seconds > other.seconds ? seconds : other.seconds;
        return *this;
    }
};

template <class T> using Result = std::expected<T, std::string>;

/// Numbers of frames of the sender on processor number i (of those that send) begin here: i in the upper byte.
[[nodiscard]] constexpr std::uint64_t first_number(unsigned sender) {
    return std::uint64_t{sender} << 56;
}

/// Frames that the kernel makes from a program and hands to the device as redirected ones: fast, and of at most 3,400
/// bytes or so. On the device's peer they are seen if it runs XDP programs or has receive offload (GRO); queue =
/// processor.
[[nodiscard]] Result<Report> send_live_frames(const Order& order, unsigned processor);

/// The same frames from a packet socket: of any size, slower.
[[nodiscard]] Result<Report> send_packets(const Order& order);

/// Frames as they are, order.count times, from a packet socket.
[[nodiscard]] Result<Report> replay(const Order& order, std::span<const std::vector<std::uint8_t>> frames);

} // namespace pfq::send
