// A loaded eBPF object and its maps, run by BPF_PROG_TEST_RUN. The one place of the tests that knows
// datapath/bpf_abi.h.
#pragma once
#include "lang/pipeline/semantics.hpp"
#include "tests/support/test_packet.hpp"
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

struct bpf_object;
struct ring_buffer;

namespace pfq::test {

enum class Hook : std::uint8_t { xdp, tc };
[[nodiscard]] const char* name(Hook hook);

/// What a log statement said, with the verdict so far.
struct BpfEvent {
    std::uint32_t kind = 0, message = 0;
    std::uint32_t mark = 0, state = 0, fanout = 0;
    std::uint64_t class_mask = 0;
    bool operator==(const BpfEvent&) const = default;
};

/// What one group said about one packet. Devices and messages have the numbers of its pipeline.
struct BpfOutcome {
    lang::Verdict verdict;
    std::array<std::uint64_t, lang::max_counters> counters{}; ///< what they changed by, modulo 2^64
    std::vector<BpfEvent> events;
    bool operator==(const BpfOutcome&) const = default;
};
[[nodiscard]] std::string show(const BpfOutcome& outcome);

/// Packets of one group since its object was loaded, on this processor.
struct BpfCounts {
    std::uint64_t received = 0, accepted = 0, dropped = 0;
    bool operator==(const BpfCounts&) const = default;
};

/// One entry of a run-time table. Tables count through all groups of an object: those of group 0 first.
struct BpfTableEntry {
    std::uint32_t table = 0;
    lang::TableKind kind = lang::TableKind::address;
    std::uint8_t prefix_length = 0; ///< of addresses
    lang::TableKey key;
};

/// The kernel did not take an object.
struct NotLoaded : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What loading an object cost.
struct LoadCost {
    double milliseconds = 0;
    std::uint32_t verified = 0;     ///< instructions that the verifier looked at
    std::uint32_t instructions = 0; ///< of the program
};

/// Runs happen on the processor of the calling thread, which must keep to one (OnCpu). An object is used by one thread.
class BpfObject {
public:
    /// Throws NotLoaded with the words of the kernel: when it refuses the program or its types, or has no machine code
    /// for it.
    BpfObject(std::string_view object, Hook hook, std::size_t groups);
    BpfObject(const BpfObject&) = delete;
    BpfObject& operator=(const BpfObject&) = delete;
    ~BpfObject();

    void add(const BpfTableEntry& entry);
    /// Index of the device that a group's pipeline has as `number`.
    void set_device(std::size_t group, std::size_t number, std::uint32_t index) const;
    /// What an evaluation knows beside the bytes; holds for all packets until the next call.
    void set_inputs(const TestPacket& packet) const;

    /// Runs a packet with its inputs: what each group said. Nothing when the kernel's test run refuses such a packet
    /// and may (see runnable()). Throws std::runtime_error on any other refusal.
    [[nodiscard]] std::optional<std::vector<BpfOutcome>> run(const TestPacket& packet);
    /// What each group said since the last call. For programs that are attached: exactly one packet must have come.
    [[nodiscard]] std::vector<BpfOutcome> outcomes();

    [[nodiscard]] BpfCounts counts(std::size_t group) const;

    [[nodiscard]] int program() const { return program_; }
    [[nodiscard]] const LoadCost& cost() const { return cost_; }
    /// The descriptor of a map; -1 when the program does not have it.
    [[nodiscard]] int map(const char* name) const;
    /// What the program returned when it ran last.
    [[nodiscard]] int result() const { return result_; }

private:
    struct CloseObject {
        void operator()(bpf_object* object) const;
    };
    struct FreeRing {
        void operator()(ring_buffer* ring) const;
    };

    void load();
    void measure();
    void read_counters();
    static int take_event(void* object, void* data, std::size_t size);

    void listen();
    [[nodiscard]] int table(const BpfTableEntry& entry);

    std::unique_ptr<bpf_object, CloseObject> object_;
    std::map<std::pair<lang::TableKind, std::uint32_t>, int> tables_; ///< maps of entries
    int events_ring_ = -1;
    std::unique_ptr<ring_buffer, FreeRing> ring_;
    Hook hook_;
    std::size_t groups_;
    int program_ = -1, result_ = 0;
    LoadCost cost_;
    std::vector<std::uint64_t> counters_, before_; ///< of all groups
    std::vector<std::vector<BpfEvent>> events_;    ///< by group
};

/// Whether test runs take such a packet: Ethernet, all of it captured, 14 bytes at least and not beyond a page with its
/// headroom.
[[nodiscard]] bool runnable(const TestPacket& packet);

/// Keeps the calling thread to one processor as long as it lives.
class OnCpu {
public:
    explicit OnCpu(unsigned cpu);
    OnCpu(const OnCpu&) = delete;
    OnCpu& operator=(const OnCpu&) = delete;
    ~OnCpu();

private:
    std::vector<unsigned char> before_;
};

} // namespace pfq::test
