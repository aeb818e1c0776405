// What takes the packets of one consumer: a capture file, a series of them, or something else that a tool brings.
#pragma once
#include "engine/capture/error.hpp"
#include "engine/capture/interface.hpp"
#include "engine/capture/packet.hpp"
#include <cstdint>
#include <expected>
#include <span>

namespace pfq::capture {

/// Used by one thread.
class PacketOutput {
public:
    using Status = std::expected<void, CaptureError>;

    virtual ~PacketOutput() = default;
    /// What packets point to is not needed after the call.
    virtual Status write(std::span<const Packet> packets) = 0;
    /// Hands everything to the system.
    virtual Status flush() = 0;
    /// Statistics: one for each interface, or none.
    virtual Status close(std::span<const InterfaceStatistics> statistics) = 0;
    /// Packets that are in the output; those that are still buffered are not among them until flush() or close().
    [[nodiscard]] virtual std::uint64_t records() const = 0;
    /// It takes no more packets, as was asked for: the run ends, and packets that came too late were not wanted.
    [[nodiscard]] virtual bool finished() const { return false; }
};

} // namespace pfq::capture
