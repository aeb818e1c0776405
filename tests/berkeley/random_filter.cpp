#include "tests/berkeley/random_filter.hpp"
#include <algorithm>

namespace pfq::test {

namespace code = lang::berkeley::code;

namespace {

constexpr unsigned words = 4; ///< of memory that programs use: all are written at the beginning

lang::berkeley::Instruction make(unsigned code, std::uint32_t k = 0) {
    return {static_cast<std::uint16_t>(code), 0, 0, k};
}

} // namespace

/// Many that packets have, so that tests hold.
std::uint32_t RandomFilters::number() {
    static constexpr std::uint32_t numbers[] = {
        0,      1,      2,          4,          6,          17,         20,         31,        32,     58,
        64,     80,     443,        0x45,       0x800,      0x806,      0x86dd,     0x8100,    0x1fff, 0xffff,
        0xfff0, 0x0a00, 0x0a000001, 0x0a000002, 0xff000000, 0x7fffffff, 0x80000000, 0xffffffff};
    switch (below(4)) {
    case 0:
        return static_cast<std::uint32_t>(below(16));
    case 1:
        return static_cast<std::uint32_t>(engine_() >> below(64));
    default:
        return numbers[below(std::size(numbers))];
    }
}

std::uint32_t RandomFilters::place() {
    if (long_)
        return static_cast<std::uint32_t>(below(14));
    switch (below(40)) {
    case 0:
        return static_cast<std::uint32_t>(below(200));
    case 1:
        return static_cast<std::uint32_t>(below(0xffe00000)); // below Linux's offsets
    case 2:
    case 3:
    case 4:
    case 5:
        return static_cast<std::uint32_t>(below(64));
    default:
        return static_cast<std::uint32_t>(below(2) ? below(38) : 12 + below(12));
    }
}

RandomFilters::Instruction RandomFilters::load() {
    const auto size = static_cast<unsigned>(below(3)) * code::h; // w, h, b
    switch (const auto which = below(16); long_ && which >= 5 ? 15 : which) {
    case 0:
        return make(below(2) ? code::ld + code::len : code::ldx + code::len);
    case 1:
        return make(code::ld + code::imm, number());
    case 2:
        return make(code::ldx + code::imm, below(3) ? static_cast<std::uint32_t>(below(30)) : number());
    case 3:
        return make(code::ld + code::mem, static_cast<std::uint32_t>(below(words)));
    case 4:
        return make(code::ldx + code::mem, static_cast<std::uint32_t>(below(words)));
    case 5:
    case 6:
        return make(code::ldx + code::msh + code::b, below(4) ? 14 : place());
    case 7:
    case 8:
    case 9:
        return make(code::ld + code::ind + size, below(8) ? static_cast<std::uint32_t>(below(20)) : place());
    default:
        return make(code::ld + code::abs + size, place());
    }
}

RandomFilters::Instruction RandomFilters::arithmetic() {
    static constexpr unsigned operations[] = {code::add, code::sub,     code::mul,     code::div,
                                              code::mod, code::bit_or,  code::bit_and, code::lsh,
                                              code::rsh, code::bit_xor, code::bit_and, code::add};
    if (below(12) == 0)
        return make(code::alu + code::neg);
    const unsigned operation = operations[below(std::size(operations))];
    const bool divides = operation == code::div || operation == code::mod;
    if (below(3) == 0 && !(long_ && divides))
        return make(code::alu + operation + code::x);
    std::uint32_t k = number();
    if (operation == code::lsh || operation == code::rsh)
        k %= 32;
    if (divides && k == 0)
        k = 3;
    return make(code::alu + operation, k);
}

/// `left` instructions follow.
RandomFilters::Instruction RandomFilters::jump(std::size_t left) {
    static constexpr unsigned tests[] = {code::jeq, code::jgt, code::jge, code::jset};
    const auto skip = [&] { return below(std::min<std::uint64_t>({left, 256, reach_})); };
    if (below(10) == 0)
        return make(code::jmp + code::ja, static_cast<std::uint32_t>(skip()));
    Instruction in = make(code::jmp + tests[below(std::size(tests))] + (below(6) ? code::k : code::x), number());
    in.jt = static_cast<std::uint8_t>(skip());
    in.jf = static_cast<std::uint8_t>(skip());
    return in;
}

RandomFilters::Instruction RandomFilters::any(std::size_t left) {
    switch (below(12)) {
    case 0:
        return make(below(2) ? code::misc + code::tax : code::misc + code::txa);
    case 1:
        return make(below(3) ? code::st : code::stx, static_cast<std::uint32_t>(below(words)));
    case 2:
    case 3:
        return arithmetic();
    case 4:
    case 5:
    case 6:
    case 7:
        return jump(left);
    case 8:
        if (below(ends_) == 0)
            return below(3) ? make(code::ret + code::k, below(2) ? 0 : number()) : make(code::ret + code::a);
        [[fallthrough]];
    default:
        return load();
    }
}

std::vector<RandomFilters::Instruction> RandomFilters::next(std::size_t size) {
    reach_ = below(3) == 0 ? 256 : static_cast<std::uint32_t>(2 + below(12));
    long_ = size > 500;
    ends_ = std::max<std::uint64_t>(3, size / 12);
    std::vector<Instruction> program;
    for (unsigned word = 0; word < words; ++word) {
        program.push_back(below(2) ? make(code::ld + code::imm, number())
                                   : make(code::ld + code::abs + code::b, place()));
        program.push_back(make(code::st, word));
    }
    while (program.size() + 1 < size)
        program.push_back(any(size - 1 - program.size()));
    program.push_back(below(4) == 0 ? make(code::ret + code::a) : make(code::ret + code::k, number()));
    return program;
}

} // namespace pfq::test
