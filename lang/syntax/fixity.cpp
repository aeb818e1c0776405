#include "lang/syntax/fixity.hpp"

#include <initializer_list>
#include <utility>

namespace pfq::lang {

namespace {

FixityTable make_defaults() {
    FixityTable table;
    auto add = [&](int precedence, Associativity side, std::initializer_list<const char*> operators) {
        for (const char* op : operators)
            table[op] = {precedence, side};
    };
    using enum Associativity;
    add(9, right, {"."});
    add(8, left, {".<<", ".>>", ".*", "./", ".%"});
    add(7, left, {"*", "div", "mod", "quot", "rem", ".+", ".-"});
    add(6, left, {"+", "-", ".|.", ".&"});
    add(5, right, {":", "++"});
    add(5, none, {".<", ".<=", ".==", "./=", ".>", ".>=", "<.", "<=.", "==.", "/=.", ">.", ">=."});
    add(4, none, {"==", "/=", "<", "<=", ">", ">=", "elem", "notElem"});
    add(4, left, {".&&."});
    add(3, left, {".^^."});
    add(3, right, {"&&"});
    add(2, left, {".||."});
    add(2, right, {"||"});
    add(1, left, {">>", ">>=", ">->"});
    add(0, right, {"$"});
    return table;
}

/// Of a prefix minus.
constexpr Fixity sign_fixity{6, Associativity::left};

struct Operator {
    bool sign;
    Name name;
    Fixity fixity;
};

std::string describe(const Operator& op) {
    std::string_view kind = op.fixity.associativity == Associativity::left    ? "infixl "
                            : op.fixity.associativity == Associativity::right ? "infixr "
                                                                              : "infix ";
    return (op.sign ? std::string("prefix `-`") : "`" + op.name.text + "`") + " (" + std::string(kind) +
           std::to_string(op.fixity.precedence) + ")";
}

Diagnostic conflict(const Operator& first, const Operator& second) {
    Diagnostic d{Code::fixity_conflict,
                 Severity::error,
                 describe(first) + " and " + describe(second) + " cannot stand side by side",
                 {second.name.span, "could bind before or after the other one"},
                 {{first.name.span, "the other operator"}},
                 {},
                 {}};
    d.help.push_back({"put one of the two into brackets", std::nullopt});
    return d;
}

enum class Order { first, second, conflict };

/// Which of two neighbours binds tighter.
Order compare(const Fixity& first, const Fixity& second) {
    if (first.precedence != second.precedence)
        return first.precedence > second.precedence ? Order::first : Order::second;
    if (first.associativity != second.associativity || first.associativity == Associativity::none)
        return Order::conflict;
    return first.associativity == Associativity::left ? Order::first : Order::second;
}

/// The shunting-yard algorithm: waiting operands and operators.
class Resolver {
public:
    explicit Resolver(bool lenient) : lenient_(lenient) {}

    void operand(ExprPtr expr) { operands_.push_back(std::move(expr)); }

    void operation(Operator op) {
        while (!operators_.empty()) {
            const Operator& top = operators_.back();
            // a sign has no left operand, so nothing on its left can be reduced for it: `a * - b` is an error
            const Order order = op.sign && top.fixity.precedence >= op.fixity.precedence ? Order::conflict
                                : op.sign                                                ? Order::second
                                          : compare(top.fixity, op.fixity);
            if (order == Order::conflict && !lenient_)
                throw conflict(top, op);
            if (order == Order::second || (order == Order::conflict && op.sign))
                break;
            reduce();
        }
        operators_.push_back(std::move(op));
    }

    ExprPtr finish() {
        while (!operators_.empty())
            reduce();
        return std::move(operands_.back());
    }

private:
    void reduce() {
        Operator op = std::move(operators_.back());
        operators_.pop_back();
        ExprPtr right = std::move(operands_.back());
        operands_.pop_back();
        if (op.sign) {
            const Span span = op.name.span.to(right->span);
            operands_.push_back(std::make_unique<Expr>(Negate{std::move(right)}, span));
            return;
        }
        ExprPtr left = std::move(operands_.back());
        const Span span = left->span.to(right->span);
        operands_.back() = std::make_unique<Expr>(Infix{std::move(left), std::move(op.name), std::move(right)}, span);
    }

    const bool lenient_;
    std::vector<ExprPtr> operands_;
    std::vector<Operator> operators_;
};

} // namespace

const FixityTable& default_fixities() {
    static const FixityTable table = make_defaults();
    return table;
}

Fixity find_fixity(const FixityTable& table, const Name& op) {
    if (!op.qualifier.empty())
        if (auto found = table.find(op.qualifier + "." + op.text); found != table.end())
            return found->second;
    auto found = table.find(op.text);
    return found == table.end() ? Fixity{} : found->second;
}

ExprPtr resolve_infix(std::vector<InfixItem> items, const FixityTable& table, bool lenient) {
    Resolver resolver(lenient);
    for (InfixItem& item : items) {
        if (auto* expr = std::get_if<ExprPtr>(&item)) {
            resolver.operand(std::move(*expr));
        } else if (auto* name = std::get_if<Name>(&item)) {
            const Fixity fixity = find_fixity(table, *name);
            resolver.operation({false, std::move(*name), fixity});
        } else {
            resolver.operation({true, {{}, "-", std::get<Sign>(item).span}, sign_fixity});
        }
    }
    return resolver.finish();
}

void check_section(const Expr& operand, const Name& op, bool operand_is_left, const FixityTable& table) {
    Operator outer{false, op, find_fixity(table, op)};
    Operator inner;
    if (const auto* infix = std::get_if<Infix>(&operand.node))
        inner = {false, infix->op, find_fixity(table, infix->op)};
    else if (std::holds_alternative<Negate>(operand.node))
        inner = {true, {{}, "-", {operand.span.begin, operand.span.begin + 1, operand.span.file}}, sign_fixity};
    else
        return;
    const bool fine = operand_is_left ? compare(inner.fixity, outer.fixity) == Order::first
                                      : compare(outer.fixity, inner.fixity) == Order::second;
    if (!fine)
        throw conflict(operand_is_left ? inner : outer, operand_is_left ? outer : inner);
}

} // namespace pfq::lang
