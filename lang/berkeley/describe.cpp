// Instructions in the notation of `tcpdump -d`.
#include "lang/berkeley/decode.hpp"

namespace pfq::lang::berkeley {

namespace {

std::string hex(std::uint32_t value) {
    std::string digits;
    do {
        digits.insert(digits.begin(), "0123456789abcdef"[value & 15U]);
        value >>= 4U;
    } while (value != 0);
    return "#0x" + digits;
}

std::string load(const Instruction& in, bool to_x) {
    const unsigned size = in.code & 0x18U;
    const std::string name = std::string(to_x ? "ldx" : "ld") + (size == code::h ? "h" : size == code::b ? "b" : "");
    const std::string k = std::to_string(in.k);
    switch (in.code & 0xe0U) {
    case code::imm:
        return name + " " + hex(in.k);
    case code::abs:
        return name + " [" + k + "]";
    case code::ind:
        return name + " [x + " + k + "]";
    case code::mem:
        return name + " M[" + k + "]";
    case code::len:
        return name + " #pktlen";
    default:
        return name + " 4*([" + k + "]&0xf)";
    }
}

std::string arithmetic(const Instruction& in) {
    constexpr const char* names[] = {"add", "sub", "mul", "div", "or", "and", "lsh", "rsh", "neg", "mod", "xor"};
    std::string name = names[in.code >> 4U & 15U];
    if ((in.code & 0xf0U) == code::neg)
        return name;
    return name + " " + ((in.code & code::x) != 0 ? "x" : hex(in.k));
}

std::string jump(const Instruction& in, std::size_t index) {
    constexpr const char* names[] = {"ja", "jeq", "jgt", "jge", "jset"};
    const std::string name = names[in.code >> 4U & 15U];
    if ((in.code & 0xf0U) == code::ja)
        return name + " " + std::to_string(static_cast<std::int64_t>(index) + 1 + static_cast<std::int32_t>(in.k));
    return name + " " + ((in.code & code::x) != 0 ? "x" : hex(in.k)) + " jt " + std::to_string(index + 1 + in.jt) +
           " jf " + std::to_string(index + 1 + in.jf);
}

} // namespace

std::string describe(const Instruction& in, std::size_t index) {
    switch (in.code & 0x07U) {
    case code::ld:
        return load(in, false);
    case code::ldx:
        return load(in, true);
    case code::st:
        return "st M[" + std::to_string(in.k) + "]";
    case code::stx:
        return "stx M[" + std::to_string(in.k) + "]";
    case code::alu:
        return arithmetic(in);
    case code::jmp:
        return jump(in, index);
    case code::ret:
        return (in.code & code::a) != 0 ? "ret a" : "ret #" + std::to_string(in.k);
    default:
        return (in.code & code::txa) != 0 ? "txa" : "tax";
    }
}

} // namespace pfq::lang::berkeley
