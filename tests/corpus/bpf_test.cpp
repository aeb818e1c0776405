// The cases of the corpus in eBPF, as XDP and as TC program, run by the kernel: those whose packets its test run takes.
#include "tests/corpus/bpf_lots.hpp"
#include "tests/corpus/check.hpp"
#include <gtest/gtest.h>
#include <unistd.h>

namespace {

using namespace pfq;
using namespace pfq::test;

using Parameters = std::tuple<std::filesystem::path, Hook>;

class corpus_bpf : public testing::TestWithParam<Parameters> {
protected:
    void SetUp() override {
        if (geteuid() != 0)
            GTEST_SKIP() << "loading eBPF programs needs root";
    }
};

TEST_P(corpus_bpf, verdicts) {
    const auto& [file, hook] = GetParam();
    const OnCpu keep(0);
    const auto cases = read_cases(file);
    std::size_t ran = 0, refused = 0;
    for (const BpfLot& lot : make_lots(cases)) {
        const auto object = load(make_job(file.stem(), hook, lot));
        for (std::size_t i = 0; i < lot.size(); ++i) {
            const lang::Pipeline& pipeline = lot[i].group.pipeline;
            check_packets(*lot[i].program, std::string("eBPF, ") + name(hook), [&](const TestPacket& packet) {
                if (runnable(packet)) {
                    if (const auto said = object->run(packet)) {
                        ++ran;
                        return to_outcome((*said)[i], pipeline);
                    }
                    ++refused;
                }
                return run_reference(pipeline, *lot[i].program, packet);
            });
        }
    }
    EXPECT_GT(ran, cases.size() / 2) << "the kernel took hardly any packet";
    EXPECT_LE(refused, ran / 10) << "the kernel refused many packets";
}

std::string test_name(const testing::TestParamInfo<Parameters>& info) {
    const auto& [file, hook] = info.param;
    return file.stem().string() + "_" + name(hook);
}

INSTANTIATE_TEST_SUITE_P(cases, corpus_bpf,
                         testing::Combine(testing::ValuesIn(case_files()), testing::Values(Hook::xdp, Hook::tc)),
                         test_name);

} // namespace
