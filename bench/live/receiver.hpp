// Receivers of live traffic: PFQ and what it is compared with. Each looks at what every frame says of itself.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/kernel/error.hpp"

namespace pfq::bench {

using engine::Result;

struct ReceiverOptions {
    std::string method; ///< drop, ringbuf, afxdp, libpcap, pfq
    std::string device;
    unsigned ifindex = 0;
    std::uint32_t size = 64; ///< of all frames
    // of pfq
    unsigned groups = 1, sockets = 1; ///< sockets: of each group
    bool steered = false;             ///< else copied
    bool precise = false;             ///< precise time, merged by time; else no time
};

/// Frames that were delivered with the right content, and others.
struct Received {
    std::uint64_t good = 0, bad = 0;
    /// A frame of the sender (tests/live/send) has its number and the number's complement behind its UDP header.
    void look_at(const std::uint8_t* frame, std::uint32_t captured, std::uint32_t size);
};

/// Listens from its making on.
class Receiver {
public:
    virtual ~Receiver() = default;
    /// Reads until it is told to stop and nothing is left.
    virtual Received run(const std::atomic<bool>& stop) = 0;
};

[[nodiscard]] Result<std::unique_ptr<Receiver>> make_receiver(const ReceiverOptions& options);
[[nodiscard]] Result<std::unique_ptr<Receiver>> make_xdp_receiver(const ReceiverOptions& options);
[[nodiscard]] Result<std::unique_ptr<Receiver>> make_pcap_receiver(const ReceiverOptions& options);
[[nodiscard]] Result<std::unique_ptr<Receiver>> make_pfq_receiver(const ReceiverOptions& options);

/// Milliseconds of changes of a device's program, compiled before: attached first, then replaced.
struct SwapTimes {
    std::vector<double> attach, swap;
};
[[nodiscard]] Result<SwapTimes> measure_swaps(const std::string& device, unsigned rounds);

} // namespace pfq::bench
