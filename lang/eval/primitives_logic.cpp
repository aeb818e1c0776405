// Booleans and predicates: every connective works on both, and comparisons of plain values.
#include "lang/eval/primitives.hpp"

namespace pfq::lang {

namespace {

using Connective = NodeId (Builder::*)(NodeId, NodeId);

template <Connective connective> ValuePtr connect(Evaluator& e, Arguments a);

/// A predicate on the packet; a boolean is one that does not look at it.
ValuePtr at(Evaluator& e, const ValuePtr& predicate, const ValuePtr& packet) {
    return get_if<Bool>(predicate) ? predicate : e.apply(predicate, packet);
}

template <Connective connective> ValuePtr connect_at(Evaluator& e, Arguments a) {
    const ValuePtr both[] = {at(e, a[0], a[2]), at(e, a[1], a[2])};
    return connect<connective>(e, both); // functions of several packets are connected again
}

template <Connective connective> constexpr Primitive connected{"connective", 3, connect_at<connective>};

template <Connective connective> ValuePtr connect(Evaluator& e, Arguments a) {
    if (is_callable(a[0]) || is_callable(a[1]))
        return make_value(Partial{&connected<connective>, {a[0], a[1]}});
    return make_value(Bool{(e.nodes.*connective)(e.bool_of(a[0]), e.bool_of(a[1]))});
}

ValuePtr logical_not(Evaluator& e, Arguments a);

ValuePtr not_at(Evaluator& e, Arguments a) {
    const ValuePtr one[] = {at(e, a[0], a[1])};
    return logical_not(e, one);
}
constexpr Primitive negated{"not", 2, not_at};

ValuePtr logical_not(Evaluator& e, Arguments a) {
    if (is_callable(a[0]))
        return make_value(Partial{&negated, {a[0]}});
    return make_value(Bool{e.nodes.negate(e.bool_of(a[0]))});
}

template <bool value> ValuePtr constant(Evaluator& e, Arguments) {
    return e.truth(value);
}

ValuePtr equal(Evaluator& e, Arguments a) {
    return make_value(Bool{e.equal(a[0], a[1])});
}

/// Words differ only when both are there, as in every comparison; other values differ when they are not equal.
ValuePtr unequal(Evaluator& e, Arguments a) {
    if (get_if<Word>(a[0]) || get_if<Word>(a[1]))
        return make_value(Bool{e.nodes.compare(Op::ne, e.word_of(a[0]), e.word_of(a[1]))});
    return make_value(Bool{e.nodes.negate(e.equal(a[0], a[1]))});
}

template <bool swapped, bool or_equal> ValuePtr less(Evaluator& e, Arguments a) {
    return make_value(Bool{e.less(a[swapped ? 1 : 0], a[swapped ? 0 : 1], or_equal)});
}

constexpr Primitive table[] = {
    {"not", 1, logical_not},
    {"and", 2, connect<&Builder::both>},
    {"or", 2, connect<&Builder::either>},
    {"xor", 2, connect<&Builder::differ>},
    {".&&.", 2, connect<&Builder::both>},
    {".||.", 2, connect<&Builder::either>},
    {".^^.", 2, connect<&Builder::differ>},
    {"&&", 2, connect<&Builder::both>},
    {"||", 2, connect<&Builder::either>},
    {"==", 2, equal},
    {"/=", 2, unequal},
    {"<", 2, less<false, false>},
    {"<=", 2, less<false, true>},
    {">", 2, less<true, false>},
    {">=", 2, less<true, true>},
    {"prim_always", 0, constant<true>},
    {"prim_never", 0, constant<false>},
};

} // namespace

std::span<const Primitive> logic_primitives() {
    return table;
}

} // namespace pfq::lang
