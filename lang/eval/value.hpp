// Values of compile-time evaluation. Numbers, booleans and packets may be symbolic: nodes of the pipeline that is
// being built. Values are immutable and shared.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "lang/pipeline/pipeline.hpp"
#include "lang/syntax/ast.hpp"

namespace pfq::lang {

struct Value;
using ValuePtr = std::shared_ptr<const Value>;
using Values = std::vector<ValuePtr>;
struct Frame; ///< owned by the evaluator
struct Primitive;
struct Global;
struct ModuleScope;
struct Act;

/// Compile-time integers are exact: wide enough for every Word64 and every Int.
__extension__ typedef __int128 Integer;

struct Int {
    Integer value;
};
/// A Word64 known at run time only
struct Word {
    NodeId node;
};
/// Constant or symbolic
struct Bool {
    NodeId node;
};
struct Char {
    std::uint32_t code;
};
struct Text {
    std::string value;
};
struct ListValue {
    Values items;
};
struct TupleValue {
    Values items;
};

/// The packet as seen at a point of the program.
struct Packet {
    unsigned level = 0;    ///< how many times `shift` stepped in
    unsigned endpoint = 3; ///< Side: what has_addr and the like look at
    NodeId mark = no_node;
    NodeId state = no_node;
};

/// A function defined by equations or a lambda, with the arguments that it has so far.
struct Closure {
    const std::vector<Clause>* clauses = nullptr; ///< equations, or
    const Lambda* lambda = nullptr;               ///< a lambda
    std::string name;
    Frame* frame = nullptr;
    const ModuleScope* scope = nullptr;
    Values arguments;
    Span origin; ///< where in the user's text it got its last argument; empty: nowhere
};

/// A primitive with the arguments that it has so far.
struct Partial {
    const Primitive* primitive;
    Values arguments;
    Span origin{}; ///< as in Closure
};

/// `if c then f else g` with a predicate for c: a function of the packet.
struct Conditional {
    ValuePtr condition;
    const Expr* then_branch;
    const Expr* else_branch;
    Frame* frame = nullptr;
    const ModuleScope* scope;
};

/// (op e): waits for its left operand.
struct Section {
    ValuePtr function, right;
};

/// A name of the vocabulary with its arguments, left as it is: what descriptors are made of.
struct Term {
    const Global* name;
    Values arguments;
};

/// The result of a function on packets.
struct ActValue {
    std::shared_ptr<const Act> act;
};

struct Value {
    std::variant<Int, Word, Bool, Char, Text, ListValue, TupleValue, Packet, Closure, Partial, Conditional, Section,
                 Term, ActValue>
        data;
};

template <class T> [[nodiscard]] ValuePtr make_value(T data) {
    return std::make_shared<const Value>(Value{std::move(data)});
}
template <class T> [[nodiscard]] const T* get_if(const ValuePtr& value) {
    return std::get_if<T>(&value->data);
}

[[nodiscard]] inline bool is_callable(const ValuePtr& value) {
    return get_if<Closure>(value) || get_if<Partial>(value) || get_if<Conditional>(value) || get_if<Section>(value) ||
           get_if<Term>(value);
}
/// "a number", "a list", ...: for diagnostics.
[[nodiscard]] const char* describe(const ValuePtr& value);

} // namespace pfq::lang
