// Jobs from pipelines: compiled for a hook, with what the reference evaluator says about each packet.
#pragma once
#include "codegen/request.hpp"
#include "tests/support/bpf/job.hpp"
#include <functional>

namespace pfq::test {

/// One group of an object, and its world.
struct BpfGroup {
    std::string program; ///< for reports
    lang::Pipeline pipeline;
    std::vector<std::uint32_t> devices; ///< index of each of the pipeline's devices
    std::vector<BpfTableEntry> tables;  ///< what its tables hold, numbered as in the pipeline
    std::function<bool(std::size_t table, const lang::TableKey& key)> holds; ///< the same, for the reference evaluator
};

/// The compiler did not make an object of a request.
struct NotCompiled : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The entries that these packets make the group ask for, of those that it holds.
[[nodiscard]] std::vector<BpfTableEntry> entries_asked_for(const BpfGroup& group,
                                                           const std::vector<TestPacket>& packets);

/// What the reference evaluator says.
[[nodiscard]] BpfOutcome expect(const BpfGroup& group, const TestPacket& packet);

/// Everything but the packets. Throws NotCompiled.
[[nodiscard]] BpfJob make_job(std::string name, Hook hook, codegen::Shape shape, const std::vector<BpfGroup>& groups);

/// Adds those of the packets that test runs take.
void add_packets(BpfJob& job, const std::vector<BpfGroup>& groups, const std::vector<TestPacket>& packets);

} // namespace pfq::test
