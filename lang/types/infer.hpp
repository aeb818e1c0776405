// Type inference over the modules of a program. Checking only: evaluation needs no types.
#pragma once
#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "lang/diagnostics/diagnostic.hpp"
#include "lang/diagnostics/suggest.hpp"
#include "lang/names/modules.hpp"
#include "lang/types/type.hpp"

namespace pfq::lang {

class Inference {
public:
    Inference(const ModuleSet& modules, Diagnostics& diagnostics);

    /// Infers all definitions of the user's modules and checks that `main` of the program is a function on packets.
    void run(const LoadedModule& program);
    /// Checks the bodies of a built-in module too, which programs take at their signatures (for tests).
    void run_builtin(const LoadedModule& module);
    /// "name :: type" of every definition of a module, one per line; after run().
    std::string print(const LoadedModule& module);

private:
    struct Entry {
        TypeStore::Scheme scheme;
        const Binding* binding = nullptr; ///< inferred when first used; null: known
        enum class State { waiting, running, known } state = State::known;
    };
    struct Env {
        Env* parent;
        const ModuleScope* scope;
        std::map<std::string, Entry, std::less<>> names;
    };
    using TypeNames = std::map<std::string, TypeId>;

    // ---- definitions (infer_binding.cpp)
    const TypeStore::Scheme& global(const Global& global);
    TypeId use(Entry& entry, Env& env);
    void infer(Entry& entry, Env& env);
    void infer_pattern_binding(const Binding& binding, Env& env);
    void check_clauses(const Binding& binding, TypeId expected, Env& env);
    void check_clause(const Clause& clause, TypeId expected, Env& env, const Name& name);
    void check_right(const RightSide& right, TypeId expected, Env& env);
    void check_guarded(const std::vector<GuardedExpr>& guarded, TypeId expected, Env& env);
    void add_bindings(const std::vector<Binding>& bindings, Env& env);
    void infer_all(const std::vector<Binding>& bindings, Env& env);
    void check_main(const LoadedModule& program);

    // ---- expressions (infer_expr.cpp)
    /// Inference nests as expressions do, and as definitions use each other.
    struct TooDeep {
        Span place;
    };
    static constexpr unsigned max_checks = 1400;
    void check(const Expr& expr, TypeId expected, Env& env);
    void check_node(const Expr& expr, TypeId expected, Env& env);
    TypeId infer(const Expr& expr, Env& env);
    TypeId variable(const Name& name, Env& env);
    void check_application(const Expr& expr, TypeId expected, Env& env);
    void too_many_arguments(const Expr& head, TypeId type, Span span, std::size_t taken, std::size_t given);
    void check_operator(const Infix& infix, const Expr& expr, TypeId expected, Env& env);
    void check_if(const If& node, TypeId expected, Env& env);
    void check_do(const Do& node, TypeId expected, Env& env);
    void do_statements(const std::vector<Statement>& statements, std::size_t index, TypeId type, Env& env);
    void check_list(const List& node, const Expr& expr, TypeId expected, Env& env);
    void check_lambda(const Lambda& node, const Expr& expr, TypeId expected, Env& env);
    /// Handles the statements in order, each seeing the names of those before; calls `rest` innermost.
    void qualifiers(const std::vector<Statement>& statements, std::size_t index, Env& env, bool guards,
                    const std::function<void(Env&)>& rest);
    void check_pattern(const Pattern& pattern, TypeId expected, Env& env);
    void literal(Span span, TypeId type, std::uint64_t magnitude, bool negative);

    // ---- types in the text (type_syntax.cpp)
    TypeId from_syntax(const TypeExpr& type, const ModuleScope& scope, TypeNames& names, unsigned depth);
    TypeId named_type(const Name& name, const std::vector<const TypeExpr*>& arguments, const TypeExpr& whole,
                      const ModuleScope& scope, TypeNames& names, unsigned depth);
    std::map<std::string, std::uint8_t> context_kinds(const TypeScheme& scheme);
    TypeStore::Scheme signature_scheme(const TypeScheme& scheme, const ModuleScope& scope);
    TypeId rigid_signature(const TypeScheme& scheme, const ModuleScope& scope);
    void collect_type_variables(const TypeExpr& type, std::set<std::string>& names);

    // ---- diagnostics (type_errors.cpp)
    Diagnostic& report(Code code, Span span, std::string message, std::string label = {});
    void unify(TypeId found, TypeId expected, Span span, const char* label = nullptr);
    void mismatch(Mismatch why, TypeId found, TypeId expected, Span span, const char* label);
    void unknown_name(const Name& name, Env& env);
    void finish_literals();

    struct Literal {
        Span span;
        TypeId type;
        std::uint64_t magnitude;
        bool negative;
        const std::string* text; ///< null for numbers
    };

    const ModuleSet& modules_;
    Diagnostics& diagnostics_;
    TypeStore types_;
    std::map<std::uint32_t, Entry> globals_;
    std::vector<Literal> literals_;
    std::vector<std::unique_ptr<Env>> global_envs_;
    std::map<const ModuleScope*, Env*> env_of_;
    std::uint32_t rigid_count_ = 0;
    unsigned checks_ = 0; ///< calls of check() under way
    std::set<std::string> reported_;

    Env& module_env(const ModuleScope& scope);
};

} // namespace pfq::lang
