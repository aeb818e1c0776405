// The cases of the corpus in eBPF, run by the kernel: those whose packets it takes.
#include "datapath/bpf_abi.h"
#include "tests/corpus/bpf_programs.hpp"
#include "tests/corpus/check.hpp"
#include <gtest/gtest.h>
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

TEST_P(corpus_bpf, verdicts) {
    const auto cases = read_cases(GetParam());
    std::vector<BpfGroup> groups;
    for (const ProgramCase& program : cases)
        if (auto pipeline = compile_program(program.program, true))
            groups.push_back({&program, std::move(*pipeline)});
    std::size_t ran = 0;
    for (std::size_t first = 0; first < groups.size(); first += together) {
        const auto begin = groups.begin() + static_cast<std::ptrdiff_t>(first);
        const auto end = groups.begin() + static_cast<std::ptrdiff_t>(std::min(first + together, groups.size()));
        BpfPrograms programs({begin, end});
        for (std::size_t i = 0; first + i < groups.size() && i < together; ++i) {
            const BpfGroup& group = groups[first + i];
            check_packets(*group.program, "eBPF", [&](const TestPacket& packet) {
                if (!BpfPrograms::takes(packet))
                    return run_reference(group.pipeline, *group.program, packet);
                ++ran;
                return programs.run(i, packet);
            });
        }
    }
    EXPECT_GT(ran, cases.size() / 2) << "the kernel took hardly any packet";
}

std::string test_name(const testing::TestParamInfo<std::filesystem::path>& info) {
    return info.param.stem();
}

INSTANTIATE_TEST_SUITE_P(cases, corpus_bpf, testing::ValuesIn(case_files()), test_name);

} // namespace
