// Inference of expressions. Types are pushed down where they are known, so that errors are found at the smallest place.
#include "lang/types/infer.hpp"

namespace pfq::lang {

namespace {

template <class... Fs> struct Overloaded : Fs... {
    using Fs::operator()...;
};

const IntLit* literal_inside(const Expr& expr) {
    if (const auto* paren = std::get_if<Paren>(&expr.node))
        return literal_inside(*paren->inner);
    return std::get_if<IntLit>(&expr.node);
}

const Name* head_name(const Expr& expr) {
    if (const auto* var = std::get_if<Var>(&expr.node))
        return &var->name;
    if (const auto* apply = std::get_if<Apply>(&expr.node))
        return head_name(*apply->function);
    if (const auto* paren = std::get_if<Paren>(&expr.node))
        return head_name(*paren->inner);
    return nullptr;
}

} // namespace

TypeId Inference::infer(const Expr& expr, Env& env) {
    const TypeId type = types_.variable();
    check(expr, type, env);
    return type;
}

void Inference::check(const Expr& expr, TypeId expected, Env& env) {
    if (checks_ >= max_checks)
        throw TooDeep{expr.span};
    ++checks_;
    check_node(expr, expected, env);
    --checks_;
}

void Inference::check_node(const Expr& expr, TypeId expected, Env& env) {
    std::visit(Overloaded{
                   [&](const Var& e) { unify(variable(e.name, env), expected, expr.span); },
                   [&](const IntLit& e) {
                       const TypeId type = types_.variable(numeric);
                       unify(type, expected, expr.span);
                       literal(expr.span, type, e.value, false);
                   },
                   [&](const CharLit&) { unify(types_.con(Con::character), expected, expr.span); },
                   [&](const StringLit& e) {
                       const TypeId type = types_.variable(textual);
                       unify(type, expected, expr.span);
                       literals_.push_back({expr.span, type, 0, false, &e.value});
                   },
                   [&](const Apply&) { check_application(expr, expected, env); },
                   [&](const Infix& e) { check_operator(e, expr, expected, env); },
                   [&](const Negate& e) {
                       const TypeId type = types_.variable(numeric);
                       unify(type, expected, expr.span);
                       if (const IntLit* number = literal_inside(*e.operand))
                           literal(expr.span, type, number->value, true);
                       else
                           check(*e.operand, type, env);
                   },
                   [&](const Lambda& e) { check_lambda(e, expr, expected, env); },
                   [&](const Let& e) {
                       Env inner{&env, env.scope, {}};
                       add_bindings(e.bindings, inner);
                       check(*e.body, expected, inner);
                       infer_all(e.bindings, inner);
                   },
                   [&](const If& e) { check_if(e, expected, env); },
                   [&](const MultiIf& e) { check_guarded(e.guarded, expected, env); },
                   [&](const Case& e) {
                       const TypeId scrutinee = infer(*e.scrutinee, env);
                       for (const CaseAlternative& alternative : e.alternatives) {
                           Env inner{&env, env.scope, {}};
                           check_pattern(*alternative.pattern, scrutinee, inner);
                           check_right(alternative.right, expected, inner);
                       }
                   },
                   [&](const Do& e) { check_do(e, expected, env); },
                   [&](const Tuple& e) {
                       std::vector<TypeId> items;
                       for (std::size_t i = 0; i < e.items.size(); ++i)
                           items.push_back(types_.variable());
                       unify(types_.con(Con::tuple, items), expected, expr.span);
                       for (std::size_t i = 0; i < e.items.size(); ++i)
                           check(*e.items[i], items[i], env);
                   },
                   [&](const List& e) { check_list(e, expr, expected, env); },
                   [&](const Range& e) {
                       const TypeId item = types_.variable(numeric);
                       unify(types_.list(item), expected, expr.span);
                       for (const auto* part : {e.first.get(), e.next.get(), e.last.get()})
                           if (part)
                               check(*part, item, env);
                   },
                   [&](const Comprehension& e) {
                       const TypeId item = types_.variable();
                       unify(types_.list(item), expected, expr.span);
                       qualifiers(e.qualifiers, 0, env, false, [&](Env& inner) { check(*e.result, item, inner); });
                   },
                   [&](const LeftSection& e) {
                       const TypeId left = types_.variable(), rest = types_.variable();
                       unify(types_.arrow(left, rest), variable(e.op, env), e.op.span);
                       check(*e.left, left, env);
                       unify(rest, expected, expr.span);
                   },
                   [&](const RightSection& e) {
                       const TypeId left = types_.variable(), right = types_.variable(), result = types_.variable();
                       unify(types_.arrow(left, types_.arrow(right, result)), variable(e.op, env), e.op.span);
                       check(*e.right, right, env);
                       unify(types_.arrow(left, result), expected, expr.span);
                   },
                   [&](const Typed& e) {
                       const TypeId type = types_.instantiate(signature_scheme(*e.type, *env.scope));
                       unify(type, expected, expr.span);
                       check(*e.expr, type, env);
                   },
                   [&](const Paren& e) { check(*e.inner, expected, env); },
               },
               expr.node);
}

TypeId Inference::variable(const Name& name, Env& env) {
    if (name.qualifier.empty())
        for (Env* e = &env; e; e = e->parent)
            if (auto found = e->names.find(name.text); found != e->names.end())
                return use(found->second, *e);
    if (name.text == "True" || name.text == "False")
        return types_.boolean();
    if (name.text == "CIDR")
        return types_.arrow(types_.con(Con::tuple, {types_.variable(textual), types_.con(Con::integer)}),
                            types_.con(Con::cidr));
    const auto* meanings = env.scope->find(name);
    if (!meanings) {
        unknown_name(name, env);
        return types_.variable();
    }
    if (meanings->size() > 1) {
        auto& d = report(Code::ambiguous_name, name.span, "`" + written(name) + "` has several meanings here");
        for (const Global* meaning : *meanings)
            d.notes.push_back("one is " + meaning->scope->module + "." + meaning->name);
        d.help.push_back({"write the module's name before it, or hide one of them in its import", {}});
    }
    return types_.instantiate(global(*meanings->front()));
}

void Inference::check_application(const Expr& expr, TypeId expected, Env& env) {
    std::vector<const Expr*> arguments;
    const Expr* head = &expr;
    while (const auto* apply = std::get_if<Apply>(&head->node)) {
        arguments.push_back(apply->argument.get());
        head = apply->function.get();
    }
    TypeId type = infer(*head, env);
    for (std::size_t i = arguments.size(); i-- > 0;) {
        const Expr& argument = *arguments[i];
        const std::size_t taken = arguments.size() - 1 - i;
        if (types_[type].tag == Type::Tag::con && !types_.is(type, Con::arrow))
            return too_many_arguments(*head, type, argument.span, taken, arguments.size());
        const TypeId from = types_.variable(), to = types_.variable();
        unify(type, types_.arrow(from, to), head->span);
        if (taken > 0 && types_.is(from, Con::packet)) { // all is given but the packet, which nobody writes by mistake
            const TypeId given = infer(argument, env);
            if (types_.unify(given, from) != Mismatch::none)
                return too_many_arguments(*head, type, argument.span, taken, arguments.size());
        } else {
            check(argument, from, env);
        }
        type = to;
    }
    unify(type, expected, expr.span);
}

void Inference::too_many_arguments(const Expr& head, TypeId type, Span span, std::size_t taken, std::size_t given) {
    const Name* name = head_name(head);
    const std::string what = name ? "`" + written(*name) + "`" : "this function";
    if (taken == 0) {
        report(Code::too_many_arguments, span, what + " is no function, but is given an argument",
               "its type is " + types_.print(type));
        return;
    }
    report(Code::too_many_arguments, span,
           what + " takes " + std::to_string(taken) + (taken == 1 ? " argument" : " arguments") + ", but is given " +
               std::to_string(given),
           "this one is too many")
        .help.push_back({"functions on packets are joined by `>->`, arguments in brackets: f (g x)", {}});
}

void Inference::check_operator(const Infix& infix, const Expr& expr, TypeId expected, Env& env) {
    const TypeId left = types_.variable(), right = types_.variable(), result = types_.variable();
    unify(variable(infix.op, env), types_.arrow(left, types_.arrow(right, result)), infix.op.span);
    check(*infix.left, left, env);
    check(*infix.right, right, env);
    unify(result, expected, expr.span);
}

/// With a predicate for the condition, `if` is a function of the packet.
void Inference::check_if(const If& node, TypeId expected, Env& env) {
    const TypeId condition = types_.variable(logical);
    check(*node.condition, condition, env);
    if (types_.is(condition, Con::arrow)) {
        unify(condition, types_.predicate(), node.condition->span);
        unify(types_.arrow(types_.packet(), types_.variable()), expected, node.then_branch->span,
              "with a predicate as the condition, both branches are functions of the packet");
    }
    check(*node.then_branch, expected, env);
    check(*node.else_branch, expected, env);
}

void Inference::check_do(const Do& node, TypeId expected, Env& env) {
    std::size_t expressions = 0;
    for (const Statement& statement : node.statements)
        expressions += statement.kind == Statement::Kind::expression;
    for (const Statement& statement : node.statements)
        if (statement.kind == Statement::Kind::bind) {
            report(Code::bind_in_do, statement.span, "a do block of functions on packets binds no results")
                .help.push_back({"properties are looked at with lambda or operators: `filter (ip_ttl .< 5)`", {}});
            return;
        }
    if (node.statements.empty() || node.statements.back().kind != Statement::Kind::expression) {
        report(Code::syntax_error, node.statements.empty() ? Span{} : node.statements.back().span,
               "a do block must end with an expression");
        return;
    }
    TypeId type = expected; // `do e` is e
    if (expressions > 1) {
        type = types_.function();
        unify(type, expected, node.statements.back().span, "a do block is a function on packets");
    }
    do_statements(node.statements, 0, type, env);
}

void Inference::do_statements(const std::vector<Statement>& statements, std::size_t index, TypeId type, Env& env) {
    if (index == statements.size())
        return;
    const Statement& statement = statements[index];
    if (statement.kind == Statement::Kind::expression) {
        check(*statement.expr, type, env);
        return do_statements(statements, index + 1, type, env);
    }
    Env inner{&env, env.scope, {}};
    add_bindings(statement.bindings, inner);
    do_statements(statements, index + 1, type, inner);
    infer_all(statement.bindings, inner);
}

void Inference::check_list(const List& node, const Expr& expr, TypeId expected, Env& env) {
    const TypeId item = types_.variable();
    unify(types_.list(item), expected, expr.span);
    for (const ListElement& element : node.elements) {
        check(*element.first, item, env);
        if (!element.last)
            continue;
        if (!types_.is(item, Con::character))
            unify(types_.variable(numeric), item, element.first->span, "ranges are of numbers");
        check(*element.last, item, env);
    }
}

void Inference::check_lambda(const Lambda& node, const Expr& expr, TypeId expected, Env& env) {
    Env inner{&env, env.scope, {}};
    for (const auto& parameter : node.parameters) {
        const TypeId from = types_.variable(), to = types_.variable();
        unify(types_.arrow(from, to), expected, expr.span);
        check_pattern(*parameter, from, inner);
        expected = to;
    }
    check(*node.body, expected, inner);
}

void Inference::qualifiers(const std::vector<Statement>& statements, std::size_t index, Env& env, bool guards,
                           const std::function<void(Env&)>& rest) {
    if (index == statements.size())
        return rest(env);
    const Statement& statement = statements[index];
    Env inner{&env, env.scope, {}};
    switch (statement.kind) {
    case Statement::Kind::let:
        add_bindings(statement.bindings, inner);
        qualifiers(statements, index + 1, inner, guards, rest);
        infer_all(statement.bindings, inner);
        return;
    case Statement::Kind::expression:
        check(*statement.expr, types_.boolean(), env);
        return qualifiers(statements, index + 1, env, guards, rest);
    case Statement::Kind::bind: {
        const TypeId source = types_.variable();
        check(*statement.expr, guards ? source : types_.list(source), env);
        check_pattern(*statement.pattern, source, inner);
        return qualifiers(statements, index + 1, inner, guards, rest);
    }
    }
}

void Inference::check_pattern(const Pattern& pattern, TypeId expected, Env& env) {
    std::visit(Overloaded{
                   [&](const PatWildcard&) {},
                   [&](const PatVar& p) { env.names[p.name] = {{{}, expected}, nullptr, Entry::State::known}; },
                   [&](const PatInt& p) {
                       const TypeId type = types_.variable(numeric);
                       unify(type, expected, pattern.span);
                       literal(pattern.span, type, p.value, p.negative);
                   },
                   [&](const PatString& p) {
                       const TypeId type = types_.variable(textual);
                       unify(type, expected, pattern.span);
                       literals_.push_back({pattern.span, type, 0, false, &p.value});
                   },
                   [&](const PatCon& p) {
                       if (p.name.text == "True" || p.name.text == "False")
                           unify(types_.boolean(), expected, pattern.span);
                       else
                           report(Code::unsupported_form, pattern.span,
                                  "`" + p.name.text + "` cannot be matched: only True and False are constructors");
                   },
                   [&](const PatTuple& p) {
                       std::vector<TypeId> items;
                       for (std::size_t i = 0; i < p.items.size(); ++i)
                           items.push_back(types_.variable());
                       unify(types_.con(Con::tuple, items), expected, pattern.span);
                       for (std::size_t i = 0; i < p.items.size(); ++i)
                           check_pattern(*p.items[i], items[i], env);
                   },
                   [&](const PatList& p) {
                       const TypeId item = types_.variable();
                       unify(types_.list(item), expected, pattern.span);
                       for (const auto& part : p.items)
                           check_pattern(*part, item, env);
                   },
                   [&](const PatCons& p) {
                       const TypeId item = types_.variable();
                       unify(types_.list(item), expected, pattern.span);
                       check_pattern(*p.head, item, env);
                       check_pattern(*p.tail, expected, env);
                   },
                   [&](const PatAs& p) {
                       env.names[p.name] = {{{}, expected}, nullptr, Entry::State::known};
                       check_pattern(*p.pattern, expected, env);
                   },
                   [&](const PatTyped& p) {
                       TypeNames names;
                       unify(from_syntax(*p.type, *env.scope, names, 0), expected, pattern.span);
                       check_pattern(*p.pattern, expected, env);
                   },
               },
               pattern.node);
}

void Inference::literal(Span span, TypeId type, std::uint64_t magnitude, bool negative) {
    literals_.push_back({span, type, magnitude, negative, nullptr});
}

} // namespace pfq::lang
