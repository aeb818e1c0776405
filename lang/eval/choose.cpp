// Run-time choice, equality and order between values, and the reading of arguments.
#include "lang/eval/address.hpp"
#include "lang/eval/evaluator.hpp"

namespace pfq::lang {

namespace {

ValuePtr choose_at(Evaluator& e, std::span<const ValuePtr> a) {
    return e.choose(e.bool_of(a[0]), e.apply(a[1], a[3]), e.apply(a[2], a[3]));
}
constexpr Primitive choose_functions{"choose", 4, choose_at};

bool is_number(const ValuePtr& v) {
    return get_if<Int>(v) || get_if<Word>(v);
}

std::string decimal(Integer value) {
    const bool negative = value < 0;
    std::string digits;
    do {
        int digit = static_cast<int>(value % 10);
        digits.insert(digits.begin(), static_cast<char>('0' + (digit < 0 ? -digit : digit)));
        value /= 10;
    } while (value != 0);
    return negative ? "-" + digits : digits;
}

} // namespace

ValuePtr Evaluator::choose(NodeId condition, const ValuePtr& a, const ValuePtr& b) {
    if (auto known = nodes.truth(condition))
        return *known ? a : b;
    if (a == b)
        return a;
    if (get_if<ActValue>(a) && get_if<ActValue>(b))
        return act(acts.branch(condition, act_of(a), act_of(b)));
    if (get_if<Bool>(a) && get_if<Bool>(b))
        return make_value(
            Bool{nodes.either(nodes.both(condition, bool_of(a)), nodes.both(nodes.negate(condition), bool_of(b)))});
    if (is_number(a) && is_number(b)) {
        const auto *x = get_if<Int>(a), *y = get_if<Int>(b);
        if (x && y && x->value == y->value)
            return a;
        return make_value(Word{nodes.select(condition, word_of(a), word_of(b))});
    }
    if (is_callable(a) && is_callable(b))
        return make_value(Partial{&choose_functions, {make_value(Bool{condition}), a, b}});
    auto both_items = [&](const Values& x, const Values& y) {
        Values items;
        for (std::size_t i = 0; i < x.size(); ++i)
            items.push_back(choose(condition, x[i], y[i]));
        return items;
    };
    const auto *t = get_if<TupleValue>(a), *u = get_if<TupleValue>(b);
    if (t && u && t->items.size() == u->items.size())
        return make_value(TupleValue{both_items(t->items, u->items)});
    const auto *l = get_if<ListValue>(a), *m = get_if<ListValue>(b);
    if (l && m && l->items.size() == m->items.size())
        return make_value(ListValue{both_items(l->items, m->items)});
    const auto *s = get_if<Text>(a), *r = get_if<Text>(b);
    if (s && r && s->value == r->value)
        return a;
    fail(Code::runtime_choice,
         std::string("a condition on the packet chooses between ") + describe(a) + " and " + describe(b),
         "which of the two is known at run time only",
         "choose between functions on packets instead: `if p then f x else f y`");
}

NodeId Evaluator::equal(const ValuePtr& a, const ValuePtr& b) {
    spend();
    if (const auto *x = get_if<Int>(a), *y = get_if<Int>(b); x && y)
        return nodes.boolean(x->value == y->value);
    if (is_number(a) || is_number(b))
        return nodes.compare(Op::eq, word_of(a), word_of(b));
    if (get_if<Bool>(a) && get_if<Bool>(b))
        return nodes.negate(nodes.differ(bool_of(a), bool_of(b)));
    if (const auto *x = get_if<Text>(a), *y = get_if<Text>(b); x && y)
        return nodes.boolean(x->value == y->value);
    if (const auto *x = get_if<Char>(a), *y = get_if<Char>(b); x && y)
        return nodes.boolean(x->code == y->code);
    const Values *x = nullptr, *y = nullptr;
    if (get_if<ListValue>(a) && get_if<ListValue>(b))
        x = &get_if<ListValue>(a)->items, y = &get_if<ListValue>(b)->items;
    else if (get_if<TupleValue>(a) && get_if<TupleValue>(b))
        x = &get_if<TupleValue>(a)->items, y = &get_if<TupleValue>(b)->items;
    else
        fail(Code::bad_operand, std::string(describe(a)) + " and " + describe(b) + " cannot be compared");
    NodeId same = nodes.boolean(x->size() == y->size());
    for (std::size_t i = 0; i < x->size() && nodes.truth(same) != false; ++i)
        same = nodes.both(same, equal((*x)[i], (*y)[i]));
    return same;
}

NodeId Evaluator::less(const ValuePtr& a, const ValuePtr& b, bool or_equal) {
    spend();
    if (const auto *x = get_if<Int>(a), *y = get_if<Int>(b); x && y)
        return nodes.boolean(or_equal ? x->value <= y->value : x->value < y->value);
    if (const auto *x = get_if<Text>(a), *y = get_if<Text>(b); x && y)
        return nodes.boolean(or_equal ? x->value <= y->value : x->value < y->value);
    if (const auto *x = get_if<Char>(a), *y = get_if<Char>(b); x && y)
        return nodes.boolean(or_equal ? x->code <= y->code : x->code < y->code);
    return nodes.compare(or_equal ? Op::le : Op::lt, word_of(a), word_of(b));
}

ValuePtr Evaluator::number(Integer value) {
    constexpr Integer top = static_cast<Integer>(1) << 64;
    if (value >= top || value <= -top)
        fail(Code::argument_range, "the number " + decimal(value) + " does not fit in 64 bits");
    return make_value(Int{value});
}

NodeId Evaluator::word_of(const ValuePtr& value) {
    if (const auto* word = get_if<Word>(value))
        return word->node;
    if (const auto* n = get_if<Int>(value)) {
        if (n->value < 0 || n->value >= static_cast<Integer>(absent))
            fail(Code::argument_range, "the number " + decimal(n->value) + " is no Word64",
                 "words of a packet are numbers from 0 to 2^64 - 2");
        return nodes.word(static_cast<std::uint64_t>(n->value));
    }
    if (const auto* text = get_if<Text>(value)) {
        if (auto mac = parse_mac(text->value))
            return nodes.word(*mac);
        if (auto address = parse_prefix(text->value); address && !address->ipv6 && address->length == 32)
            return nodes.word(address->low);
        fail(Code::bad_address, "\"" + text->value + "\" is neither a MAC address nor an IPv4 address");
    }
    fail(Code::bad_operand, std::string(describe(value)) + " is used as a number");
}

NodeId Evaluator::bool_of(const ValuePtr& value) {
    if (const auto* b = get_if<Bool>(value))
        return b->node;
    fail(Code::bad_operand, std::string(describe(value)) + " is used as a boolean");
}

Integer Evaluator::integer_of(const ValuePtr& value, const char* what, Integer low, Integer high) {
    Integer n;
    if (const auto* i = get_if<Int>(value))
        n = i->value;
    else if (const auto* word = get_if<Word>(value); word && nodes.constant(word->node))
        n = static_cast<Integer>(*nodes.constant(word->node));
    else if (get_if<Word>(value))
        fail(Code::runtime_argument, std::string("the ") + what + " must be known at compile time",
             "this depends on the packet");
    else
        fail(Code::bad_operand, std::string(describe(value)) + " is used as the " + what);
    if (n < low || n > high)
        fail(Code::argument_range, std::string("the ") + what + " " + decimal(n) + " is out of range",
             "allowed: " + decimal(low) + " to " + decimal(high));
    return n;
}

const std::string& Evaluator::text_of(const ValuePtr& value, const char* what) {
    if (const auto* text = get_if<Text>(value))
        return text->value;
    fail(Code::bad_operand, std::string(describe(value)) + " is used as the " + what);
}

const Values& Evaluator::list_of(const ValuePtr& value, const char* what) {
    if (const auto* list = get_if<ListValue>(value))
        return list->items;
    fail(Code::bad_operand, std::string(describe(value)) + " is used as the " + what);
}

const Packet& Evaluator::packet_of(const ValuePtr& value) {
    if (const auto* packet = get_if<Packet>(value))
        return *packet;
    fail(Code::bad_operand, std::string(describe(value)) + " is used as a packet");
}

ActPtr Evaluator::act_of(const ValuePtr& value) {
    if (const auto* result = get_if<ActValue>(value))
        return result->act;
    fail(Code::bad_operand, std::string(describe(value)) + " is used as an action");
}

ActPtr Evaluator::run_function(const ValuePtr& function, const Packet& packet) {
    return act_of(apply(function, make_value(packet)));
}

} // namespace pfq::lang
