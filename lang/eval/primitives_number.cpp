// Arithmetic: exact on compile-time numbers, modulo 2^64 with absence on numbers of the packet.
#include "lang/eval/primitives.hpp"

namespace pfq::lang {

namespace {

Integer floor_div(Integer a, Integer b) {
    const Integer q = a / b;
    return (a % b != 0 && (a < 0) != (b < 0)) ? q - 1 : q;
}

Integer checked_mul(Evaluator& e, Integer a, Integer b) {
    Integer product;
    if (__builtin_mul_overflow(a, b, &product))
        e.fail(Code::argument_range, "the product does not fit in 64 bits");
    return product;
}

unsigned shift_count(Evaluator& e, Integer by) {
    if (by < 0)
        e.fail(Code::argument_range, "shift by a negative number");
    return by > 64 ? 64 : static_cast<unsigned>(by);
}

Integer exact(Evaluator& e, Op op, Integer a, Integer b) {
    if ((op == Op::div || op == Op::mod) && b == 0)
        e.fail(Code::division_by_zero, "division by zero");
    switch (op) {
    case Op::add:
        return a + b;
    case Op::sub:
        return a - b;
    case Op::mul:
        return checked_mul(e, a, b);
    case Op::div:
        return floor_div(a, b);
    case Op::mod:
        return a - floor_div(a, b) * b;
    case Op::bit_and:
        return a & b;
    case Op::bit_or:
        return a | b;
    case Op::bit_xor:
        return a ^ b;
    case Op::shl:
        return checked_mul(e, a, static_cast<Integer>(1) << shift_count(e, b));
    default:
        return shift_count(e, b) == 64 ? 0 : a >> shift_count(e, b);
    }
}

template <Op op> ValuePtr calculate(Evaluator& e, Arguments a) {
    const auto *x = get_if<Int>(a[0]), *y = get_if<Int>(a[1]);
    if (x && y)
        return e.number(exact(e, op, x->value, y->value));
    return make_value(Word{e.nodes.arithmetic(op, e.word_of(a[0]), e.word_of(a[1]))});
}

template <bool quotient> ValuePtr truncate(Evaluator& e, Arguments a) {
    const auto *x = get_if<Int>(a[0]), *y = get_if<Int>(a[1]);
    if (!x || !y) // words are not negative: truncation and floor are the same
        return make_value(Word{e.nodes.arithmetic(quotient ? Op::div : Op::mod, e.word_of(a[0]), e.word_of(a[1]))});
    if (y->value == 0)
        e.fail(Code::division_by_zero, "division by zero");
    return e.number(quotient ? x->value / y->value : x->value % y->value);
}

/// A number, or a property looked at on the packet a[2].
NodeId quantity(Evaluator& e, const ValuePtr& value, const ValuePtr& packet) {
    return e.word_of(is_callable(value) ? e.apply(value, packet) : value);
}

/// Arithmetic on properties: a property again.
template <Op op> ValuePtr calculate_at(Evaluator& e, Arguments a) {
    return make_value(Word{e.nodes.arithmetic(op, quantity(e, a[0], a[2]), quantity(e, a[1], a[2]))});
}

template <Op op> ValuePtr compare_at(Evaluator& e, Arguments a) {
    return make_value(Bool{e.nodes.compare(op, quantity(e, a[0], a[2]), quantity(e, a[1], a[2]))});
}

template <Op op> ValuePtr compare_swapped_at(Evaluator& e, Arguments a) {
    return make_value(Bool{e.nodes.compare(op, quantity(e, a[1], a[2]), quantity(e, a[0], a[2]))});
}

ValuePtr negate_number(Evaluator& e, Arguments a) {
    if (const auto* n = get_if<Int>(a[0]))
        return e.number(-n->value);
    return make_value(Word{e.nodes.arithmetic(Op::sub, e.nodes.word(0), e.word_of(a[0]))});
}

ValuePtr same(Evaluator&, Arguments a) {
    return a[0];
}

/// A compile-time number must fit in a[0] bits; numbers of the packet are what they are.
ValuePtr fitting(Evaluator& e, Arguments a) {
    const auto bits = static_cast<unsigned>(e.integer_of(a[0], "number of bits", 1, 63));
    if (get_if<Int>(a[1]))
        e.integer_of(a[1], "number", 0, (static_cast<Integer>(1) << bits) - 1);
    return make_value(Word{e.word_of(a[1])});
}

ValuePtr mix(Evaluator& e, Arguments a) {
    return make_value(Word{e.nodes.arithmetic(Op::mix, e.word_of(a[0]), e.word_of(a[1]))});
}

ValuePtr present(Evaluator& e, Arguments a) {
    return make_value(Bool{e.nodes.present(e.word_of(a[0]))});
}

constexpr Primitive table[] = {
    {"+", 2, calculate<Op::add>},
    {"-", 2, calculate<Op::sub>},
    {"*", 2, calculate<Op::mul>},
    {"div", 2, calculate<Op::div>},
    {"mod", 2, calculate<Op::mod>},
    {"quot", 2, truncate<true>},
    {"rem", 2, truncate<false>},
    {".&.", 2, calculate<Op::bit_and>},
    {".|.", 2, calculate<Op::bit_or>},
    {".^.", 2, calculate<Op::bit_xor>},
    {"shiftL", 2, calculate<Op::shl>},
    {"shiftR", 2, calculate<Op::shr>},
    {"negate", 1, negate_number},
    {"fromIntegral", 1, same},
    {".+", 3, calculate_at<Op::add>},
    {".-", 3, calculate_at<Op::sub>},
    {".*", 3, calculate_at<Op::mul>},
    {"./", 3, calculate_at<Op::div>},
    {".%", 3, calculate_at<Op::mod>},
    {".&", 3, calculate_at<Op::bit_and>},
    {".|", 3, calculate_at<Op::bit_or>},
    {".<<", 3, calculate_at<Op::shl>},
    {".>>", 3, calculate_at<Op::shr>},
    {".==", 3, compare_at<Op::eq>},
    {"./=", 3, compare_at<Op::ne>},
    {".<", 3, compare_at<Op::lt>},
    {".<=", 3, compare_at<Op::le>},
    {".>", 3, compare_swapped_at<Op::lt>},
    {".>=", 3, compare_swapped_at<Op::le>},
    {"==.", 3, compare_at<Op::eq>},
    {"/=.", 3, compare_at<Op::ne>},
    {"<.", 3, compare_at<Op::lt>},
    {"<=.", 3, compare_at<Op::le>},
    {">.", 3, compare_swapped_at<Op::lt>},
    {">=.", 3, compare_swapped_at<Op::le>},
    {"prim_fit", 2, fitting},
    {"prim_mix", 2, mix},
    {"prim_present", 1, present},
};

} // namespace

std::span<const Primitive> number_primitives() {
    return table;
}

} // namespace pfq::lang
