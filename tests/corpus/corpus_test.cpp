// Every case of the corpus: by the reference evaluator, with and without optimisation, and in native code.
#include "tests/corpus/check.hpp"
#include "tests/corpus/executions.hpp"
#include <gtest/gtest.h>

namespace {

using namespace pfq;
using namespace pfq::test;

void expect_same(const ProgramCase& program, const std::string& executions, const std::vector<Outcome>& a,
                 const std::vector<Outcome>& b) {
    for (std::size_t i = 0; i < program.packets.size(); ++i)
        EXPECT_EQ(a[i], b[i]) << place(program, program.packets[i].line) << ": " << executions << "\nprogram "
                              << program.program << "\npacket  " << program.packets[i].text << "\n"
                              << show(a[i]) << "\n"
                              << show(b[i]);
}

struct Compiled {
    const ProgramCase* program;
    std::vector<Outcome> outcomes; ///< by the reference, optimised
};

class corpus : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(corpus, verdicts) {
    const auto cases = read_cases(GetParam());
    std::vector<Compiled> compiled;
    std::vector<lang::Pipeline> pipelines;
    for (const ProgramCase& program : cases) {
        EXPECT_FALSE(program.packets.empty()) << place(program, program.line) << ": no packet";
        const auto plain = compile_program(program.program, false);
        auto optimised = compile_program(program.program, true);
        if (!plain || !optimised) {
            ADD_FAILURE() << place(program, program.line) << ": does not compile\nprogram " << program.program << "\n"
                          << (plain ? optimised.error() : plain.error());
            continue;
        }
        const auto run_plain = [&](const TestPacket& packet) { return run_reference(*plain, program, packet); };
        const auto run_optimised = [&](const TestPacket& packet) { return run_reference(*optimised, program, packet); };
        const auto expected = check_packets(program, "reference, optimised", run_optimised);
        expect_same(program, "reference, with and without optimisation", expected,
                    check_packets(program, "reference, not optimised", run_plain));
        compiled.push_back({&program, expected});
        pipelines.push_back(std::move(*optimised));
    }
    const NativePrograms native(std::move(pipelines));
    for (std::size_t i = 0; i < compiled.size(); ++i) {
        const ProgramCase& program = *compiled[i].program;
        const auto run = [&](const TestPacket& packet) { return native.run(i, program, packet); };
        expect_same(program, "reference and native code", compiled[i].outcomes,
                    check_packets(program, "native code", run));
    }
}

std::string test_name(const testing::TestParamInfo<std::filesystem::path>& info) {
    return info.param.stem();
}

INSTANTIATE_TEST_SUITE_P(cases, corpus, testing::ValuesIn(case_files()), test_name);

} // namespace
