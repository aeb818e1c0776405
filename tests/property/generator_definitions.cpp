// Definitions at the top level of a program.
#include "tests/property/generator.hpp"

namespace pfq::test {

using lang::Con;

namespace {

constexpr unsigned inner_shifts = 1; ///< tunnels that a definition may look into
constexpr unsigned body_size = 12;

std::vector<Term> kids_of(Term a) {
    std::vector<Term> all;
    all.push_back(std::move(a));
    return all;
}

std::vector<Term> kids_of(Term a, Term b) {
    std::vector<Term> all = kids_of(std::move(a));
    all.push_back(std::move(b));
    return all;
}

} // namespace

Term Generator::definition() {
    using Make = Term (Generator::*)();
    static const std::vector<Make> all{&Generator::value_definition,    &Generator::function_definition,
                                       &Generator::function_definition, &Generator::equations_definition,
                                       &Generator::list_definition,     &Generator::operator_definition,
                                       &Generator::pair_definition};
    return (this->*random_.one_of(all))();
}

Term Generator::value_definition() {
    ++uses_.at("form value definition");
    const Ty type = random_type();
    const std::string name = fresh("d");
    Term value = make({type, false, inner_shifts, 1 + static_cast<unsigned>(random_.below(body_size))});
    variables_.push_back({name, type, false, inner_shifts, true});
    const std::string signature = random_.chance(60) ? name + " :: " + text(type) + "\n" : "";
    return form({signature + name + " = ", "\n"}, kids_of(std::move(value)));
}

/// With guards and a where clause, or without; as it falls also of numbers of the packet.
Term Generator::function_definition() {
    ++uses_.at("form function definition");
    const bool dynamic = random_.chance(50);
    const std::string name = fresh("d");
    Ty result = random_.chance(60) ? function() : random_type();
    const Ty parameter = random_type();
    Goal body{result, dynamic, inner_shifts, 2 + static_cast<unsigned>(random_.below(body_size))};
    Ty whole = arrow(parameter, result);
    std::string head;
    Term test, first, second, local;
    std::string local_name;
    {
        const Scope scope(*this);
        const std::string x = fresh("x");
        head = name + " " + x;
        bind(x, parameter, body).dynamic = dynamic && may_be_dynamic(parameter);
        if (takes_packet(result)) {
            const std::string p = fresh("p");
            head += " " + p;
            bind(p, packet(), body).dynamic = false;
            const Ty rest = result.args[1];
            body.type = rest;
            body.dynamic = true;
        }
        const Ty type = random_type(false);
        Goal value{type, body.dynamic, inner_shifts, 3};
        local = make(value);
        local_name = fresh("w");
        bind(local_name, type, value).dynamic = body.dynamic && may_be_dynamic(type);
        test = make(condition(body));
        first = make(body);
        second = make(body);
    }
    ++uses_.at("form where");
    variables_.push_back({name, whole, dynamic, inner_shifts, true});
    const std::string signature = random_.chance(60) ? name + " :: " + text(whole) + "\n" : "";
    std::vector<Term> kids = kids_of(std::move(test), std::move(first));
    kids.push_back(std::move(second));
    kids.push_back(std::move(local));
    return form(
        {signature + head + "\n    | ", " = ", "\n    | otherwise = ", "\n  where\n    " + local_name + " = ", "\n"},
        std::move(kids));
}

Term Generator::equations_definition() {
    ++uses_.at("form equations");
    const std::string name = fresh("d");
    const Ty result = random_type();
    Goal body{result, false, inner_shifts, 1 + static_cast<unsigned>(random_.below(body_size / 2))};
    Term first = make(body), second;
    const std::string x = fresh("x");
    {
        const Scope scope(*this);
        bind(x, number(Con::word16), body);
        second = make(body);
    }
    variables_.push_back({name, arrow(number(Con::word16), result), false, inner_shifts, true});
    return form({name + " :: " + text(arrow(number(Con::word16), result)) + "\n" + name + " " +
                     std::to_string(random_.below(100)) + " = ",
                 "\n" + name + " " + x + " = ", "\n"},
                kids_of(std::move(first), std::move(second)));
}

/// A recursive function over a list of ports or prefixes.
Term Generator::list_definition() {
    ++uses_.at("form recursion");
    const std::string name = fresh("d"), x = fresh("x"), rest = fresh("x");
    const Ty item = random_.chance(50) ? number(Con::word16) : plain(Con::cidr);
    Goal body{function(), false, inner_shifts, 4};
    Term end = make(body), step;
    {
        const Scope scope(*this);
        bind(x, item, body);
        step = make(body);
    }
    variables_.push_back({name, arrow(list_of(item, 0, 8), function()), false, inner_shifts, true});
    const char* join = random_.chance(70) ? ") >-> " : ") `par` ";
    return form({name + " :: [" + text(item) + "] -> Function\n" + name + " [] = ",
                 "\n" + name + " (" + x + " : " + rest + ") = (", join + name + " " + rest + "\n"},
                kids_of(std::move(end), std::move(step)));
}

Term Generator::operator_definition() {
    ++uses_.at("form operator");
    static const std::vector<std::string> symbols{"<+>", "|>|", ">=>", "<&>"};
    const std::string name = random_.one_of(symbols) + std::string(++names_ % 7, '+');
    const Ty type = random_.chance(50) ? function() : predicate();
    Goal body{type, false, inner_shifts, 5};
    const std::string f = fresh("x"), g = fresh("x");
    Term value;
    {
        const Scope scope(*this);
        bind(f, type, body);
        bind(g, type, body);
        value = make(body);
    }
    for (const Variable& variable : variables_)
        if (variable.name == name)
            return value_definition();
    variables_.push_back({name, arrow(type, arrow(type, type)), false, inner_shifts, true, true});
    static const std::vector<std::string> fixities{"infixl 1 ", "infixr 4 ", "infix 5 "};
    return form({random_.one_of(fixities) + name + "\n(" + name + ") :: " + text(arrow(type, arrow(type, type))) +
                     "\n" + f + " " + name + " " + g + " = ",
                 "\n"},
                kids_of(std::move(value)));
}

Term Generator::pair_definition() {
    ++uses_.at("form pattern binding");
    const Ty first = random_type(false), second = random_type();
    const std::string x = fresh("d"), y = fresh("d");
    Term a = make({first, false, inner_shifts, 3}), b = make({second, false, inner_shifts, 3});
    variables_.push_back({x, first, false, inner_shifts, true});
    variables_.push_back({y, second, false, inner_shifts, true});
    return form({"(" + x + ", " + y + ") = (", ", ", ")\n"}, kids_of(std::move(a), std::move(b)));
}

} // namespace pfq::test
