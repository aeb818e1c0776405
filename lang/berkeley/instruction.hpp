// Classic BPF: the instructions of libpcap and of Linux's socket filters, as numbers.
#pragma once
#include <cstddef>
#include <cstdint>

namespace pfq::lang::berkeley {

/// The same members as struct bpf_insn and struct sock_filter.
struct Instruction {
    std::uint16_t code = 0;
    std::uint8_t jt = 0, jf = 0; ///< of conditional jumps: instructions to skip when the test holds, and when not
    std::uint32_t k = 0;
    bool operator==(const Instruction&) const = default;
};

inline constexpr std::size_t max_instructions = 4096;
inline constexpr unsigned memory_words = 16; ///< M[0] to M[15]

/// The parts of a code, to be added. Names as in bpf(4), without their prefix.
namespace code {
using Part = std::uint16_t;
inline constexpr Part ld = 0, ldx = 1, st = 2, stx = 3, alu = 4, jmp = 5, ret = 6, misc = 7;  // classes
inline constexpr Part w = 0x00, h = 0x08, b = 0x10;                                           // sizes of loads
inline constexpr Part imm = 0x00, abs = 0x20, ind = 0x40, mem = 0x60, len = 0x80, msh = 0xa0; // modes of loads
inline constexpr Part add = 0x00, sub = 0x10, mul = 0x20, div = 0x30, bit_or = 0x40, bit_and = 0x50, lsh = 0x60,
                      rsh = 0x70, neg = 0x80, mod = 0x90, bit_xor = 0xa0;         // operations
inline constexpr Part ja = 0x00, jeq = 0x10, jgt = 0x20, jge = 0x30, jset = 0x40; // jumps
inline constexpr Part k = 0x00, x = 0x08, a = 0x10;                               // operands; a: of ret only
inline constexpr Part tax = 0x00, txa = 0x80;
} // namespace code

/// Linux reads loads at these negative offsets otherwise.
namespace linux_offset {
inline constexpr std::uint32_t ancillary = 0xfffff000U; ///< SKF_AD_OFF: what is known beside the bytes
inline constexpr std::uint32_t network = 0xfff00000U;   ///< SKF_NET_OFF: from the network header
inline constexpr std::uint32_t link = 0xffe00000U;      ///< SKF_LL_OFF: from the link header
} // namespace linux_offset

} // namespace pfq::lang::berkeley
