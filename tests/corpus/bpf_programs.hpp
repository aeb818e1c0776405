// The programs of cases as groups of one XDP program, run by the kernel on packets of the test.
#pragma once
#include "tests/corpus/executions.hpp"
#include <memory>

struct bpf_object;
struct ring_buffer;
struct pfq_bpf_event;

namespace pfq::test {

/// A group of the program: what a case says, compiled.
struct BpfGroup {
    const ProgramCase* program;
    lang::Pipeline pipeline;
};

class BpfPrograms {
public:
    /// At most PFQ_BPF_GROUPS. Throws std::runtime_error with the compiler's or the kernel's words.
    explicit BpfPrograms(std::vector<BpfGroup> groups);
    BpfPrograms(const BpfPrograms&) = delete;
    BpfPrograms& operator=(const BpfPrograms&) = delete;
    ~BpfPrograms();

    /// Whether the kernel's test run takes such a packet: Ethernet, complete.
    [[nodiscard]] static bool takes(const TestPacket& packet);
    /// All groups see the packet; what this one says. The thread must keep to CPU 0.
    [[nodiscard]] Outcome run(std::size_t group, const TestPacket& packet);

private:
    [[nodiscard]] int map(const char* name) const;
    template <class T> [[nodiscard]] T of_this_cpu(const char* map_name, std::size_t cell) const;
    void fill_devices() const;
    void fill_tables() const;
    void fill_table(std::uint32_t number, const TableContents& contents) const;
    void set_inputs(const TestPacket& packet) const;
    [[nodiscard]] std::array<std::uint64_t, lang::max_counters> counters(std::size_t group) const;
    [[nodiscard]] Outcome verdict(std::size_t group) const;
    static int take_event(void* programs, void* data, std::size_t size);

    std::vector<BpfGroup> groups_;
    bpf_object* object_ = nullptr;
    ring_buffer* ring_ = nullptr;
    int program_ = -1;
    std::size_t listened_ = 0; ///< the group whose events are kept
    std::vector<std::string> events_;
};

} // namespace pfq::test
