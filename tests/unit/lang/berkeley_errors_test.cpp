// What is refused, and that the text names the instruction.
#include "tests/unit/lang/berkeley.hpp"
#include <random>

namespace pfq::test {
namespace {

using testing::HasSubstr;

TEST(BerkeleyErrors, PlacesAreNamed) {
    EXPECT_EQ(refusal({load(code::h, 12), jump(code::jeq, 0x800, 0, 9), ret(1), ret(0)}),
              "instruction 1 (jeq #0x800 jt 2 jf 11): jumps beyond the end");
    EXPECT_EQ(
        refusal({op(code::ldx + code::msh + code::b, 14), op(code::ld + code::ind + code::b, 3), op(0x99), ret(1)}),
        "instruction 2: unknown code 153");
}

TEST(BerkeleyErrors, UnknownCodes) {
    const std::vector<std::uint16_t> valid{0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x0c, 0x14, 0x15, 0x16, 0x1c,
                                           0x1d, 0x20, 0x24, 0x25, 0x28, 0x2c, 0x2d, 0x30, 0x34, 0x35, 0x3c, 0x3d, 0x40,
                                           0x44, 0x45, 0x48, 0x4c, 0x4d, 0x50, 0x54, 0x5c, 0x60, 0x61, 0x64, 0x6c, 0x74,
                                           0x7c, 0x80, 0x81, 0x84, 0x87, 0x94, 0x9c, 0xa4, 0xac, 0xb1}; // those of the
                                                                                                        // kernel
    for (unsigned number = 0; number < 0x400; ++number) {
        const bool known = std::ranges::find(valid, number) != valid.end();
        const std::string text = refusal({ret(0), op(number, 1), ret(1)});
        EXPECT_EQ(text.find("unknown code") == std::string::npos, known) << number << ": " << text;
    }
}

TEST(BerkeleyErrors, Jumps) {
    EXPECT_THAT(refusal({jump(code::jeq, 0, 1, 0), ret(0)}),
                HasSubstr("instruction 0 (jeq #0x0 jt 2 jf 1): jumps beyond"));
    EXPECT_THAT(refusal({jump(code::ja, 1, 0, 0), ret(0)}), HasSubstr("jumps beyond the end"));
    EXPECT_THAT(refusal({jump(code::ja, 0x7fffffff, 0, 0), ret(0)}), HasSubstr("jumps beyond the end"));
    EXPECT_THAT(refusal({ret(0), jump(code::ja, 0xfffffffe, 0, 0), ret(0)}),
                HasSubstr("instruction 1 (ja 0): jumps backwards"));
}

TEST(BerkeleyErrors, Ends) {
    EXPECT_THAT(refusal({}), HasSubstr("no instructions"));
    EXPECT_EQ(refusal({ret(1), tax}), "instruction 1 (tax): the last instruction must be ret");
    Program program(4096, tax);
    program.back() = ret(1);
    EXPECT_EQ(kept(program, frame({})), 1U);
    program.push_back(ret(1));
    EXPECT_THAT(refusal(program), HasSubstr("4097 instructions, at most 4096"));
}

TEST(BerkeleyErrors, Operands) {
    EXPECT_THAT(refusal({op(code::alu + code::div, 0), ret(1)}), HasSubstr("(div #0x0): divides by 0"));
    EXPECT_THAT(refusal({op(code::alu + code::mod, 0), ret(1)}), HasSubstr("divides by 0"));
    EXPECT_THAT(refusal({op(code::alu + code::lsh, 32), ret(1)}), HasSubstr("more than 31 bits"));
    EXPECT_THAT(refusal({op(code::alu + code::rsh, 99), ret(1)}), HasSubstr("more than 31 bits"));
    EXPECT_THAT(refusal({op(code::st, 16), ret(1)}), HasSubstr("16 words"));
    EXPECT_THAT(refusal({op(code::ldx + code::mem, 16), ret(1)}), HasSubstr("16 words"));
}

TEST(BerkeleyErrors, MemoryThatIsNotWritten) {
    const std::string text = "instruction 3 (ld M[2]): this word of memory is not written on every way here";
    EXPECT_EQ(
        refusal({load(code::b, 0), jump(code::jeq, 1, 0, 1), op(code::st, 2), op(code::ld + code::mem, 2), ret_a}),
        text);
    EXPECT_THAT(refusal({op(code::ld + code::mem, 0), ret_a}), HasSubstr("instruction 0"));
}

TEST(BerkeleyErrors, WhatIsNotReachedDoesNotMatter) {
    EXPECT_EQ(kept({jump(code::ja, 2, 0, 0), op(code::ld + code::mem, 0), beside(4), ret(3)}, frame({})), 3U);
    EXPECT_EQ(kept({set_a(1), jump(code::jeq, 1, 1, 0), beside(4), ret(3)}, frame({})), 3U);
}

/// Whatever numbers a program is of.
TEST(BerkeleyErrors, AnyProgramIsTranslatedOrRefused) {
    std::mt19937_64 random(1);
    const TestPacket packet = parse_packet("eth / ip / tcp");
    unsigned translated = 0;
    for (unsigned round = 0; round < 50'000; ++round) {
        Program program(1 + random() % 12);
        for (auto& in : program) {
            in.code = static_cast<std::uint16_t>(random() % (random() % 8 ? 0x100 : 0x10000));
            in.jt = static_cast<std::uint8_t>(random() % 4);
            in.jf = static_cast<std::uint8_t>(random() % 4);
            in.k = static_cast<std::uint32_t>(random() % 4 ? random() % 16 : random() >> random() % 64);
        }
        if (random() % 2)
            program.back() = ret(1);
        lang::Pipeline pipeline;
        if (!lang::berkeley::add_filter(pipeline, program))
            continue;
        ++translated;
        ASSERT_EQ(check(pipeline), "");
        lang::reference::Environment nothing;
        (void)evaluate(pipeline, to_input(packet), nothing);
    }
    EXPECT_GT(translated, 1000U);
}

} // namespace
} // namespace pfq::test
