// Pattern matching. Against a number or boolean of the packet it yields a test instead of an answer.
#include "lang/eval/evaluator.hpp"

namespace pfq::lang {

NodeId Evaluator::match_items(const std::vector<PatternPtr>& patterns, const Values& values, std::vector<Cell>& cells) {
    NodeId all = nodes.boolean(patterns.size() == values.size());
    for (std::size_t i = 0; i < patterns.size() && nodes.truth(all) != false; ++i)
        all = nodes.both(all, match(*patterns[i], values[i], cells));
    return all;
}

NodeId Evaluator::match(const Pattern& pattern, const ValuePtr& value, std::vector<Cell>& cells) {
    spend();
    const auto no = [&] { return nodes.boolean(false); };
    if (std::get_if<PatWildcard>(&pattern.node))
        return nodes.boolean(true);
    if (const auto* p = std::get_if<PatVar>(&pattern.node)) {
        cells.push_back({p->name, value});
        return nodes.boolean(true);
    }
    if (const auto* p = std::get_if<PatInt>(&pattern.node)) {
        const Integer wanted = p->negative ? -static_cast<Integer>(p->value) : static_cast<Integer>(p->value);
        return equal(value, number(wanted));
    }
    if (const auto* p = std::get_if<PatString>(&pattern.node))
        return equal(value, make_value(Text{p->value}));
    if (const auto* p = std::get_if<PatCon>(&pattern.node)) {
        if (p->name.text == "True")
            return bool_of(value);
        if (p->name.text == "False")
            return nodes.negate(bool_of(value));
        fail(Code::unsupported_form, "`" + p->name.text + "` cannot be matched: only True and False are constructors");
    }
    if (const auto* p = std::get_if<PatTuple>(&pattern.node)) {
        const auto* tuple = get_if<TupleValue>(value);
        return tuple ? match_items(p->items, tuple->items, cells) : no();
    }
    if (const auto* p = std::get_if<PatList>(&pattern.node)) {
        const auto* list = get_if<ListValue>(value);
        return list ? match_items(p->items, list->items, cells) : no();
    }
    if (const auto* p = std::get_if<PatCons>(&pattern.node)) {
        const auto* list = get_if<ListValue>(value);
        if (!list || list->items.empty())
            return no();
        spend(list->items.size());
        const NodeId head = match(*p->head, list->items.front(), cells);
        if (nodes.truth(head) == false)
            return head;
        ListValue rest{Values(list->items.begin() + 1, list->items.end())};
        return nodes.both(head, match(*p->tail, make_value(std::move(rest)), cells));
    }
    if (const auto* p = std::get_if<PatAs>(&pattern.node)) {
        cells.push_back({p->name, value});
        return match(*p->pattern, value, cells);
    }
    return match(*std::get<PatTyped>(pattern.node).pattern, value, cells);
}

} // namespace pfq::lang
