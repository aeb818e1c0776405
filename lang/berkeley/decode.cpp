#include "lang/berkeley/decode.hpp"
#include <optional>

namespace pfq::lang::berkeley {

namespace {

constexpr std::uint32_t bit(unsigned index) {
    return std::uint32_t{1} << index;
}

std::optional<Decoded> load(const Instruction& in, unsigned target) {
    const unsigned size = in.code & 0x18U;
    const unsigned width = size == code::w ? 4 : size == code::h ? 2 : size == code::b ? 1 : 0;
    const auto make = [&](Verb verb) { return Decoded{.verb = verb, .target = target, .width = width, .k = in.k}; };
    const bool to_a = target == register_a;
    switch (in.code & 0xe0U) {
    case code::imm:
        return width == 4 ? std::optional(make(Verb::load_constant)) : std::nullopt;
    case code::mem:
        return width == 4 ? std::optional(make(Verb::load_memory)) : std::nullopt;
    case code::len:
        return width == 4 ? std::optional(make(Verb::load_length)) : std::nullopt;
    case code::msh:
        return width == 1 && !to_a ? std::optional(make(Verb::load_header)) : std::nullopt;
    case code::ind:
        return width != 0 && to_a ? std::optional(make(Verb::load_indirect)) : std::nullopt;
    case code::abs:
        if (width == 0 || !to_a)
            return std::nullopt;
        if (in.k == linux_offset::ancillary + 40) // SKF_AD_ALU_XOR_X: an operation in the guise of a load
            return Decoded{.verb = Verb::compute, .operation = Op::bit_xor, .from_register = true};
        return make(in.k >= linux_offset::ancillary ? Verb::load_beside : Verb::load_absolute);
    default:
        return std::nullopt;
    }
}

std::optional<Decoded> arithmetic(const Instruction& in) {
    const bool from_x = (in.code & 0x08U) != 0;
    const auto make = [&](Op operation) {
        return Decoded{.verb = Verb::compute, .operation = operation, .from_register = from_x, .k = in.k};
    };
    switch (in.code & 0xf0U) {
    case code::add:
        return make(Op::add);
    case code::sub:
        return make(Op::sub);
    case code::mul:
        return make(Op::mul);
    case code::div:
        return make(Op::div);
    case code::mod:
        return make(Op::mod);
    case code::bit_or:
        return make(Op::bit_or);
    case code::bit_and:
        return make(Op::bit_and);
    case code::bit_xor:
        return make(Op::bit_xor);
    case code::lsh:
        return make(Op::shl);
    case code::rsh:
        return make(Op::shr);
    case code::neg:
        return from_x ? std::nullopt : std::optional(Decoded{.verb = Verb::negate});
    default:
        return std::nullopt;
    }
}

std::optional<Decoded> jump(const Instruction& in) {
    const bool from_x = (in.code & 0x08U) != 0;
    const auto make = [&](Test test) {
        return Decoded{.verb = Verb::branch, .test = test, .from_register = from_x, .k = in.k};
    };
    switch (in.code & 0xf0U) {
    case code::ja:
        return from_x ? std::nullopt : std::optional(Decoded{.verb = Verb::jump, .k = in.k});
    case code::jeq:
        return make(Test::equal);
    case code::jgt:
        return make(Test::greater);
    case code::jge:
        return make(Test::greater_or_equal);
    case code::jset:
        return make(Test::any_bit);
    default:
        return std::nullopt;
    }
}

std::optional<Decoded> decode(const Instruction& in) {
    switch (in.code) {
    case code::st:
        return Decoded{.verb = Verb::store, .target = register_a, .k = in.k};
    case code::stx:
        return Decoded{.verb = Verb::store, .target = register_x, .k = in.k};
    case code::ret | code::k:
        return Decoded{.verb = Verb::finish, .k = in.k};
    case code::ret | code::a:
        return Decoded{.verb = Verb::finish, .from_register = true};
    case code::misc | code::tax:
        return Decoded{.verb = Verb::move, .target = register_x};
    case code::misc | code::txa:
        return Decoded{.verb = Verb::move, .target = register_a};
    default:
        break;
    }
    if (in.code > 0xff)
        return std::nullopt;
    switch (in.code & 0x07U) {
    case code::ld:
        return load(in, register_a);
    case code::ldx:
        return load(in, register_x);
    case code::alu:
        return arithmetic(in);
    case code::jmp:
        return jump(in);
    default:
        return std::nullopt;
    }
}

/// What is wrong with a decoded instruction at `index` of a program of `size`; empty: nothing.
std::string fault(const Instruction& in, const Decoded& decoded, std::size_t index, std::size_t size) {
    const std::size_t next = index + 1;
    switch (decoded.verb) {
    case Verb::load_memory:
    case Verb::store:
        return decoded.k < memory_words ? "" : "there are " + std::to_string(memory_words) + " words of memory";
    case Verb::compute:
        if (decoded.from_register)
            return {};
        if ((decoded.operation == Op::div || decoded.operation == Op::mod) && decoded.k == 0)
            return "divides by 0";
        if ((decoded.operation == Op::shl || decoded.operation == Op::shr) && decoded.k > 31)
            return "shifts by more than 31 bits";
        return {};
    case Verb::jump:
        if (static_cast<std::int32_t>(decoded.k) < 0)
            return "jumps backwards: a loop (of protochain, for one) cannot be compiled";
        return next + decoded.k < size ? "" : "jumps beyond the end";
    case Verb::branch:
        return next + in.jt < size && next + in.jf < size ? "" : "jumps beyond the end";
    default:
        return {};
    }
}

} // namespace

std::uint32_t Decoded::reads() const {
    switch (verb) {
    case Verb::load_indirect:
        return bit(register_x);
    case Verb::load_memory:
        return bit(register_m + k);
    case Verb::store:
        return bit(target);
    case Verb::compute:
    case Verb::branch:
        return bit(register_a) | (from_register ? bit(register_x) : 0);
    case Verb::negate:
        return bit(register_a);
    case Verb::move:
        return bit(target == register_a ? register_x : register_a);
    case Verb::finish:
        return from_register ? bit(register_a) : 0;
    default:
        return 0;
    }
}

std::uint32_t Decoded::writes() const {
    switch (verb) {
    case Verb::store:
        return bit(register_m + k);
    case Verb::jump:
    case Verb::branch:
    case Verb::finish:
        return 0;
    default:
        return bit(target);
    }
}

Error error_at(std::span<const Instruction> program, std::size_t index, const std::string& what) {
    return {index, "instruction " + std::to_string(index) + " (" + describe(program[index], index) + "): " + what};
}

std::expected<std::vector<Decoded>, Error> decode(std::span<const Instruction> program) {
    if (program.empty())
        return std::unexpected(Error{0, "the filter has no instructions"});
    if (program.size() > max_instructions)
        return std::unexpected(Error{0, "the filter has " + std::to_string(program.size()) + " instructions, at most " +
                                            std::to_string(max_instructions) + " are possible"});
    std::vector<Decoded> all;
    all.reserve(program.size());
    for (std::size_t i = 0; i < program.size(); ++i) {
        const auto decoded = decode(program[i]);
        if (!decoded)
            return std::unexpected(
                Error{i, "instruction " + std::to_string(i) + ": unknown code " + std::to_string(program[i].code)});
        if (const auto what = fault(program[i], *decoded, i, program.size()); !what.empty())
            return std::unexpected(error_at(program, i, what));
        all.push_back(*decoded);
    }
    if (all.back().verb != Verb::finish)
        return std::unexpected(error_at(program, program.size() - 1, "the last instruction must be ret"));
    return all;
}

} // namespace pfq::lang::berkeley
