// Application of functions, and the choice between equations, alternatives and guards.
#include "lang/eval/evaluator.hpp"

namespace pfq::lang {

void Evaluator::spend(std::uint64_t steps) {
    if (fuel_ < steps)
        fail(Code::out_of_fuel, "compile-time evaluation was stopped: it does not end, or does too much",
             "still evaluating this", "look for recursion without a case that ends it");
    fuel_ -= steps;
}

void Evaluator::fail(Code code, std::string message, std::string label, std::string help) const {
    Diagnostic d{.code = code, .message = std::move(message), .primary = {}, .secondary = {}, .notes = {}, .help = {}};
    if (!user_calls_.empty())
        d.primary.span = user_calls_.back();
    d.primary.text = std::move(label);
    if (!help.empty())
        d.help.push_back({std::move(help), {}});
    throw EvalError{std::move(d)};
}

namespace {

/// Names that descriptors do not know, but whose definition says them in names that they know.
bool is_expanded(const std::string& name) {
    return name == "any" || name == "all" || name == "chain" || name == "first_of" || name.starts_with("key_") ||
           name.starts_with("bloomCalc");
}

} // namespace

ValuePtr Evaluator::global(const Global& global) {
    if (terms_ && global.scope->builtin && global.scope->module != "Prelude" && !is_expanded(global.name))
        return make_value(Term{&global, {}});
    if (globals_.size() <= global.id)
        globals_.resize(global.id + 1);
    if (globals_[global.id].value)
        return globals_[global.id].value;
    if (globals_[global.id].busy)
        fail(Code::cyclic_definition, "the value of `" + global.name + "` depends on itself");
    globals_[global.id].busy = true;
    ValuePtr value;
    const Binding& binding = *global.binding;
    if (global.scope->builtin && is_primitive(binding)) {
        const Primitive* primitive = find_primitive(global.name);
        if (!primitive)
            fail(Code::codegen_failed, "the primitive `" + global.name + "` is missing from this build");
        value = primitive->arity == 0 ? primitive->run(*this, {}) : make_value(Partial{primitive, {}});
    } else if (binding.pattern) {
        std::vector<Cell> cells;
        force_pattern(binding, nullptr, *global.scope, cells);
        for (Cell& cell : cells)
            if (cell.name == global.name)
                value = cell.value;
    } else {
        value = binding_value(binding, nullptr, *global.scope);
    }
    globals_[global.id] = {value, false};
    return value;
}

ValuePtr Evaluator::binding_value(const Binding& binding, Frame* frame, const ModuleScope& scope) {
    Closure closure;
    closure.clauses = &binding.clauses, closure.name = binding.name.text;
    closure.frame = frame, closure.scope = &scope;
    if (!binding.clauses.front().parameters.empty())
        return make_value(std::move(closure));
    return call(closure, {});
}

ValuePtr Evaluator::force(Cell& cell, Frame* frame, const ModuleScope& scope) {
    if (cell.busy)
        fail(Code::cyclic_definition, "the value of `" + std::string(cell.name) + "` depends on itself");
    cell.busy = true;
    const Binding& binding = *cell.binding;
    if (binding.pattern)
        force_pattern(binding, frame, scope, frame->cells);
    else
        cell.value = binding_value(binding, frame, scope);
    cell.busy = false;
    return cell.value;
}

/// Evaluates `pattern = e` and gives all its variables their values.
void Evaluator::force_pattern(const Binding& binding, Frame* frame, const ModuleScope& scope,
                              std::vector<Cell>& cells) {
    Closure right;
    right.clauses = &binding.clauses, right.name = "pattern", right.frame = frame, right.scope = &scope;
    const ValuePtr value = call(right, {});
    std::vector<Cell> bound;
    if (!nodes.truth(match(*binding.pattern, value, bound)).value_or(false))
        fail(Code::no_match, "the value does not match the pattern of this definition");
    for (Cell& cell : bound) {
        bool known = false;
        for (Cell& target : cells)
            if (target.name == cell.name && target.binding == &binding)
                target.value = cell.value, known = true;
        if (!known)
            cells.push_back(cell);
    }
}

Frame* Evaluator::bind(const std::vector<Binding>& bindings, Frame* parent) {
    if (bindings.empty())
        return parent;
    Frame* inner = frame(parent);
    for (const Binding& binding : bindings) {
        if (!binding.pattern) {
            inner->cells.push_back({binding.name.text, nullptr, &binding});
            continue;
        }
        std::vector<Name> names;
        collect_variables(*binding.pattern, names);
        for (const Name& name : names) // the views must point into the tree, not into `names`
            inner->cells.push_back({*intern_.insert(name.text).first, nullptr, &binding});
    }
    return inner;
}

ValuePtr Evaluator::apply(const ValuePtr& function, const ValuePtr& first, const ValuePtr& second) {
    return apply(apply(function, first), second);
}

/// Functions get the packet long after their other arguments: errors are told of the place where they got those.
class Evaluator::Origin {
public:
    Origin(Evaluator& evaluator, Span span) : calls_(evaluator.user_calls_), pushed_(span.end != 0) {
        if (pushed_)
            calls_.push_back(span);
    }
    ~Origin() {
        if (pushed_)
            calls_.pop_back();
    }
    Origin(const Origin&) = delete;
    Origin& operator=(const Origin&) = delete;

private:
    std::vector<Span>& calls_;
    bool pushed_;
};

ValuePtr Evaluator::apply(const ValuePtr& function, const ValuePtr& argument) {
    spend();
    const bool packet = get_if<Packet>(argument) != nullptr;
    auto origin = [&](Span old) { return user_calls_.empty() || packet ? old : user_calls_.back(); };
    if (const auto* partial = get_if<Partial>(function)) {
        Values arguments = partial->arguments;
        arguments.push_back(argument);
        if (arguments.size() < partial->primitive->arity)
            return make_value(Partial{partial->primitive, std::move(arguments), origin(partial->origin)});
        const Origin told(*this, packet ? partial->origin : Span{});
        return partial->primitive->run(*this, arguments);
    }
    if (const auto* closure = get_if<Closure>(function)) {
        const std::size_t arity =
            closure->lambda ? closure->lambda->parameters.size() : closure->clauses->front().parameters.size();
        Closure next = *closure;
        next.arguments.push_back(argument);
        next.origin = origin(closure->origin);
        if (next.arguments.size() < arity)
            return make_value(std::move(next));
        const Origin told(*this, packet ? closure->origin : Span{});
        return call(next, next.arguments);
    }
    if (const auto* conditional = get_if<Conditional>(function)) {
        const NodeId test = bool_of(apply(conditional->condition, argument));
        auto branch = [&](const Expr* expr) {
            return apply(evaluate(*expr, conditional->frame, *conditional->scope), argument);
        };
        if (auto known = nodes.truth(test))
            return branch(*known ? conditional->then_branch : conditional->else_branch);
        const ValuePtr then_value = branch(conditional->then_branch);
        return choose(test, then_value, branch(conditional->else_branch));
    }
    if (const auto* term = get_if<Term>(function)) {
        Term longer = *term;
        longer.arguments.push_back(argument);
        return make_value(std::move(longer));
    }
    if (const auto* section = get_if<Section>(function))
        return apply(section->function, argument, section->right);
    if (get_if<Bool>(function) && get_if<Packet>(argument))
        return function; // a boolean stands for the predicate that does not look at the packet
    fail(Code::bad_operand, std::string(describe(function)) + " is used as a function");
}

/// What `call`, `case` and `if |` have in common.
struct Evaluator::Alternatives {
    struct Item {
        const std::vector<PatternPtr>* patterns; ///< null: no patterns
        const Pattern* pattern;                  ///< or a single one
        const RightSide* right;                  ///< null: `body`
        const Expr* body;
    };
    std::vector<Item> items;
    Values values;
    Frame* frame;
    const ModuleScope* scope;
    std::string what; ///< for the message when none matches
};

ValuePtr Evaluator::call(const Closure& closure, const Values& arguments) {
    Alternatives all{{}, arguments, closure.frame, closure.scope, {}};
    if (closure.lambda)
        all.items.push_back({&closure.lambda->parameters, nullptr, nullptr, closure.lambda->body.get()});
    else
        for (const Clause& clause : *closure.clauses)
            all.items.push_back({&clause.parameters, nullptr, &clause.right, nullptr});
    all.what = "equation of `" + closure.name + "`";
    return alternative(all, 0);
}

ValuePtr Evaluator::case_of(const Case& node, Frame* frame, const ModuleScope& scope) {
    Alternatives all{{}, {evaluate(*node.scrutinee, frame, scope)}, frame, &scope, "alternative of this case"};
    for (const CaseAlternative& a : node.alternatives)
        all.items.push_back({nullptr, a.pattern.get(), &a.right, nullptr});
    return alternative(all, 0);
}

ValuePtr Evaluator::multi_if(const MultiIf& node, Frame* frame, const ModuleScope& scope) {
    Alternatives all{{}, {}, frame, &scope, "guard"};
    return guarded_list(all, 0, node.guarded, nodes.boolean(true), frame, 0);
}

ValuePtr Evaluator::alternative(const Alternatives& all, std::size_t index) {
    if (index >= all.items.size())
        fail(Code::no_match, "no " + all.what + " matches", {},
             "add one for all other values: `_ -> ...` or `otherwise`");
    spend();
    const auto& item = all.items[index];
    Frame* inner = frame(all.frame);
    NodeId matched = nodes.boolean(true);
    if (item.patterns)
        matched = match_items(*item.patterns, all.values, inner->cells);
    else if (item.pattern)
        matched = match(*item.pattern, all.values.front(), inner->cells);
    const auto known = nodes.truth(matched);
    if (known == false)
        return alternative(all, index + 1);
    if (item.right)
        return guarded_list(all, index, item.right->guarded, matched, bind(item.right->where, inner), 0);
    const ValuePtr value = evaluate(*item.body, inner, *all.scope);
    return known ? value : choose(matched, value, alternative(all, index + 1));
}

ValuePtr Evaluator::guarded_list(const Alternatives& all, std::size_t index, const std::vector<GuardedExpr>& list,
                                 NodeId matched, Frame* frame, std::size_t guard) {
    if (guard == list.size())
        return alternative(all, index + 1);
    Frame* inner = frame;
    const NodeId holds = nodes.both(matched, guards(list[guard].guards, inner, *all.scope));
    const auto known = nodes.truth(holds);
    if (known == false)
        return guarded_list(all, index, list, matched, frame, guard + 1);
    const ValuePtr value = evaluate(*list[guard].body, inner, *all.scope);
    return known ? value : choose(holds, value, guarded_list(all, index, list, matched, frame, guard + 1));
}

NodeId Evaluator::guards(const std::vector<Statement>& list, Frame*& frame, const ModuleScope& scope) {
    NodeId all = nodes.boolean(true);
    for (const Statement& statement : list) {
        if (nodes.truth(all) == false)
            break;
        switch (statement.kind) {
        case Statement::Kind::let:
            frame = bind(statement.bindings, frame);
            break;
        case Statement::Kind::expression:
            all = nodes.both(all, bool_of(evaluate(*statement.expr, frame, scope)));
            break;
        case Statement::Kind::bind: {
            const ValuePtr value = evaluate(*statement.expr, frame, scope);
            frame = this->frame(frame);
            all = nodes.both(all, match(*statement.pattern, value, frame->cells));
            break;
        }
        }
    }
    return all;
}

} // namespace pfq::lang
