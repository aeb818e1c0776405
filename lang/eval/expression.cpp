// Evaluation of expressions: one case per form of the syntax tree.
#include "lang/eval/evaluator.hpp"

namespace pfq::lang {

namespace {

template <class... Fs> struct Overloaded : Fs... {
    using Fs::operator()...;
};

/// The pairs of Haskell operators that must not evaluate their right side needlessly.
bool is_lazy(const Name& op) {
    return op.text == "&&" || op.text == "||";
}

} // namespace

/// Held while a place of the user's text is evaluated, so that errors inside the vocabulary are told of that place.
class UserCall {
public:
    UserCall(Evaluator& evaluator, Span span, const ModuleScope& scope)
        : evaluator_(evaluator), pushed_(!scope.builtin) {
        if (++evaluator_.depth_ > max_depth)
            evaluator_.fail(
                Code::out_of_fuel, "compile-time evaluation nests more than " + std::to_string(max_depth) + " calls",
                "in here", "recursion on a long list nests once per element: use map, foldr or a comprehension");
        if (pushed_)
            evaluator_.user_calls_.push_back(span);
    }
    ~UserCall() {
        --evaluator_.depth_;
        if (pushed_)
            evaluator_.user_calls_.pop_back();
    }
    UserCall(const UserCall&) = delete;
    UserCall& operator=(const UserCall&) = delete;

private:
    Evaluator& evaluator_;
    bool pushed_;
};

ValuePtr Evaluator::evaluate(const Expr& expr, Frame* frame, const ModuleScope& scope) {
    spend();
    UserCall call(*this, expr.span, scope);
    return std::visit(Overloaded{
                          [&](const Var& e) { return variable(e.name, frame, scope); },
                          [&](const IntLit& e) { return number(static_cast<Integer>(e.value)); },
                          [&](const CharLit& e) { return make_value(Char{e.value}); },
                          [&](const StringLit& e) { return make_value(Text{e.value}); },
                          [&](const Apply& e) {
                              const ValuePtr function = evaluate(*e.function, frame, scope);
                              return apply(function, evaluate(*e.argument, frame, scope));
                          },
                          [&](const Infix&) { return infix_chain(expr, frame, scope); },
                          [&](const Negate& e) {
                              const ValuePtr value = evaluate(*e.operand, frame, scope);
                              if (auto n = get_if<Int>(value))
                                  return number(-n->value);
                              return make_value(Word{nodes.arithmetic(Op::sub, nodes.word(0), word_of(value))});
                          },
                          [&](const Lambda& e) {
                              Closure closure;
                              closure.lambda = &e, closure.name = "\\", closure.frame = frame, closure.scope = &scope;
                              return make_value(std::move(closure));
                          },
                          [&](const Let& e) { return evaluate(*e.body, bind(e.bindings, frame), scope); },
                          [&](const If& e) { return if_value(e, frame, scope); },
                          [&](const MultiIf& e) { return multi_if(e, frame, scope); },
                          [&](const Case& e) { return case_of(e, frame, scope); },
                          [&](const Do& e) { return do_block(e, frame, scope); },
                          [&](const Tuple& e) {
                              TupleValue tuple;
                              for (const auto& item : e.items)
                                  tuple.items.push_back(evaluate(*item, frame, scope));
                              return make_value(std::move(tuple));
                          },
                          [&](const List& e) { return list(e, frame, scope); },
                          [&](const Range& e) { return range(e, frame, scope); },
                          [&](const Comprehension& e) {
                              ListValue out;
                              comprehend(e, 0, frame, scope, out.items);
                              return make_value(std::move(out));
                          },
                          [&](const LeftSection& e) {
                              const ValuePtr function = variable(e.op, frame, scope);
                              return apply(function, evaluate(*e.left, frame, scope));
                          },
                          [&](const RightSection& e) {
                              const ValuePtr function = variable(e.op, frame, scope);
                              return make_value(Section{function, evaluate(*e.right, frame, scope)});
                          },
                          [&](const Typed& e) { return evaluate(*e.expr, frame, scope); },
                          [&](const Paren& e) { return evaluate(*e.inner, frame, scope); },
                      },
                      expr.node);
}

ValuePtr Evaluator::variable(const Name& name, Frame* frame, const ModuleScope& scope) {
    if (name.qualifier.empty())
        for (Frame* f = frame; f; f = f->parent)
            for (Cell& cell : f->cells)
                if (cell.name == name.text)
                    return cell.value ? cell.value : force(cell, f, scope);
    if (name.text == "True" || name.text == "False")
        return truth(name.text == "True");
    if (name.text == "CIDR")
        return make_value(Partial{find_primitive("prim_cidr"), {}});
    const auto* meanings = scope.find(name);
    if (meanings && meanings->size() == 1)
        return global(*meanings->front());
    fail(Code::unknown_name, "`" + written(name) + "` has no value here"); // inference has told of it already
}

/// Long chains `a >-> b >-> c` are deep on the left: they are walked here, not by recursion.
ValuePtr Evaluator::infix_chain(const Expr& expr, Frame* frame, const ModuleScope& scope) {
    std::vector<const Expr*> spine;
    const Expr* leftmost = &expr;
    while (const auto* infix = std::get_if<Infix>(&leftmost->node)) {
        spine.push_back(leftmost);
        leftmost = infix->left.get();
    }
    ValuePtr value = evaluate(*leftmost, frame, scope);
    for (std::size_t i = spine.size(); i-- > 0;) {
        spend();
        UserCall call(*this, spine[i]->span, scope);
        value = operate(std::get<Infix>(spine[i]->node), value, frame, scope);
    }
    return value;
}

ValuePtr Evaluator::operate(const Infix& infix, const ValuePtr& left, Frame* frame, const ModuleScope& scope) {
    if (is_lazy(infix.op))
        if (const auto* known = get_if<Bool>(left))
            if (auto value = nodes.truth(known->node); value && *value == (infix.op.text == "||"))
                return left;
    const ValuePtr function = variable(infix.op, frame, scope);
    return apply(function, left, evaluate(*infix.right, frame, scope));
}

ValuePtr Evaluator::if_value(const If& node, Frame* frame, const ModuleScope& scope) {
    const ValuePtr condition = evaluate(*node.condition, frame, scope);
    if (is_callable(condition))
        return make_value(Conditional{condition, node.then_branch.get(), node.else_branch.get(), frame, &scope});
    const NodeId test = bool_of(condition);
    if (auto known = nodes.truth(test))
        return evaluate(*known ? *node.then_branch : *node.else_branch, frame, scope);
    const ValuePtr then_value = evaluate(*node.then_branch, frame, scope);
    return choose(test, then_value, evaluate(*node.else_branch, frame, scope));
}

ValuePtr Evaluator::do_block(const Do& node, Frame* frame, const ModuleScope& scope) {
    ValuePtr result;
    for (const Statement& statement : node.statements) {
        if (statement.kind == Statement::Kind::let) {
            frame = bind(statement.bindings, frame);
            continue;
        }
        const ValuePtr value = evaluate(*statement.expr, frame, scope);
        result = result ? make_value(Partial{find_primitive("prim_sequence"), {result, value}}) : value;
    }
    if (!result)
        fail(Code::syntax_error, "a do block must end with an expression");
    return result;
}

ValuePtr Evaluator::list(const List& node, Frame* frame, const ModuleScope& scope) {
    ListValue out;
    for (const ListElement& element : node.elements) {
        ValuePtr first = evaluate(*element.first, frame, scope);
        if (!element.last) {
            out.items.push_back(std::move(first));
            continue;
        }
        const ValuePtr last = evaluate(*element.last, frame, scope);
        if (const auto* from = get_if<Char>(first)) {
            const auto* to = get_if<Char>(last);
            for (std::uint32_t c = from->code; to && c <= to->code && out.items.size() < max_list; ++c)
                out.items.push_back(make_value(Char{c}));
            continue;
        }
        constexpr Integer top = static_cast<Integer>(1) << 64;
        add_range(integer_of(first, "start of a range", -top, top), integer_of(last, "end of a range", -top, top), 1,
                  out.items);
    }
    return make_value(std::move(out));
}

ValuePtr Evaluator::range(const Range& node, Frame* frame, const ModuleScope& scope) {
    if (!node.last)
        fail(Code::list_too_long, "this list has no end", "lists are built at compile time, whole",
             "give the last element: [a..b]");
    constexpr Integer top = static_cast<Integer>(1) << 64;
    const Integer first = integer_of(evaluate(*node.first, frame, scope), "start of a range", -top, top);
    const Integer last = integer_of(evaluate(*node.last, frame, scope), "end of a range", -top, top);
    Integer step = 1;
    if (node.next)
        step = integer_of(evaluate(*node.next, frame, scope), "second element of a range", -top, top) - first;
    ListValue out;
    add_range(first, last, step, out.items);
    return make_value(std::move(out));
}

void Evaluator::add_range(Integer low, Integer high, Integer step, Values& out) {
    if (step == 0)
        fail(Code::list_too_long, "this range never ends: its step is 0");
    for (Integer i = low; step > 0 ? i <= high : i >= high; i += step) {
        spend();
        if (out.size() >= max_list)
            fail(Code::list_too_long, "this list has more than " + std::to_string(max_list) + " elements", {},
                 "for sets of numbers use in_range or a prefix instead of a list");
        out.push_back(number(i));
    }
}

void Evaluator::comprehend(const Comprehension& node, std::size_t index, Frame* frame, const ModuleScope& scope,
                           Values& out) {
    if (index == node.qualifiers.size()) {
        if (out.size() >= max_list)
            fail(Code::list_too_long, "this list has more than " + std::to_string(max_list) + " elements");
        out.push_back(evaluate(*node.result, frame, scope));
        return;
    }
    const Statement& qualifier = node.qualifiers[index];
    switch (qualifier.kind) {
    case Statement::Kind::let:
        return comprehend(node, index + 1, bind(qualifier.bindings, frame), scope, out);
    case Statement::Kind::expression: {
        const auto keep = nodes.truth(bool_of(evaluate(*qualifier.expr, frame, scope)));
        if (!keep)
            fail(Code::runtime_choice, "the condition of a list comprehension depends on the packet",
                 "lists are built at compile time");
        if (*keep)
            comprehend(node, index + 1, frame, scope, out);
        return;
    }
    case Statement::Kind::bind:
        break;
    }
    const ValuePtr source = evaluate(*qualifier.expr, frame, scope);
    for (const ValuePtr& item : list_of(source, "source of a comprehension")) {
        spend();
        Frame* inner = this->frame(frame);
        const auto matched = nodes.truth(match(*qualifier.pattern, item, inner->cells));
        if (matched.value_or(false))
            comprehend(node, index + 1, inner, scope, out);
    }
}

const char* describe(const ValuePtr& value) {
    return std::visit(Overloaded{[](const Int&) { return "a number"; },
                                 [](const Word&) { return "a number of the packet"; },
                                 [](const Bool&) { return "a boolean"; }, [](const Char&) { return "a character"; },
                                 [](const Text&) { return "a string"; }, [](const ListValue&) { return "a list"; },
                                 [](const TupleValue&) { return "a tuple"; }, [](const Packet&) { return "a packet"; },
                                 [](const ActValue&) { return "an action"; }, [](const auto&) { return "a function"; }},
                      value->data);
}

} // namespace pfq::lang
