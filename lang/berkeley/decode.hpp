// What an instruction does, taken apart, and whether a program is well-formed.
#pragma once
#include "lang/berkeley/instruction.hpp"
#include "lang/pipeline/pipeline.hpp"
#include <expected>
#include <span>
#include <string>
#include <vector>

namespace pfq::lang::berkeley {

enum class Verb : std::uint8_t {
    load_absolute, ///< target = bytes of the frame at k
    load_indirect, ///< target = bytes of the frame at X + k
    load_header,   ///< target = 4 * (byte at k & 15)
    load_length,   ///< target = length on the wire
    load_constant, ///< target = k
    load_memory,   ///< target = M[k]
    load_beside,   ///< target = what Linux knows beside the bytes, by k
    store,         ///< M[k] = target
    compute,       ///< A = A operation operand
    negate,        ///< A = -A
    move,          ///< target = the other register
    jump,
    branch, ///< A test operand
    finish, ///< accept operand bytes
};

enum class Test : std::uint8_t { equal, greater, greater_or_equal, any_bit };

/// Registers of the machine, as indices of what a program knows: A, X, M[0] to M[15].
inline constexpr unsigned register_a = 0, register_x = 1, register_m = 2, registers = register_m + memory_words;

struct Decoded {
    Verb verb;
    unsigned target = register_a; ///< A or X
    unsigned width = 0;           ///< of loads, in bytes
    Op operation = Op::add;       ///< of compute
    Test test = Test::equal;      ///< of branch
    bool from_register = false;   ///< operand is X (finish: A) rather than k
    std::uint32_t k = 0;

    [[nodiscard]] std::uint32_t reads() const;  ///< bits: registers whose value matters
    [[nodiscard]] std::uint32_t writes() const; ///< bits: registers that get a new value
};

/// Why a program is refused. The text names the instruction, where there is one.
struct Error {
    std::size_t instruction = 0;
    std::string text;
};

/// "instruction 3 (ldb [12]): what"
[[nodiscard]] Error error_at(std::span<const Instruction> program, std::size_t index, const std::string& what);

/// The whole program, decoded. Fails on what the kernel refuses in any program, reachable or not: unknown codes, jumps
/// out of the program, M[16] and above, division by the constant 0, shifts by the constant 32 and above, an end without
/// ret; and on programs that are empty, longer than max_instructions, or jump backwards.
[[nodiscard]] std::expected<std::vector<Decoded>, Error> decode(std::span<const Instruction> program);

/// In the notation of `tcpdump -d`; jump targets are absolute, hence the index. Its code must be a known one.
[[nodiscard]] std::string describe(const Instruction& instruction, std::size_t index);

} // namespace pfq::lang::berkeley
