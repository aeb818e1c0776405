// Lists and strings. The loops are here so that long lists do not nest.
#include "lang/eval/primitives.hpp"

#include <algorithm>

namespace pfq::lang {

namespace {

void limit(Evaluator& e, std::size_t size) {
    if (size > max_list)
        e.fail(Code::list_too_long, "this list would have more than " + std::to_string(max_list) + " elements");
    e.spend(size);
}

ValuePtr map(Evaluator& e, Arguments a) {
    ListValue out;
    for (const auto& item : e.list_of(a[1], "second argument of map"))
        out.items.push_back(e.apply(a[0], item));
    return make_value(std::move(out));
}

ValuePtr fold_right(Evaluator& e, Arguments a) {
    ValuePtr result = a[1];
    const Values& items = e.list_of(a[2], "third argument of foldr");
    for (std::size_t i = items.size(); i-- > 0;)
        result = e.apply(a[0], items[i], result);
    return result;
}

ValuePtr fold_left(Evaluator& e, Arguments a) {
    ValuePtr result = a[1];
    for (const auto& item : e.list_of(a[2], "third argument of foldl"))
        result = e.apply(a[0], result, item);
    return result;
}

ValuePtr length(Evaluator& e, Arguments a) {
    return e.number(static_cast<Integer>(e.list_of(a[0], "argument of length").size()));
}

ValuePtr append(Evaluator& e, Arguments a) {
    if (const auto* text = get_if<Text>(a[0])) {
        const std::string& rest = e.text_of(a[1], "right side of ++");
        limit(e, text->value.size() + rest.size());
        return make_value(Text{text->value + rest});
    }
    ListValue out{e.list_of(a[0], "left side of ++")};
    const Values& rest = e.list_of(a[1], "right side of ++");
    limit(e, out.items.size() + rest.size());
    out.items.insert(out.items.end(), rest.begin(), rest.end());
    return make_value(std::move(out));
}

ValuePtr concat(Evaluator& e, Arguments a) {
    const Values& parts = e.list_of(a[0], "argument of concat");
    if (!parts.empty() && get_if<Text>(parts.front())) {
        std::string all;
        for (const auto& part : parts) {
            all += e.text_of(part, "element of the argument of concat");
            limit(e, all.size());
        }
        return make_value(Text{std::move(all)});
    }
    ListValue out;
    for (const auto& part : parts) {
        const Values& items = e.list_of(part, "element of the argument of concat");
        e.spend(items.size());
        if (out.items.size() + items.size() > max_list)
            limit(e, out.items.size() + items.size());
        out.items.insert(out.items.end(), items.begin(), items.end());
    }
    return make_value(std::move(out));
}

ValuePtr take_while(Evaluator& e, Arguments a) {
    ListValue out;
    for (const auto& item : e.list_of(a[1], "second argument of takeWhile")) {
        const auto keep = e.nodes.truth(e.bool_of(e.apply(a[0], item)));
        if (!keep)
            e.fail(Code::runtime_choice, "the condition of takeWhile depends on the packet",
                   "lists are built at compile time");
        if (!*keep)
            break;
        out.items.push_back(item);
    }
    return make_value(std::move(out));
}

ValuePtr cons(Evaluator& e, Arguments a) {
    const Values& rest = e.list_of(a[1], "right side of `:`");
    limit(e, rest.size() + 1);
    ListValue out{{a[0]}};
    out.items.insert(out.items.end(), rest.begin(), rest.end());
    return make_value(std::move(out));
}

ValuePtr zip(Evaluator& e, Arguments a) {
    const Values &x = e.list_of(a[0], "first argument of zip"), &y = e.list_of(a[1], "second argument of zip");
    ListValue out;
    e.spend(std::min(x.size(), y.size()));
    for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i)
        out.items.push_back(make_value(TupleValue{{x[i], y[i]}}));
    return make_value(std::move(out));
}

ValuePtr reverse(Evaluator& e, Arguments a) {
    ListValue out{e.list_of(a[0], "argument of reverse")};
    e.spend(out.items.size());
    std::reverse(out.items.begin(), out.items.end());
    return make_value(std::move(out));
}

std::size_t clamp_count(Evaluator& e, const ValuePtr& value, std::size_t size, const char* what) {
    constexpr Integer top = static_cast<Integer>(1) << 64;
    const Integer n = e.integer_of(value, what, -top, top);
    return n < 0 ? 0 : n > static_cast<Integer>(size) ? size : static_cast<std::size_t>(n);
}

ValuePtr take(Evaluator& e, Arguments a) {
    const Values& items = e.list_of(a[1], "second argument of take");
    const auto n = static_cast<std::ptrdiff_t>(clamp_count(e, a[0], items.size(), "first argument of take"));
    e.spend(static_cast<std::uint64_t>(n));
    return make_value(ListValue{Values(items.begin(), items.begin() + n)});
}

ValuePtr drop(Evaluator& e, Arguments a) {
    const Values& items = e.list_of(a[1], "second argument of drop");
    const auto n = static_cast<std::ptrdiff_t>(clamp_count(e, a[0], items.size(), "first argument of drop"));
    e.spend(items.size());
    return make_value(ListValue{Values(items.begin() + n, items.end())});
}

ValuePtr filter(Evaluator& e, Arguments a) {
    ListValue out;
    for (const auto& item : e.list_of(a[1], "second argument of filter")) {
        const auto keep = e.nodes.truth(e.bool_of(e.apply(a[0], item)));
        if (!keep)
            e.fail(Code::runtime_choice, "the condition of a list filter depends on the packet",
                   "lists are built at compile time");
        if (*keep)
            out.items.push_back(item);
    }
    return make_value(std::move(out));
}

ValuePtr element(Evaluator& e, Arguments a) {
    const Values& items = e.list_of(a[0], "left side of !!");
    if (items.empty())
        e.fail(Code::empty_list, "an element of an empty list");
    return items[static_cast<std::size_t>(
        e.integer_of(a[1], "index of a list", 0, static_cast<Integer>(items.size()) - 1))];
}

ValuePtr head(Evaluator& e, Arguments a) {
    const Values& items = e.list_of(a[0], "argument of head");
    if (items.empty())
        e.fail(Code::empty_list, "the head of an empty list");
    return items.front();
}

ValuePtr last(Evaluator& e, Arguments a) {
    const Values& items = e.list_of(a[0], "argument of last");
    if (items.empty())
        e.fail(Code::empty_list, "the last element of an empty list");
    return items.back();
}

ValuePtr tail(Evaluator& e, Arguments a) {
    const Values& items = e.list_of(a[0], "argument of tail");
    if (items.empty())
        e.fail(Code::empty_list, "the tail of an empty list");
    e.spend(items.size());
    return make_value(ListValue{Values(items.begin() + 1, items.end())});
}

ValuePtr replicate(Evaluator& e, Arguments a) {
    const Integer n = e.integer_of(a[0], "first argument of replicate", 0, static_cast<Integer>(max_list));
    limit(e, static_cast<std::size_t>(n));
    return make_value(ListValue{Values(static_cast<std::size_t>(n), a[1])});
}

std::string shown(Evaluator& e, const ValuePtr& value) {
    e.spend();
    auto items = [&](const Values& list, char open, char close) {
        std::string out(1, open);
        for (const auto& item : list)
            out += (out.size() > 1 ? "," : "") + shown(e, item);
        return out + close;
    };
    if (const auto* n = get_if<Int>(value)) {
        const bool negative = n->value < 0;
        const auto magnitude = static_cast<std::uint64_t>(negative ? -n->value : n->value);
        return (negative ? "-" : "") + std::to_string(magnitude);
    }
    if (const auto* text = get_if<Text>(value))
        return "\"" + text->value + "\"";
    if (const auto* c = get_if<Char>(value); c && c->code < 0x80)
        return std::string("'") + static_cast<char>(c->code) + "'";
    if (const auto* list = get_if<ListValue>(value))
        return items(list->items, '[', ']');
    if (const auto* tuple = get_if<TupleValue>(value))
        return items(tuple->items, '(', ')');
    if (const auto* b = get_if<Bool>(value); b && e.nodes.truth(b->node))
        return *e.nodes.truth(b->node) ? "True" : "False";
    e.fail(Code::runtime_argument, std::string(describe(value)) + " cannot be shown at compile time");
}

ValuePtr show(Evaluator& e, Arguments a) {
    return make_value(Text{shown(e, a[0])});
}

constexpr Primitive table[] = {
    {"map", 2, map},
    {"foldr", 3, fold_right},
    {"foldl", 3, fold_left},
    {"length", 1, length},
    {"++", 2, append},
    {":", 2, cons},
    {"zip", 2, zip},
    {"reverse", 1, reverse},
    {"take", 2, take},
    {"drop", 2, drop},
    {"filter", 2, filter},
    {"!!", 2, element},
    {"head", 1, head},
    {"last", 1, last},
    {"tail", 1, tail},
    {"replicate", 2, replicate},
    {"show", 1, show},
    {"concat", 1, concat},
    {"takeWhile", 2, take_while},
};

} // namespace

std::span<const Primitive> list_primitives() {
    return table;
}

} // namespace pfq::lang
