// The syntax tree of pfq-lang, as the parser leaves it: operators resolved to applications by fixity,
// layout gone, every node with its place. Nodes are owned by their parents.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "lang/source/source.hpp"

namespace pfq::lang {

/// A possibly qualified name: `P.filter` has qualifier "P"; operators are names too (">->").
struct Name {
    std::string qualifier;
    std::string text;
    Span span;
};

struct Expr;
struct Pattern;
struct TypeExpr;

} // namespace pfq::lang

/// Frees long operator chains and calls without recursion.
template <> struct std::default_delete<pfq::lang::Expr> {
    void operator()(pfq::lang::Expr* expr) const noexcept;
};

namespace pfq::lang {

using ExprPtr = std::unique_ptr<Expr>;
using PatternPtr = std::unique_ptr<Pattern>;
using TypePtr = std::unique_ptr<TypeExpr>;

// ---------------------------------------------------------------------------------------------- types

/// T.con "Word16"; T.var "a"; application Action Packet; a -> b; [a]; (a, b); ().
struct TypeCon {
    Name name;
};
struct TypeVar {
    std::string name;
};
struct TypeApply {
    TypePtr function, argument;
};
struct TypeArrow {
    TypePtr from, to;
};
struct TypeList {
    TypePtr element;
};
/// No items: the unit type
struct TypeTuple {
    std::vector<TypePtr> items;
};

struct TypeExpr {
    std::variant<TypeCon, TypeVar, TypeApply, TypeArrow, TypeList, TypeTuple> node;
    Span span;
};

/// A class assertion of a context: `Num a`.
struct TypeConstraint {
    Name class_name;
    TypePtr type;
};

struct TypeScheme {
    std::vector<TypeConstraint> context;
    TypePtr type;
    Span span;
};

// ------------------------------------------------------------------------------------------- patterns

struct PatWildcard {};
struct PatVar {
    std::string name;
};
struct PatInt {
    std::uint64_t value;
    bool negative;
};
struct PatString {
    std::string value;
};
/// True and False
struct PatCon {
    Name name;
    std::vector<PatternPtr> arguments;
};
/// No items: ()
struct PatTuple {
    std::vector<PatternPtr> items;
};
struct PatList {
    std::vector<PatternPtr> items;
};
/// `x : xs`
struct PatCons {
    PatternPtr head, tail;
};
/// `all@(x : xs)`
struct PatAs {
    std::string name;
    PatternPtr pattern;
};
/// `(x :: Word16)`
struct PatTyped {
    PatternPtr pattern;
    TypePtr type;
};

struct Pattern {
    std::variant<PatWildcard, PatVar, PatInt, PatString, PatCon, PatTuple, PatList, PatCons, PatAs, PatTyped> node;
    Span span;
};

// ---------------------------------------------------------------------------------------- expressions

struct Binding;
struct Statement;
struct GuardedExpr;

/// What stands right of = or ->: either one expression or guarded ones, with its own where-bindings.
struct RightSide {
    std::vector<GuardedExpr> guarded; ///< at least one; an unguarded one has no guards
    std::vector<Binding> where;
    Span span;
};

/// Variables, constructors (True, False, CIDR) and operators in (..)
struct Var {
    Name name;
};
/// Negative literals are `negate` applied; value ≤ 2^64-1
struct IntLit {
    std::uint64_t value;
};
struct CharLit {
    std::uint32_t value;
};
/// Escapes resolved
struct StringLit {
    std::string value;
};
/// One argument at a time
struct Apply {
    ExprPtr function, argument;
};
/// `left op right`. Kept apart from Apply for printing and for labels; means op left right.
struct Infix {
    ExprPtr left;
    Name op;
    ExprPtr right;
};
struct Negate {
    ExprPtr operand;
};
struct Lambda {
    std::vector<PatternPtr> parameters;
    ExprPtr body;
};
struct Let {
    std::vector<Binding> bindings;
    ExprPtr body;
};
struct If {
    ExprPtr condition, then_branch, else_branch;
};
/// `if | g1 -> a | otherwise -> b`
struct MultiIf {
    std::vector<GuardedExpr> guarded;
};
struct CaseAlternative {
    PatternPtr pattern;
    RightSide right;
    Span span;
};
struct Case {
    ExprPtr scrutinee;
    std::vector<CaseAlternative> alternatives;
};
struct Do {
    std::vector<Statement> statements;
};
/// No items: (); one item never occurs
struct Tuple {
    std::vector<ExprPtr> items;
};
/// [e, e, lo..hi, e]: every element is one expression or an inclusive range.
/// Last is null for a plain element
struct ListElement {
    ExprPtr first;
    ExprPtr last;
};
struct List {
    std::vector<ListElement> elements;
};
/// [first, next .. last] with a step (next null: step 1; last null: an endless range, refused later).
/// The parser produces Range only for the stepped form and for endless ranges; [a..b] is a List of one range.
struct Range {
    ExprPtr first, next, last;
};
struct Comprehension {
    ExprPtr result;
    std::vector<Statement> qualifiers;
};
/// `(e op)`
struct LeftSection {
    ExprPtr left;
    Name op;
};
/// `(op e)`
struct RightSection {
    Name op;
    ExprPtr right;
};
/// `(e :: T)`
struct Typed {
    ExprPtr expr;
    std::unique_ptr<TypeScheme> type;
};
/// Brackets as written; kept so that the formatter does not have to guess. Means its inner expression.
struct Paren {
    ExprPtr inner;
};

struct Expr {
    std::variant<Var, IntLit, CharLit, StringLit, Apply, Infix, Negate, Lambda, Let, If, MultiIf, Case, Do, Tuple, List,
                 Range, Comprehension, LeftSection, RightSection, Typed, Paren>
        node;
    Span span;
};

/// One guard: a boolean, `pattern <- e`, or `let ...`.
struct GuardedExpr {
    std::vector<Statement> guards;
    ExprPtr body;
    Span span;
};

/// A line of a do block, a qualifier of a comprehension, a guard.
struct Statement {
    enum class Kind { expression, bind, let } kind = Kind::expression;
    PatternPtr pattern;            ///< bind: pattern <- expr
    ExprPtr expr;                  ///< expression, bind
    std::vector<Binding> bindings; ///< let
    Span span;
};

// ---------------------------------------------------------------------------------------- definitions

/// One equation: `f p1 p2 | guards = e where ...`. Clauses of one name are grouped into one Binding.
struct Clause {
    std::vector<PatternPtr> parameters;
    RightSide right;
    Span span;
};

/// A function or variable with all its clauses, or a pattern binding `(a, b) = e` (then name is empty and
/// `pattern` is set, with exactly one clause without parameters).
struct Binding {
    Name name;
    PatternPtr pattern;
    std::unique_ptr<TypeScheme> signature; ///< null when it has none
    Span signature_span;
    std::vector<Clause> clauses;
    std::string documentation; ///< the `-- |` comment before it, without the marks; may be empty
    Span span;
};

struct ImportItem {
    std::string name;
    Span span;
};

struct Import {
    Name module; ///< text "Network.PFQ.Lang", no qualifier
    bool qualified = false;
    std::string alias; ///< empty: the module's own name
    bool hiding = false;
    std::optional<std::vector<ImportItem>> items; ///< absent: everything
    Span span;
};

enum class Associativity { left, right, none };
struct Fixity {
    int precedence = 9; ///< 0 to 9
    Associativity associativity = Associativity::left;
};
struct FixityDecl {
    Fixity fixity;
    std::vector<Name> operators;
    Span span;
};

/// type Name a b = T
struct TypeSynonym {
    Name name;
    std::vector<std::string> parameters;
    TypePtr type;
    std::string documentation;
    Span span;
};

struct Module {
    Name name; ///< "Main" when the text has no header
    bool has_header = false;
    std::optional<std::vector<ImportItem>> exports;
    std::vector<Import> imports;
    std::vector<FixityDecl> fixities;
    std::vector<TypeSynonym> synonyms;
    std::vector<Binding> bindings; ///< in textual order
    std::uint32_t file = 0;
};

} // namespace pfq::lang
