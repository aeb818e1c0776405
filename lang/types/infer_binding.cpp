// Inference of definitions. Each is inferred when it is first used, which orders them by dependency.
#include "lang/types/infer.hpp"

namespace pfq::lang {

Inference::Inference(const ModuleSet& modules, Diagnostics& diagnostics)
    : modules_(modules), diagnostics_(diagnostics) {}

Inference::Env& Inference::module_env(const ModuleScope& scope) {
    Env*& env = env_of_[&scope];
    if (!env) {
        global_envs_.push_back(std::make_unique<Env>(Env{nullptr, &scope, {}}));
        env = global_envs_.back().get();
    }
    return *env;
}

void Inference::run(const LoadedModule& program) {
    const Global* at = nullptr;
    try {
        for (const auto& module : modules_.modules())
            for (const auto& definition : module->globals)
                global(*(at = definition.get()));
        check_main(program);
        finish_literals();
    } catch (const TooManyTypes&) {
        report(Code::program_too_big, body_span(*at->binding), "the types in this program are too big to infer",
               "the type of this doubles from definition to definition, or nearly so");
    } catch (const TooDeep& deep) {
        report(Code::nested_too_deep, deep.place,
               "definitions and expressions are nested too deep to infer their types")
            .help.push_back({"give signatures to definitions that use each other in a long chain", {}});
    }
}

void Inference::run_builtin(const LoadedModule& module) {
    for (const auto& definition : module.globals) {
        if (is_primitive(*definition->binding))
            continue;
        Env& env = module_env(module.scope);
        if (definition->binding->signature)
            check_clauses(*definition->binding, rigid_signature(*definition->binding->signature, module.scope), env);
        else
            report(Code::type_mismatch, definition->binding->span, "`" + definition->name + "` has no signature");
    }
    finish_literals();
}

void Inference::check_main(const LoadedModule& program) {
    auto found = std::find_if(program.globals.begin(), program.globals.end(),
                              [](const auto& definition) { return definition->name == "main"; });
    if (found == program.globals.end()) {
        auto& d = report(Code::no_main, Span{0, 0, program.tree.file}, "the program does not define `main`");
        d.help.push_back({"`main` is what is done with each packet: `main = tcp >-> port 443 >-> steer_flow`", {}});
        return;
    }
    if (!diagnostics_.empty())
        return;
    const TypeId type = types_.instantiate(global(**found));
    const std::string shown = types_.print(type);
    const bool predicate = types_.is(type, Con::arrow) && shown == "Predicate";
    if (types_.unify(type, types_.function()) == Mismatch::none)
        return;
    const Binding& binding = *(*found)->binding;
    auto& d =
        report(Code::main_type, body_span(binding), "`main` must be a function on packets", "this is of type " + shown);
    d.notes.push_back("a function on packets has the type Function, that is Packet -> Action Packet");
    if (predicate)
        d.help.push_back({"to keep the packets for which a predicate holds, write `filter (...)`", {}});
}

const TypeStore::Scheme& Inference::global(const Global& global) {
    Entry& entry = globals_[global.id];
    if (entry.state == Entry::State::known && !entry.binding) {
        entry.binding = global.binding;
        entry.state = Entry::State::waiting;
    }
    if (entry.state == Entry::State::waiting) {
        Env& env = module_env(*global.scope);
        if (global.scope->builtin) {
            entry.scheme = signature_scheme(*global.binding->signature, *global.scope);
            entry.state = Entry::State::known;
        } else if (global.binding->pattern) {
            entry.state = Entry::State::running;
            entry.scheme = {{}, types_.variable()};
            Env inner{&env, env.scope, {}};
            infer_pattern_binding(*global.binding, inner);
            types_.unify(entry.scheme.type, inner.names.at(global.name).scheme.type);
            entry.state = Entry::State::known;
        } else {
            infer(entry, env);
        }
    }
    return entry.scheme;
}

TypeId Inference::use(Entry& entry, Env& env) {
    if (entry.state == Entry::State::waiting)
        infer(entry, env);
    return types_.instantiate(entry.scheme);
}

void Inference::infer(Entry& entry, Env& env) {
    const Binding& binding = *entry.binding;
    if (binding.pattern) {
        infer_pattern_binding(binding, env);
        return;
    }
    if (binding.signature) {
        entry.scheme = signature_scheme(*binding.signature, *env.scope);
        entry.state = Entry::State::known;
        check_clauses(binding, rigid_signature(*binding.signature, *env.scope), env);
        return;
    }
    entry.state = Entry::State::running;
    ++types_.depth;
    const TypeId type = types_.variable();
    entry.scheme = {{}, type};
    check_clauses(binding, type, env);
    --types_.depth;
    entry.scheme = types_.generalise(type, types_.depth);
    entry.state = Entry::State::known;
}

/// `(a, b) = e`: the variables are not generalised.
void Inference::infer_pattern_binding(const Binding& binding, Env& env) {
    std::vector<Name> names;
    collect_variables(*binding.pattern, names);
    for (const Name& name : names)
        env.names[name.text] = {{{}, types_.variable()}, &binding, Entry::State::known};
    Env inner{&env, env.scope, {}};
    const TypeId type = types_.variable();
    check_pattern(*binding.pattern, type, inner);
    for (const Name& name : names)
        types_.unify(env.names[name.text].scheme.type, inner.names[name.text].scheme.type);
    check_right(binding.clauses.front().right, type, env);
}

void Inference::check_clauses(const Binding& binding, TypeId expected, Env& env) {
    for (const Clause& clause : binding.clauses)
        check_clause(clause, expected, env, binding.name);
}

void Inference::check_clause(const Clause& clause, TypeId expected, Env& env, const Name& name) {
    Env inner{&env, env.scope, {}};
    for (const auto& parameter : clause.parameters) {
        if (types_[expected].tag == Type::Tag::con && !types_.is(expected, Con::arrow)) {
            report(Code::type_mismatch, parameter->span,
                   "`" + name.text + "` has more parameters than its type: " + types_.print(expected) +
                       " is no function");
            return;
        }
        const TypeId from = types_.variable(), to = types_.variable();
        unify(types_.arrow(from, to), expected, parameter->span);
        check_pattern(*parameter, from, inner);
        expected = to;
    }
    check_right(clause.right, expected, inner);
}

void Inference::check_right(const RightSide& right, TypeId expected, Env& env) {
    Env inner{&env, env.scope, {}};
    add_bindings(right.where, inner);
    check_guarded(right.guarded, expected, inner);
    infer_all(right.where, inner);
}

void Inference::check_guarded(const std::vector<GuardedExpr>& guarded, TypeId expected, Env& env) {
    for (const GuardedExpr& item : guarded)
        qualifiers(item.guards, 0, env, true, [&](Env& inner) { check(*item.body, expected, inner); });
}

void Inference::add_bindings(const std::vector<Binding>& bindings, Env& env) {
    for (const Binding& binding : bindings) {
        if (!binding.pattern) {
            env.names[binding.name.text] = {{{}, 0}, &binding, Entry::State::waiting};
            continue;
        }
        std::vector<Name> names;
        collect_variables(*binding.pattern, names);
        for (const Name& name : names)
            env.names[name.text] = {{{}, 0}, &binding, Entry::State::waiting};
    }
}

void Inference::infer_all(const std::vector<Binding>& bindings, Env& env) {
    for (const Binding& binding : bindings) {
        std::vector<Name> names;
        if (binding.pattern)
            collect_variables(*binding.pattern, names);
        else
            names.push_back(binding.name);
        for (const Name& name : names)
            if (Entry& entry = env.names[name.text]; entry.state == Entry::State::waiting)
                infer(entry, env);
    }
}

std::string Inference::print(const LoadedModule& module) {
    std::string out;
    for (const auto& definition : module.globals) {
        const bool is_operator =
            definition->name.find_first_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_") != 0;
        const std::string shown = is_operator ? "(" + definition->name + ")" : definition->name;
        out += shown + " :: " + types_.print_scheme(global(*definition).type) + "\n";
    }
    return out;
}

} // namespace pfq::lang
