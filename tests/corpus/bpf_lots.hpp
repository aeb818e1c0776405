// The programs of cases as groups of eBPF objects.
#pragma once
#include "tests/corpus/executions.hpp"
#include "tests/support/bpf/make_job.hpp"

namespace pfq::test {

struct BpfCase {
    const ProgramCase* program;
    BpfGroup group;
};
using BpfLot = std::vector<BpfCase>;

/// The programs that compile, in lots of those that go into one object.
[[nodiscard]] std::vector<BpfLot> make_lots(const std::vector<ProgramCase>& cases);

/// The object of a lot, without packets. Throws NotCompiled.
[[nodiscard]] BpfJob make_job(std::string name, Hook hook, const BpfLot& lot);
/// All packets of the lot's programs go to all of its groups.
void add_packets(BpfJob& job, const BpfLot& lot);

/// With the names that cases use.
[[nodiscard]] Outcome to_outcome(const BpfOutcome& outcome, const lang::Pipeline& pipeline);

} // namespace pfq::test
