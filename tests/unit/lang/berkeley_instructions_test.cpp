// Every instruction of classic BPF, by the value that it leaves.
#include "tests/unit/lang/berkeley.hpp"

namespace pfq::test {
namespace {

const TestPacket bytes = frame({0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf5});

/// A behind the instructions, which must not be 0 (that would reject), and not 65,535 or above.
std::uint32_t result(Program program, const TestPacket& packet = bytes) {
    program.push_back(ret_a);
    return kept(program, packet);
}

/// All of A, byte by byte; each plus one, as 0 would reject.
std::uint32_t wide_result(const Program& program, const TestPacket& packet = bytes) {
    std::uint32_t value = 0;
    for (unsigned shift = 0; shift < 32; shift += 8) {
        Program slice = program;
        slice.insert(slice.end(), {op(code::alu + code::rsh, shift), op(code::alu + code::bit_and, 0xff),
                                   op(code::alu + code::add, 1)});
        value |= (result(slice, packet) - 1) << shift;
    }
    return value;
}

TEST(BerkeleyInstructions, LoadsOfEveryWidth) {
    EXPECT_EQ(wide_result({load(code::w, 2)}), 0x56789abcU);
    EXPECT_EQ(result({load(code::h, 1)}), 0x3456U);
    EXPECT_EQ(result({load(code::b, 7)}), 0xf5U);
}

TEST(BerkeleyInstructions, LoadsBeyondTheCapturedBytesReject) {
    EXPECT_EQ(kept({load(code::w, 4), ret(1)}, bytes), 1U);
    EXPECT_EQ(kept({load(code::w, 5), ret(1)}, bytes), 0U);
    EXPECT_EQ(kept({load(code::h, 7), ret(1)}, bytes), 0U);
    EXPECT_EQ(kept({load(code::b, 8), ret(1)}, bytes), 0U);
    EXPECT_EQ(kept({load(code::w, 0x7ffffffc), ret(1)}, bytes), 0U);
    EXPECT_EQ(kept({load(code::b, 0xffdfffff), ret(1)}, bytes), 0U); // below SKF_LL_OFF
    EXPECT_EQ(kept({load(code::b, 8), set_a(1), ret(1)}, bytes), 0U) << "though the value is not used";
    EXPECT_EQ(kept({load(code::b, 0), ret(1)}, frame({})), 0U);
}

TEST(BerkeleyInstructions, IndirectLoads) {
    const unsigned ind = code::ld + code::ind;
    EXPECT_EQ(result({set_x(3), op(ind + code::h, 1)}), 0x9abcU);
    EXPECT_EQ(result({load(code::b, 0), op(code::alu + code::bit_and, 3), tax, op(ind + code::b, 4)}), 0xdeU);
    EXPECT_EQ(result({load(code::b, 0), op(code::alu + code::bit_and, 3), tax, op(ind + code::h, 4)}), 0xdef5U);
    EXPECT_EQ(result({load(code::b, 0), op(code::alu + code::bit_and, 3), tax, op(ind + code::h, 5)}), 0U);
    EXPECT_EQ(result({set_x(8), op(ind + code::b, 0)}), 0U);
}

TEST(BerkeleyInstructions, SumsOfIndirectLoadsDoNotWrapAround) {
    const unsigned byte = code::ld + code::ind + code::b;
    EXPECT_EQ(result({set_x(0xffffffff), op(byte, 3)}), 0U);
    EXPECT_EQ(result({set_a(0), op(code::alu + code::sub, 1), tax, op(byte, 3)}), 0U);
}

TEST(BerkeleyInstructions, BytesBeforeX) {
    const unsigned byte = code::ld + code::ind + code::b;
    EXPECT_EQ(result({set_x(4), op(byte, 0xffffffff)}), 0x78U);
    EXPECT_EQ(result({load(code::b, 1), op(code::alu + code::rsh, 4), tax, op(byte, 0xfffffffe)}), 0x34U);
    EXPECT_EQ(result({set_x(1), op(byte, 0xfffffffe)}), 0U);
}

TEST(BerkeleyInstructions, LengthsAndConstants) {
    TestPacket cut = bytes;
    cut.length = 1500;
    EXPECT_EQ(result({op(code::ld + code::len)}, cut), 1500U);
    EXPECT_EQ(result({op(code::ldx + code::len), txa}, cut), 1500U);
    EXPECT_EQ(wide_result({set_a(0xfffefffd)}), 0xfffefffdU);
    EXPECT_EQ(wide_result({set_x(0x80000001), txa}), 0x80000001U);
}

TEST(BerkeleyInstructions, HeaderLength) {
    EXPECT_EQ(result({op(code::ldx + code::msh + code::b, 7), txa}), 20U);
    EXPECT_EQ(result({op(code::ldx + code::msh + code::b, 8), set_a(1)}), 0U) << "beyond the captured bytes";
}

TEST(BerkeleyInstructions, Memory) {
    EXPECT_EQ(result({set_a(5), op(code::st, 15), set_a(6), op(code::ld + code::mem, 15)}), 5U);
    EXPECT_EQ(result({set_x(5), op(code::stx, 0), set_a(6), op(code::ldx + code::mem, 0), txa}), 5U);
    EXPECT_EQ(result({load(code::b, 0), op(code::st, 1), set_a(9), op(code::ld + code::mem, 1)}), 0x12U);
}

TEST(BerkeleyInstructions, RegistersStartAs0) {
    EXPECT_EQ(result({op(code::alu + code::add, 7)}), 7U);
    EXPECT_EQ(result({txa, op(code::alu + code::add, 7)}), 7U);
}

TEST(BerkeleyInstructions, ArithmeticIsModulo2To32) {
    const std::vector<std::uint32_t> numbers{0,  1,   2,      3,       31,         32,         33,
                                             64, 255, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff};
    struct Case {
        unsigned code;
        std::uint32_t (*function)(std::uint32_t, std::uint32_t);
    };
    const Case cases[] = {
        {code::add, [](auto a, auto b) { return a + b; }},
        {code::sub, [](auto a, auto b) { return a - b; }},
        {code::mul, [](auto a, auto b) { return a * b; }},
        {code::div, [](auto a, auto b) { return a / b; }},
        {code::mod, [](auto a, auto b) { return a % b; }},
        {code::bit_or, [](auto a, auto b) { return a | b; }},
        {code::bit_and, [](auto a, auto b) { return a & b; }},
        {code::bit_xor, [](auto a, auto b) { return a ^ b; }},
        {code::lsh, [](auto a, auto b) { return b < 32 ? a << b : 0; }},
        {code::rsh, [](auto a, auto b) { return b < 32 ? a >> b : 0; }},
    };
    for (const Case& c : cases)
        for (const std::uint32_t a : numbers)
            for (const std::uint32_t b : numbers) {
                const bool divides = c.code == code::div || c.code == code::mod;
                const bool shifts = c.code == code::lsh || c.code == code::rsh;
                if (divides && b == 0)
                    continue;
                SCOPED_TRACE(std::to_string(c.code) + ": " + std::to_string(a) + ", " + std::to_string(b));
                const std::uint32_t expected = c.function(a, b);
                // of constants, and of bytes that nothing is known of
                EXPECT_EQ(wide_result({set_a(a), set_x(b), op(code::alu + c.code + code::x)}), expected);
                if (!shifts || b < 32) {
                    EXPECT_EQ(wide_result({set_a(a), op(code::alu + c.code, b)}), expected);
                }
                TestPacket packet = frame({});
                for (const std::uint32_t word : {a, b})
                    for (unsigned shift = 32; shift > 0; shift -= 8)
                        packet.bytes.push_back(static_cast<std::uint8_t>(word >> (shift - 8)));
                EXPECT_EQ(
                    wide_result({load(code::w, 4), tax, load(code::w, 0), op(code::alu + c.code + code::x)}, packet),
                    expected);
            }
}

TEST(BerkeleyInstructions, Negation) {
    EXPECT_EQ(wide_result({set_a(1), op(code::alu + code::neg)}), 0xffffffffU);
    EXPECT_EQ(result({load(code::b, 0), op(code::alu + code::neg), op(code::alu + code::add, 0x13)}), 1U);
    EXPECT_EQ(result({op(code::alu + code::neg), op(code::alu + code::add, 3)}), 3U);
}

TEST(BerkeleyInstructions, DivisionBy0Rejects) {
    for (const unsigned operation : {code::div, code::mod}) {
        const auto divide = op(code::alu + operation + code::x);
        EXPECT_EQ(kept({set_a(7), set_x(0), divide, ret(1)}, bytes), 0U);
        EXPECT_EQ(kept({load(code::b, 0), tax, set_a(7), divide, ret(1)}, frame({0})), 0U);
        EXPECT_EQ(kept({load(code::b, 0), tax, set_a(7), divide, ret(1)}, frame({3})), 1U);
    }
}

TEST(BerkeleyInstructions, Jumps) {
    const std::vector<std::uint32_t> numbers{0, 1, 2, 4, 5, 0xfe, 0xff, 0x7fffffff, 0x80000000, 0xffffffff};
    struct Case {
        unsigned code;
        bool (*holds)(std::uint32_t, std::uint32_t);
    };
    const Case cases[] = {
        {code::jeq, [](auto a, auto b) { return a == b; }},
        {code::jgt, [](auto a, auto b) { return a > b; }},
        {code::jge, [](auto a, auto b) { return a >= b; }},
        {code::jset, [](auto a, auto b) { return (a & b) != 0; }},
    };
    for (const Case& c : cases)
        for (const std::uint32_t a : numbers)
            for (const std::uint32_t b : numbers) {
                SCOPED_TRACE(std::to_string(c.code) + ": " + std::to_string(a) + ", " + std::to_string(b));
                const std::uint32_t expected = c.holds(a, b) ? 7 : 8;
                const auto with_x = code::x + c.code;
                EXPECT_EQ(kept({set_a(a), jump(c.code, b, 0, 1), ret(7), ret(8)}, bytes), expected);
                EXPECT_EQ(kept({set_a(a), set_x(b), jump(with_x, 0, 0, 1), ret(7), ret(8)}, bytes), expected);
                TestPacket packet = frame({});
                for (const std::uint32_t word : {a, b})
                    for (unsigned shift = 32; shift > 0; shift -= 8)
                        packet.bytes.push_back(static_cast<std::uint8_t>(word >> (shift - 8)));
                EXPECT_EQ(kept({load(code::w, 0), jump(c.code, b, 0, 1), ret(7), ret(8)}, packet), expected);
                EXPECT_EQ(kept({load(code::w, 0), jump(c.code, b, 1, 0), ret(8), ret(7)}, packet), expected);
                EXPECT_EQ(
                    kept({load(code::w, 4), tax, load(code::w, 0), jump(with_x, 0, 0, 1), ret(7), ret(8)}, packet),
                    expected);
                EXPECT_EQ(kept({load(code::w, 4), tax, set_a(a), jump(with_x, 0, 0, 1), ret(7), ret(8)}, packet),
                          expected);
            }
}

TEST(BerkeleyInstructions, JumpsSkipInstructions) {
    EXPECT_EQ(kept({jump(code::ja, 2, 0, 0), ret(1), ret(2), ret(3), ret(4)}, bytes), 3U);
    EXPECT_EQ(kept({load(code::b, 0), jump(code::jeq, 0x12, 2, 0), ret(2), ret(3), ret(4)}, bytes), 4U);
}

TEST(BerkeleyInstructions, Returns) {
    EXPECT_EQ(kept({ret(0)}, bytes), 0U);
    EXPECT_EQ(kept({ret(262144)}, bytes), ~0U);
    EXPECT_EQ(kept({ret(65535)}, bytes), ~0U);
    EXPECT_EQ(kept({ret(65534)}, bytes), 65534U);
    EXPECT_EQ(kept({load(code::b, 1), ret_a}, bytes), 0x34U);
    EXPECT_EQ(kept({load(code::b, 0), ret_a}, frame({0})), 0U);
}

/// Registers that differ by the way to an instruction.
TEST(BerkeleyInstructions, RegistersMerge) {
    const Program program{load(code::b, 0),
                          jump(code::jgt, 9, 0, 3),
                          set_a(100),
                          op(code::st, 2),
                          jump(code::ja, 2, 0, 0),
                          load(code::b, 1),
                          op(code::st, 2),
                          op(code::alu + code::add, 1),
                          tax,
                          op(code::ld + code::mem, 2),
                          op(code::alu + code::add + code::x),
                          ret_a};
    EXPECT_EQ(kept(program, frame({10, 3})), 201U);
    EXPECT_EQ(kept(program, frame({9, 3})), 7U);
    EXPECT_EQ(kept(program, frame({10})), 201U) << "the other way's load does not matter";
    EXPECT_EQ(kept(program, frame({9})), 0U);
}

} // namespace
} // namespace pfq::test
