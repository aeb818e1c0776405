// The cases of the corpus in eBPF, run by the kernel: those whose packets it takes.
#include "datapath/bpf_abi.h"
#include "tests/corpus/bpf_programs.hpp"
#include "tests/corpus/check.hpp"
#include <algorithm>
#include <gtest/gtest.h>
#include <iterator>
#include <sched.h>
#include <unistd.h>

namespace {

using namespace pfq;
using namespace pfq::test;

class corpus_bpf : public testing::TestWithParam<std::filesystem::path> {
protected:
    void SetUp() override {
        if (geteuid() != 0)
            GTEST_SKIP() << "loading eBPF programs needs root";
        ASSERT_EQ(sched_getaffinity(0, sizeof before_, &before_), 0);
        cpu_set_t first;
        CPU_ZERO(&first);
        CPU_SET(0, &first);
        ASSERT_EQ(sched_setaffinity(0, sizeof first, &first), 0);
    }
    void TearDown() override {
        if (geteuid() == 0)
            sched_setaffinity(0, sizeof before_, &before_);
    }

private:
    cpu_set_t before_{};
};

/// Programs that are loaded together. More of them take the verifier longer than they save.
constexpr std::size_t together = 16;
static_assert(together <= PFQ_BPF_GROUPS);

/// The programs that compile, in lots of those that go into one object.
std::vector<std::vector<BpfGroup>> make_lots(const std::vector<ProgramCase>& cases) {
    std::vector<std::vector<BpfGroup>> lots(1), alone;
    for (const ProgramCase& program : cases) {
        auto pipeline = compile_program(program.program, true);
        if (!pipeline)
            continue; // the test of the other executions reports it
        if (lots.back().size() == together)
            lots.emplace_back();
        auto& lot = program.bpf_alone ? alone.emplace_back() : lots.back();
        lot.push_back({&program, std::move(*pipeline)});
    }
    std::ranges::move(alone, std::back_inserter(lots));
    return lots;
}

TEST_P(corpus_bpf, verdicts) {
    const auto cases = read_cases(GetParam());
    std::size_t ran = 0;
    for (const auto& lot : make_lots(cases)) {
        BpfPrograms programs(lot);
        for (std::size_t i = 0; i < lot.size(); ++i)
            check_packets(*lot[i].program, "eBPF", [&](const TestPacket& packet) {
                if (!BpfPrograms::takes(packet))
                    return run_reference(lot[i].pipeline, *lot[i].program, packet);
                ++ran;
                return programs.run(i, packet);
            });
    }
    EXPECT_GT(ran, cases.size() / 2) << "the kernel took hardly any packet";
}

std::string test_name(const testing::TestParamInfo<std::filesystem::path>& info) {
    return info.param.stem();
}

INSTANTIATE_TEST_SUITE_P(cases, corpus_bpf, testing::ValuesIn(case_files()), test_name);

} // namespace
