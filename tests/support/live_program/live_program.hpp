// A program as `pfq run` installs it on a device, but run by BPF_PROG_TEST_RUN: with the maps of a network namespace of
// its own and with sockets that are read. For measurements.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codegen/request.hpp"
#include "engine/kernel/object.hpp"
#include "engine/live/maps.hpp"
#include "engine/live/socket.hpp"

namespace pfq::test {

struct LiveSpec {
    std::string name;
    std::vector<std::string> groups; ///< a program each
    bool tc = false;                 ///< else XDP
    unsigned sockets = 1;            ///< of each group
    pfq_time_policy time = PFQ_TIME_NONE;
    std::uint64_t budget = 1U << 21; ///< bytes of rings of a socket
    std::uint32_t snaplen = PFQ_RECORD_LIMIT;
    bool cache = false; ///< take the compiled program from the cache if it is there
};

/// What a loaded program is made of. `jited` is in bytes and depends on the processor's architecture.
struct ProgramSize {
    std::uint32_t compiled = 0;          ///< instructions, before the kernel changes them
    std::uint32_t xlated = 0, jited = 0; ///< instructions, bytes
    std::uint32_t verified = 0;          ///< instructions that the verifier looked at
};
[[nodiscard]] engine::Result<ProgramSize> size_of_program(int program, std::string_view object);

/// Milliseconds per step.
struct LoadTimes {
    double compile = 0, load = 0;
};

class LiveProgram {
public:
    [[nodiscard]] static engine::Result<std::unique_ptr<LiveProgram>> load(const LiveSpec& spec);

    [[nodiscard]] int program() const { return object_->program(); }
    [[nodiscard]] ProgramSize size() const { return size_; }
    [[nodiscard]] const LoadTimes& times() const { return times_; }
    [[nodiscard]] const LiveSpec& spec() const { return spec_; }
    /// Reads what the sockets have, and counts it.
    std::uint64_t read();

private:
    [[nodiscard]] engine::Result<void> add_group(unsigned number, const lang::Pipeline& pipeline);

    LiveSpec spec_;
    engine::live::State state_;
    std::optional<engine::live::SharedMaps> maps_;
    std::vector<std::unique_ptr<engine::live::LiveSocket>> sockets_;
    std::optional<engine::KernelObject> object_;
    ProgramSize size_;
    LoadTimes times_;
    std::uint32_t steerings_ = 0;
};

/// Nanoseconds of each run on average, negative if it cannot run: as the kernel tells them, whole ones, and of this
/// thread, with what a test run takes beside the program (some 100 microseconds together).
struct RunTime {
    double whole, fine;
};
/// Runs a program over a packet, `repeat` times.
[[nodiscard]] RunTime run_program(int program, const std::vector<std::uint8_t>& packet, unsigned repeat);

/// An IPv4 UDP packet, or a TCP one, with 10.1.2.3:1024 as its source and 192.168.1.2 and the port as its destination.
[[nodiscard]] std::vector<std::uint8_t> make_packet(std::size_t size, std::uint16_t port, bool tcp = false);

} // namespace pfq::test
