#include "lang/syntax/compare.hpp"

#include <algorithm>

namespace pfq::lang {

namespace {

bool same(const Name& a, const Name& b) {
    return a.qualifier == b.qualifier && a.text == b.text;
}
bool same(const std::string& a, const std::string& b) {
    return a == b;
}
bool same(const ImportItem& a, const ImportItem& b) {
    return a.name == b.name;
}
bool same(const Fixity& a, const Fixity& b) {
    return a.precedence == b.precedence && a.associativity == b.associativity;
}

template <class T> bool same(const std::unique_ptr<T>& a, const std::unique_ptr<T>& b);
template <class T> bool same(const std::vector<T>& a, const std::vector<T>& b);
template <class T> bool same(const std::optional<T>& a, const std::optional<T>& b) {
    return a.has_value() == b.has_value() && (!a || same(*a, *b));
}

// --- types
bool same(const TypeConstraint& a, const TypeConstraint& b) {
    return same(a.class_name, b.class_name) && same(a.type, b.type);
}
bool same(const TypeScheme& a, const TypeScheme& b) {
    return same(a.context, b.context) && same(a.type, b.type);
}
bool same(const TypeCon& a, const TypeCon& b) {
    return same(a.name, b.name);
}
bool same(const TypeVar& a, const TypeVar& b) {
    return a.name == b.name;
}
bool same(const TypeApply& a, const TypeApply& b) {
    return same(a.function, b.function) && same(a.argument, b.argument);
}
bool same(const TypeArrow& a, const TypeArrow& b) {
    return same(a.from, b.from) && same(a.to, b.to);
}
bool same(const TypeList& a, const TypeList& b) {
    return same(a.element, b.element);
}
bool same(const TypeTuple& a, const TypeTuple& b) {
    return same(a.items, b.items);
}

// --- patterns
bool same(const PatWildcard&, const PatWildcard&) {
    return true;
}
bool same(const PatVar& a, const PatVar& b) {
    return a.name == b.name;
}
bool same(const PatInt& a, const PatInt& b) {
    return a.value == b.value && a.negative == b.negative;
}
bool same(const PatString& a, const PatString& b) {
    return a.value == b.value;
}
bool same(const PatCon& a, const PatCon& b) {
    return same(a.name, b.name) && same(a.arguments, b.arguments);
}
bool same(const PatTuple& a, const PatTuple& b) {
    return same(a.items, b.items);
}
bool same(const PatList& a, const PatList& b) {
    return same(a.items, b.items);
}
bool same(const PatCons& a, const PatCons& b) {
    return same(a.head, b.head) && same(a.tail, b.tail);
}
bool same(const PatAs& a, const PatAs& b) {
    return a.name == b.name && same(a.pattern, b.pattern);
}
bool same(const PatTyped& a, const PatTyped& b) {
    return same(a.pattern, b.pattern) && same(a.type, b.type);
}

// --- declarations
bool same(const Statement& a, const Statement& b) {
    return a.kind == b.kind && same(a.pattern, b.pattern) && same(a.expr, b.expr) && same(a.bindings, b.bindings);
}
bool same(const GuardedExpr& a, const GuardedExpr& b) {
    return same(a.guards, b.guards) && same(a.body, b.body);
}
bool same(const RightSide& a, const RightSide& b) {
    return same(a.guarded, b.guarded) && same(a.where, b.where);
}
bool same(const Clause& a, const Clause& b) {
    return same(a.parameters, b.parameters) && same(a.right, b.right);
}
bool same(const Binding& a, const Binding& b) {
    return same(a.name, b.name) && same(a.pattern, b.pattern) && same(a.signature, b.signature) &&
           same(a.clauses, b.clauses);
}
bool same(const CaseAlternative& a, const CaseAlternative& b) {
    return same(a.pattern, b.pattern) && same(a.right, b.right);
}
bool same(const Import& a, const Import& b) {
    return same(a.module, b.module) && a.qualified == b.qualified && a.alias == b.alias && a.hiding == b.hiding &&
           same(a.items, b.items);
}
bool same(const FixityDecl& a, const FixityDecl& b) {
    return same(a.fixity, b.fixity) && same(a.operators, b.operators);
}
bool same(const TypeSynonym& a, const TypeSynonym& b) {
    return same(a.name, b.name) && same(a.parameters, b.parameters) && same(a.type, b.type);
}

// --- expressions
bool same(const Var& a, const Var& b) {
    return same(a.name, b.name);
}
bool same(const IntLit& a, const IntLit& b) {
    return a.value == b.value;
}
bool same(const CharLit& a, const CharLit& b) {
    return a.value == b.value;
}
bool same(const StringLit& a, const StringLit& b) {
    return a.value == b.value;
}
bool same(const Apply& a, const Apply& b) {
    return same(a.function, b.function) && same(a.argument, b.argument);
}
bool same(const Infix& a, const Infix& b) {
    return same(a.left, b.left) && same(a.op, b.op) && same(a.right, b.right);
}
bool same(const Negate& a, const Negate& b) {
    return same(a.operand, b.operand);
}
bool same(const Lambda& a, const Lambda& b) {
    return same(a.parameters, b.parameters) && same(a.body, b.body);
}
bool same(const Let& a, const Let& b) {
    return same(a.bindings, b.bindings) && same(a.body, b.body);
}
bool same(const If& a, const If& b) {
    return same(a.condition, b.condition) && same(a.then_branch, b.then_branch) && same(a.else_branch, b.else_branch);
}
bool same(const MultiIf& a, const MultiIf& b) {
    return same(a.guarded, b.guarded);
}
bool same(const Case& a, const Case& b) {
    return same(a.scrutinee, b.scrutinee) && same(a.alternatives, b.alternatives);
}
bool same(const Do& a, const Do& b) {
    return same(a.statements, b.statements);
}
bool same(const Tuple& a, const Tuple& b) {
    return same(a.items, b.items);
}
bool same(const ListElement& a, const ListElement& b) {
    return same(a.first, b.first) && same(a.last, b.last);
}
bool same(const List& a, const List& b) {
    return same(a.elements, b.elements);
}
bool same(const Range& a, const Range& b) {
    return same(a.first, b.first) && same(a.next, b.next) && same(a.last, b.last);
}
bool same(const Comprehension& a, const Comprehension& b) {
    return same(a.result, b.result) && same(a.qualifiers, b.qualifiers);
}
bool same(const LeftSection& a, const LeftSection& b) {
    return same(a.left, b.left) && same(a.op, b.op);
}
bool same(const RightSection& a, const RightSection& b) {
    return same(a.op, b.op) && same(a.right, b.right);
}
bool same(const Typed& a, const Typed& b) {
    return same(a.expr, b.expr) && same(a.type, b.type);
}

bool same(const Expr& a, const Expr& b) {
    return same_tree(a, b);
}
bool same(const Pattern& a, const Pattern& b) {
    return same_tree(a, b);
}
bool same(const TypeExpr& a, const TypeExpr& b) {
    return same_tree(a, b);
}

template <class T> bool same(const std::unique_ptr<T>& a, const std::unique_ptr<T>& b) {
    return (a == nullptr) == (b == nullptr) && (!a || same(*a, *b));
}
template <class T> bool same(const std::vector<T>& a, const std::vector<T>& b) {
    return std::ranges::equal(a, b, [](const T& x, const T& y) { return same(x, y); });
}

/// Two variants of one node type.
template <class Variant> bool same_node(const Variant& a, const Variant& b) {
    if (a.index() != b.index())
        return false;
    return std::visit(
        [&]<class Node>(const Node& node) {
            const Node& other = *std::get_if<Node>(&b);
            if constexpr (std::is_same_v<Node, Paren>)
                return same_tree(*node.inner, *other.inner);
            else
                return same(node, other);
        },
        a);
}

const Expr& without_brackets(const Expr& expr) {
    const Expr* inner = &expr;
    while (const auto* paren = std::get_if<Paren>(&inner->node))
        inner = paren->inner.get();
    return *inner;
}

} // namespace

bool same_tree(const Expr& a, const Expr& b) {
    return same_node(without_brackets(a).node, without_brackets(b).node);
}
bool same_tree(const Pattern& a, const Pattern& b) {
    return same_node(a.node, b.node);
}
bool same_tree(const TypeExpr& a, const TypeExpr& b) {
    return same_node(a.node, b.node);
}

bool same_tree(const Module& a, const Module& b) {
    return same(a.name, b.name) && a.has_header == b.has_header && same(a.exports, b.exports) &&
           same(a.imports, b.imports) && same(a.fixities, b.fixities) && same(a.synonyms, b.synonyms) &&
           same(a.bindings, b.bindings);
}

} // namespace pfq::lang
