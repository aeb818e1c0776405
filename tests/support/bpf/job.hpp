// An eBPF object with packets and what each of its groups has to say about them, as a value and in a file: made where
// the compiler is, run on whatever kernel.
#pragma once
#include "tests/support/bpf/object.hpp"
#include <iosfwd>

namespace pfq::test {

struct BpfJob {
    struct Device {
        std::uint32_t group = 0, number = 0, index = 0;
    };
    struct Packet {
        TestPacket packet;
        std::vector<BpfOutcome> expected; ///< by group
    };
    std::string name; ///< where it comes from, for reports
    Hook hook = Hook::xdp;
    std::string object;
    std::vector<std::string> groups; ///< their programs, for reports
    std::vector<Device> devices;
    std::vector<BpfTableEntry> tables;
    std::vector<Packet> packets;
};

/// Loads the job's object and fills its tables. Throws NotLoaded.
[[nodiscard]] std::unique_ptr<BpfObject> load(const BpfJob& job);

struct JobResult {
    std::size_t ran = 0;     ///< packets
    std::size_t refused = 0; ///< packets that the kernel's test run may refuse (see BpfObject::run), and did
    std::vector<std::string> faults;
};

/// Runs all packets; a fault for each group that says something else than expected, at its first such packet.
[[nodiscard]] JobResult run(const BpfJob& job, BpfObject& object);

/// The same in bytes, many jobs behind each other.
void write(std::ostream& out, const BpfJob& job);
/// The next job; false at the end. Throws std::runtime_error when there is something else.
[[nodiscard]] bool read(std::istream& in, BpfJob& job);

} // namespace pfq::test
