// The forms of the language.
#include "tests/property/domains.hpp"
#include "tests/property/generator.hpp"
#include <algorithm>

namespace pfq::test {

using lang::Con;

const std::vector<std::string>& forms() {
    static const std::vector<std::string> all{"form let",
                                              "form let pair",
                                              "form if",
                                              "form if predicate",
                                              "form guards",
                                              "form case",
                                              "form case list",
                                              "form lambda",
                                              "form applied lambda",
                                              "form do",
                                              "form range",
                                              "form stepped range",
                                              "form comprehension",
                                              "form right section",
                                              "form signature",
                                              "form value definition",
                                              "form function definition",
                                              "form where",
                                              "form equations",
                                              "form recursion",
                                              "form operator",
                                              "form pattern binding"};
    return all;
}

namespace {

template <class... Terms> std::vector<Term> kids(Terms... terms) {
    std::vector<Term> all;
    (all.push_back(std::move(terms)), ...);
    return all;
}

/// Values between which a condition on the packet can choose.
bool can_choose(const Ty& type) {
    return type.con == Con::boolean || type.con == Con::word64 || type.con == Con::action || takes_packet(type);
}

} // namespace

std::optional<Term> Generator::use_form(const Goal& goal) {
    using Form = std::optional<Term> (Generator::*)(const Goal&);
    static const std::vector<Form> all{
        &Generator::let,          &Generator::choice,        &Generator::guards,         &Generator::case_of,
        &Generator::case_of_list, &Generator::lambda,        &Generator::applied_lambda, &Generator::do_block,
        &Generator::list,         &Generator::comprehension, &Generator::section,        &Generator::typed};
    if (goal.type.con == Con::packet)
        return {};
    for (unsigned tries = 0; tries < 6; ++tries)
        if (auto term = (this->*random_.one_of(all))(goal))
            return term;
    return {};
}

/// A boolean that may decide about a value of the goal's type.
Generator::Goal Generator::condition(const Goal& goal) {
    Goal inner = part(goal, plain(Con::boolean), 3);
    inner.dynamic = (goal.dynamic || goal.type.con == Con::action) && can_choose(goal.type) && has_packet();
    return inner;
}

std::optional<Term> Generator::let(const Goal& goal) {
    const Scope scope(*this);
    const bool pair = random_.chance(20);
    const Ty first = random_type(), second = random_type(!pair);
    Goal value = part(goal, first, 3);
    Term a = make(value);
    if (!pair) {
        ++uses_.at("form let");
        const std::string name = fresh("v");
        bind(name, first, value).dynamic = goal.dynamic && may_be_dynamic(first);
        return form({"(let { " + name + " = ", " } in ", ")"}, kids(std::move(a), make(part(goal, goal.type, 2))));
    }
    ++uses_.at("form let pair");
    Goal other = part(goal, second, 3);
    Term b = make(other);
    const std::string x = fresh("v"), y = fresh("v");
    bind(x, first, value).dynamic = goal.dynamic && may_be_dynamic(first);
    bind(y, second, other).dynamic = goal.dynamic && may_be_dynamic(second);
    return form({"(let { (" + x + ", " + y + ") = (", ", ", ") } in ", ")"},
                kids(std::move(a), std::move(b), make(part(goal, goal.type, 2))));
}

std::optional<Term> Generator::choice(const Goal& goal) {
    Goal test = condition(goal);
    if (takes_packet(goal.type) && random_.chance(60)) {
        test.type = predicate();
        ++uses_.at("form if predicate");
    } else {
        ++uses_.at("form if");
    }
    Term c = make(test);
    Term a = make(part(goal, goal.type, 3));
    return form({"(if ", " then ", " else ", ")"}, kids(std::move(c), std::move(a), make(part(goal, goal.type, 3))));
}

std::optional<Term> Generator::guards(const Goal& goal) {
    ++uses_.at("form guards");
    Term c = make(condition(goal)), a = make(part(goal, goal.type, 3));
    return form({"(if | ", " -> ", " | otherwise -> ", ")"},
                kids(std::move(c), std::move(a), make(part(goal, goal.type, 3))));
}

std::optional<Term> Generator::case_of(const Goal& goal) {
    const bool dynamic = condition(goal).dynamic;
    static const std::vector<Con> types{Con::word64, Con::word64, Con::integer, Con::string, Con::boolean};
    const Con con = random_.one_of(types);
    Goal scrutinee =
        part(goal, is_number(number(con)) && con != Con::string && con != Con::boolean ? number(con) : plain(con), 4);
    scrutinee.dynamic = dynamic && may_be_dynamic(scrutinee.type);
    ++uses_.at("form case");
    Term value = make(scrutinee);
    Term first = make(part(goal, goal.type, 4));
    std::string pattern = con == Con::integer ? std::to_string(random_.below(3)) : text(literal(scrutinee.type));
    const std::string name = fresh("v");
    Term guard, second;
    {
        const Scope scope(*this);
        bind(name, scrutinee.type, scrutinee).dynamic = scrutinee.dynamic;
        guard = make(condition(goal));
        second = make(part(goal, goal.type, 4));
    }
    return form(
        {"(case ", " of { " + pattern + " -> ", "; " + name + " | ", " -> ", "; _ -> ", " })"},
        kids(std::move(value), std::move(first), std::move(guard), std::move(second), make(part(goal, goal.type, 4))));
}

std::optional<Term> Generator::case_of_list(const Goal& goal) {
    const Scope scope(*this);
    const Ty item = random_type();
    Goal scrutinee = part(goal, list_of(item), 3);
    ++uses_.at("form case list");
    Term value = make(scrutinee);
    Term empty = make(part(goal, goal.type, 3));
    const std::string head = fresh("v"), tail = fresh("v");
    bind(head, item, scrutinee).dynamic = goal.dynamic && may_be_dynamic(item);
    bind(tail, list_of(item), scrutinee).dynamic = goal.dynamic && may_be_dynamic(item);
    return form({"(case ", " of { [] -> ", "; (" + head + " : " + tail + ") -> ", " })"},
                kids(std::move(value), std::move(empty), make(part(goal, goal.type, 3))));
}

std::optional<Term> Generator::lambda(const Goal& goal) {
    if (!is_arrow(goal.type))
        return {};
    const Scope scope(*this);
    ++uses_.at("form lambda");
    const Ty& from = goal.type.args[0];
    const std::string name = from.con == Con::packet ? fresh("p") : fresh("x");
    Goal body = part(goal, goal.type.args[1], 1);
    body.dynamic = goal.dynamic || from.con == Con::packet;
    if (from.con == Con::tuple) {
        const std::string second = fresh("x");
        bind(name, from.args[0], goal).dynamic = goal.dynamic && may_be_dynamic(from.args[0]);
        bind(second, from.args[1], goal).dynamic = goal.dynamic && may_be_dynamic(from.args[1]);
        return form({"(\\(" + name + ", " + second + ") -> ", ")"}, kids(make(body)));
    }
    bind(name, from, goal).dynamic = goal.dynamic && from.con != Con::packet && may_be_dynamic(from);
    return form({"(\\" + name + " -> ", ")"}, kids(make(body)));
}

std::optional<Term> Generator::applied_lambda(const Goal& goal) {
    const Scope scope(*this);
    const Ty type = random_type();
    Goal argument = part(goal, type, 3);
    ++uses_.at("form applied lambda");
    Term value = make(argument);
    const std::string name = fresh("x");
    bind(name, type, argument).dynamic = goal.dynamic && may_be_dynamic(type);
    return form({"((\\" + name + " -> ", ") (", "))"}, kids(make(part(goal, goal.type, 2)), std::move(value)));
}

std::optional<Term> Generator::do_block(const Goal& goal) {
    if (!fits(function(), goal.type))
        return {};
    const Scope scope(*this);
    ++uses_.at("form do");
    std::vector<std::string> pieces{"(do { "};
    std::vector<Term> terms;
    const std::uint64_t lines = 2 + random_.below(3);
    for (std::uint64_t i = 0; i + 1 < lines; ++i) {
        if (random_.chance(25)) {
            const Ty type = random_type();
            Goal value = part(goal, type, static_cast<unsigned>(lines));
            Term term = make(value);
            const std::string name = fresh("v");
            bind(name, type, value).dynamic = goal.dynamic && may_be_dynamic(type);
            pieces.back() += "let { " + name + " = ";
            terms.push_back(std::move(term));
            pieces.emplace_back(" }; ");
        } else {
            terms.push_back(make(part(goal, function(), static_cast<unsigned>(lines))));
            pieces.emplace_back("; ");
        }
    }
    terms.push_back(make(part(goal, function(), static_cast<unsigned>(lines))));
    pieces.emplace_back(" })");
    return form(std::move(pieces), std::move(terms));
}

std::optional<Term> Generator::list(const Goal& goal) {
    if (goal.type.con != Con::list)
        return {};
    const Ty& item = goal.type.args[0];
    if (is_number(item) && goal.type.longest >= 20 && random_.chance(50)) {
        Ty low = item, step = item;
        low.high = std::max(low.low, std::min<Big>(low.high - 8, 60000));
        step.low = 1, step.high = 3;
        if (low.high + 8 > item.high || low.low > low.high)
            return {};
        const Term first = literal(low);
        const std::string start = first.head;
        if (start.front() == '(' || start.starts_with("0x"))
            return {};
        const auto begin = static_cast<unsigned long long>(std::stoull(start));
        const std::string last = std::to_string(begin + random_.below(9));
        if (goal.type.shortest > 1)
            return {};
        if (random_.chance(30) && goal.type.shortest == 0) {
            ++uses_.at("form stepped range");
            const auto next = begin + 1 + random_.below(3);
            return atom("[" + start + ", " + std::to_string(next) + " .. " + std::to_string(next + random_.below(6)) +
                        "]");
        }
        ++uses_.at("form range");
        return atom("[" + start + ".." + last + "]");
    }
    const auto count = static_cast<unsigned>(
        goal.type.shortest + random_.below(std::min<std::size_t>(goal.type.longest - goal.type.shortest, 4) + 1));
    if (count == 0)
        return atom("[]");
    std::vector<std::string> pieces{"["};
    std::vector<Term> items;
    for (unsigned i = 0; i < count; ++i) {
        items.push_back(make(part(goal, item, count)));
        pieces.emplace_back(i + 1 < count ? ", " : "]");
    }
    return form(std::move(pieces), std::move(items));
}

std::optional<Term> Generator::comprehension(const Goal& goal) {
    if (goal.type.con != Con::list || goal.type.shortest > 0 || goal.type.longest < 100)
        return {};
    const Scope scope(*this);
    ++uses_.at("form comprehension");
    const Ty from = random_type();
    Goal source = part(goal, list_of(from), 3);
    Term items = make(source);
    const std::string name = fresh("x");
    bind(name, from, source).dynamic = goal.dynamic && may_be_dynamic(from);
    Goal test = part(goal, plain(Con::boolean), 4);
    test.dynamic = false;
    Term result = make(part(goal, goal.type.args[0], 3));
    return form({"[", " | " + name + " <- ", ", ", "]"}, kids(std::move(result), std::move(items), make(test)));
}

/// (op e): the operator waits for its left operand.
std::optional<Term> Generator::section(const Goal& goal) {
    if (!is_arrow(goal.type))
        return {};
    std::vector<const Signature*> operators;
    for (const Signature& signature : signatures())
        if (signature.is_operator && signature.name != "-" && signature.parameters.size() >= 2 &&
            usable(signature, 1, goal))
            operators.push_back(&signature);
    for (unsigned tries = 0; tries < 8; ++tries) {
        const Signature& signature = *random_.one_of(operators);
        Ty result = signature.result;
        for (std::size_t i = signature.parameters.size(); i-- > 2;)
            result = arrow(signature.parameters[i], std::move(result));
        Binding binding(signature.kinds.size());
        if (!match(arrow(signature.parameters[0], result), goal.type, signature.kinds, binding))
            continue;
        for (std::size_t i = 0; i < binding.size(); ++i)
            if (!binding[i])
                binding[i] = instantiate(signature, signature.kinds[i]);
        std::vector<Ty> types;
        for (const Ty& parameter : signature.parameters)
            types.push_back(substitute(parameter, binding));
        if (types[1].con == Con::action || types[1].con == Con::packet ||
            !narrow(signature, plain(Con::boolean), types) || !fits(goal.type.args[0], types[0]))
            continue;
        ++uses_.at("form right section");
        ++uses_.at(signature.name);
        Goal right = part(goal, types[1], 1);
        right.dynamic = goal.dynamic && (works_at_run_time(signature) || takes_packet(types[1]));
        Term term = make(right);
        const bool simple = term.kind == Term::Kind::atom || term.kind == Term::Kind::form;
        return form({"(" + signature.name + (simple ? " " : " ("), simple ? ")" : "))"}, kids(std::move(term)));
    }
    return {};
}

std::optional<Term> Generator::typed(const Goal& goal) {
    if (goal.type.con == Con::packet)
        return {};
    ++uses_.at("form signature");
    Term inner = make(part(goal, goal.type, 1));
    const bool simple = inner.kind == Term::Kind::atom || inner.kind == Term::Kind::form;
    return form({simple ? "(" : "((", (simple ? " :: " : ") :: ") + text(goal.type) + ")"}, kids(std::move(inner)));
}

} // namespace pfq::test
