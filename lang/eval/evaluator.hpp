// Compile-time evaluation: runs a program over symbolic packets and leaves nodes and acts.
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "lang/eval/act.hpp"
#include "lang/eval/error.hpp"
#include "lang/eval/value.hpp"
#include "lang/names/scope.hpp"
#include "lang/pipeline/builder.hpp"

namespace pfq::lang {

/// A variable of a local scope. Bindings of let and where are evaluated when they are first needed.
struct Cell {
    std::string_view name;
    ValuePtr value;
    const Binding* binding = nullptr;
    bool busy = false;
};

struct Frame {
    Frame* parent;
    std::vector<Cell> cells;
};

class Evaluator;

/// A function of the vocabulary that is written in C++.
struct Primitive {
    const char* name;
    unsigned arity;
    ValuePtr (*run)(Evaluator&, std::span<const ValuePtr>);
};
/// By name, or null.
[[nodiscard]] const Primitive* find_primitive(const std::string& name);

class Evaluator {
public:
    Evaluator(Pipeline& pipeline, std::uint64_t fuel) : nodes(pipeline), acts(nodes), fuel_(fuel) {}

    Builder nodes;
    ActBuilder acts;

    ValuePtr global(const Global& global);
    /// From now on names of the vocabulary are terms, not functions (but those that work on lists).
    void keep_terms() { terms_ = true; }
    ValuePtr evaluate(const Expr& expr, Frame* frame, const ModuleScope& scope);
    ValuePtr apply(const ValuePtr& function, const ValuePtr& argument);
    ValuePtr apply(const ValuePtr& function, const ValuePtr& first, const ValuePtr& second);
    /// `condition ? a : b` for values of any kind that can be chosen between at run time.
    ValuePtr choose(NodeId condition, const ValuePtr& a, const ValuePtr& b);
    /// Equality and order as a node; lists, tuples and texts are compared item by item.
    NodeId equal(const ValuePtr& a, const ValuePtr& b);
    NodeId less(const ValuePtr& a, const ValuePtr& b, bool or_equal);

    // ---- reading arguments: each throws a diagnostic that names the primitive's argument
    NodeId word_of(const ValuePtr& value); ///< numbers, and addresses in text form
    NodeId bool_of(const ValuePtr& value);
    Integer integer_of(const ValuePtr& value, const char* what, Integer low, Integer high); ///< compile-time
    const std::string& text_of(const ValuePtr& value, const char* what);
    const Values& list_of(const ValuePtr& value, const char* what);
    const Packet& packet_of(const ValuePtr& value);
    ActPtr act_of(const ValuePtr& value);
    ActPtr run_function(const ValuePtr& function, const Packet& packet);

    // ---- making values
    ValuePtr truth(bool value) { return make_value(Bool{nodes.boolean(value)}); }
    ValuePtr number(Integer value);
    ValuePtr act(ActPtr act) { return make_value(ActValue{std::move(act)}); }

    [[noreturn]] void fail(Code code, std::string message, std::string label = {}, std::string help = {}) const;
    /// One unit of work; also counts what a long loop in a primitive does.
    void spend(std::uint64_t steps = 1);

private:
    friend class UserCall;
    class Origin;
    ValuePtr variable(const Name& name, Frame* frame, const ModuleScope& scope);
    ValuePtr force(Cell& cell, Frame* frame, const ModuleScope& scope);
    ValuePtr binding_value(const Binding& binding, Frame* frame, const ModuleScope& scope);
    void force_pattern(const Binding& binding, Frame* frame, const ModuleScope& scope, std::vector<Cell>& cells);
    Frame* frame(Frame* parent) { return &frames_.emplace_back(Frame{parent, {}}); }
    Frame* bind(const std::vector<Binding>& bindings, Frame* parent);

    ValuePtr call(const Closure& closure, const Values& arguments);
    /// The alternatives of equations, case, lambda and guards, tried in order.
    struct Alternatives;
    ValuePtr alternative(const Alternatives& all, std::size_t index);
    ValuePtr guarded_list(const Alternatives& all, std::size_t index, const std::vector<GuardedExpr>& list,
                          NodeId matched, Frame* frame, std::size_t guard);
    NodeId guards(const std::vector<Statement>& guards, Frame*& frame, const ModuleScope& scope);
    /// Binds variables into `cells`; the node says whether the value matches.
    NodeId match(const Pattern& pattern, const ValuePtr& value, std::vector<Cell>& cells);
    NodeId match_items(const std::vector<PatternPtr>& patterns, const Values& values, std::vector<Cell>& cells);

    ValuePtr infix_chain(const Expr& expr, Frame* frame, const ModuleScope& scope);
    ValuePtr operate(const Infix& infix, const ValuePtr& left, Frame* frame, const ModuleScope& scope);
    ValuePtr if_value(const If& node, Frame* frame, const ModuleScope& scope);
    ValuePtr multi_if(const MultiIf& node, Frame* frame, const ModuleScope& scope);
    ValuePtr case_of(const Case& node, Frame* frame, const ModuleScope& scope);
    ValuePtr list(const List& node, Frame* frame, const ModuleScope& scope);
    ValuePtr range(const Range& node, Frame* frame, const ModuleScope& scope);
    ValuePtr do_block(const Do& node, Frame* frame, const ModuleScope& scope);
    void comprehend(const Comprehension& node, std::size_t index, Frame* frame, const ModuleScope& scope, Values& out);
    void add_range(Integer low, Integer high, Integer step, Values& out);

    struct GlobalState {
        ValuePtr value;
        bool busy = false;
    };
    std::vector<GlobalState> globals_;
    std::deque<Frame> frames_;
    std::set<std::string, std::less<>> intern_; ///< names of pattern variables, for the views of cells
    std::vector<Span> user_calls_;              ///< places in the user's text that are being evaluated, innermost last
    std::uint64_t fuel_;
    unsigned depth_ = 0;
    bool terms_ = false;
};

/// Nesting of calls at compile time; keeps evaluation off the end of the stack.
inline constexpr unsigned max_depth = 1000;
inline constexpr std::size_t max_list = 1U << 17;

} // namespace pfq::lang
