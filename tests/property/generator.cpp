#include "tests/property/generator.hpp"
#include "tests/property/domains.hpp"
#include <algorithm>
#include <set>

namespace pfq::test {

using lang::Con;

namespace {

bool list_of_packet_functions(const Ty& type) {
    return takes_packet(type) || (type.con == Con::list && list_of_packet_functions(type.args[0]));
}

/// A name with some of its arguments, and the type of what remains.
struct Applied {
    const Signature* signature;
    std::size_t taken;
    Ty type;
};

/// Does it take functions on packets? Programs grow by those; other arguments are folded away.
bool combines(const Applied& name) {
    for (std::size_t i = 0; i < name.taken; ++i) {
        const Ty& type = name.signature->parameters[i];
        if (list_of_packet_functions(type) ||
            (type.con == Con::rigid && (name.signature->kinds[type.variable] & (lang::quantity | lang::logical))))
            return true;
    }
    return false;
}

/// By the constructor of the type; those that may be of any type under Con::rigid.
const std::map<Con, std::vector<Applied>>& applied_names() {
    static const auto all = [] {
        std::map<Con, std::vector<Applied>> names;
        for (const Signature& signature : signatures()) {
            Ty type = signature.result;
            for (std::size_t taken = signature.parameters.size();; --taken) {
                names[type.con].push_back({&signature, taken, type});
                if (taken == 0)
                    break;
                type = arrow(signature.parameters[taken - 1], std::move(type));
            }
        }
        return names;
    }();
    return all;
}

std::string digits(Big value) {
    std::string out;
    for (Big rest = value; out.empty() || rest != 0; rest /= 10)
        out.insert(out.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
    return out;
}

/// Nobody can make such a value without a packet.
bool needs_packet(const Ty& type) {
    if (is_arrow(type))
        return type.args[0].con != Con::packet && needs_packet(type.args[1]);
    return type.con == Con::packet || type.con == Con::action || std::ranges::any_of(type.args, needs_packet);
}

Term tagged(Term term, const Ty& type) {
    term.type = text(type);
    return term;
}

} // namespace

Generator::Generator(std::uint64_t seed) : random_(seed) {
    for (const Signature& signature : signatures())
        uses_[signature.name] = 0;
    for (const std::string& form : forms())
        uses_[form] = 0;
}

ProgramTerm Generator::next(unsigned size) {
    variables_.clear();
    names_ = 0;
    ProgramTerm program;
    const std::uint64_t definitions = size < 4 ? 0 : random_.below(4);
    for (std::uint64_t i = 0; i < definitions; ++i)
        program.definitions.push_back(definition());
    program.bare = random_.chance(50);
    program.main = make({function(), false, lang::max_shift, size});
    return program;
}

ProgramTerm Generator::next_large(unsigned parts) {
    constexpr unsigned part_size = 5, condition_size = 4;
    static const std::vector<const char*> comparisons{"less", "less_eq", "greater", "equal", "any_bit", "all_bit"};
    variables_.clear();
    names_ = 0;
    ProgramTerm program;
    const auto apply = [&](const char* name, std::vector<Term> kids, const Ty& type = function()) {
        Term term = atom(name);
        term.kind = Term::Kind::apply;
        term.kids = std::move(kids);
        return tagged(std::move(term), type);
    };
    // Comparisons with ever new numbers: few words of text make many nodes that are not the same.
    const auto condition_term = [&] {
        std::vector<Term> kids{make({property(), false, lang::max_shift, condition_size})};
        kids.push_back(tagged(atom(std::to_string(random_.below(1U << 16U))), plain(Con::word64)));
        return apply(random_.one_of(comparisons), std::move(kids), predicate());
    };
    const auto one = [&] {
        std::vector<Term> kids{condition_term()};
        kids.push_back(make({function(), false, lang::max_shift, part_size}));
        return apply("when", std::move(kids));
    };
    // A balanced tree: one as deep as there are parts would be nested too deep to be read. Choices, because a part that
    // drops every packet makes all that follows it in a row superfluous.
    const auto row = [&](const auto& self, unsigned count) -> Term {
        if (count == 1)
            return one();
        const bool choice = random_.chance(50);
        std::vector<Term> kids;
        if (choice)
            kids.push_back(condition_term());
        kids.push_back(self(self, count / 2));
        kids.push_back(self(self, count - count / 2));
        if (choice)
            return apply("conditional", std::move(kids));
        Term both = apply(">->", std::move(kids));
        both.kind = Term::Kind::infix;
        return both;
    };
    program.main = row(row, std::max(1U, parts));
    program.bare = true;
    return program;
}

Generator::Goal Generator::part(const Goal& goal, Ty type, unsigned of) const {
    return {std::move(type), goal.dynamic, goal.shifts, std::max(1U, (goal.size - 1) / std::max(1U, of))};
}

bool Generator::has_packet() const {
    return std::ranges::any_of(variables_, [](const Variable& v) { return v.type.con == Con::packet; });
}

Generator::Variable& Generator::bind(std::string name, Ty type, const Goal& goal) {
    variables_.push_back({std::move(name), std::move(type), goal.dynamic, goal.shifts});
    return variables_.back();
}

Term Generator::make(Goal goal) {
    goal.dynamic = goal.dynamic && may_be_dynamic(goal.type);
    const std::string type = text(goal.type);
    Term term;
    if (goal.size <= 1) {
        term = leaf(goal);
    } else {
        std::optional<Term> made;
        for (unsigned tries = 0; !made && tries < 6; ++tries) {
            const std::uint64_t way = random_.below(100);
            made = way < 60 ? use_name(goal, false) : way < 90 ? use_form(goal) : use_variable(goal, false);
        }
        term = made ? std::move(*made) : leaf(goal);
    }
    term.type = type;
    return term;
}

Term Generator::leaf(const Goal& goal) {
    if (random_.chance(40))
        if (auto term = use_variable(goal, true))
            return *term;
    const bool named = has_function(goal.type);
    if (named || random_.chance(20))
        if (auto term = use_name(goal, true))
            return *term;
    return structure(goal);
}

bool Generator::visible(const Variable& variable, const Goal& goal) const {
    if (variable.dynamic && !goal.dynamic)
        return false;
    if (variable.definition)
        return goal.shifts >= variable.shifts;
    return variable.type.con == Con::packet || !has_function(variable.type) || goal.shifts == variable.shifts;
}

/// A variable, with arguments when it is a function.
std::optional<Term> Generator::use_variable(const Goal& goal, bool leaves_only) {
    struct Use {
        const Variable* variable;
        std::vector<Ty> arguments;
    };
    std::vector<Use> all;
    for (const Variable& variable : variables_) {
        Use use{&variable, {}};
        for (Ty type = variable.type;; type = Ty(type.args[1])) {
            if (visible(variable, goal) && fits(type, goal.type))
                all.push_back(use);
            if (leaves_only || !is_arrow(type))
                break;
            use.arguments.push_back(type.args[0]);
        }
    }
    std::erase_if(all, [&](const Use& use) {
        return std::ranges::any_of(use.arguments, [&](const Ty& type) {
            return type.con == Con::packet && (!has_packet() || (!goal.dynamic && goal.type.con != Con::action));
        });
    });
    if (all.empty())
        return {};
    const Use use = random_.one_of(all);
    const std::string name = use.variable->name;
    const bool is_operator = use.variable->is_operator, dynamic = use.variable->dynamic;
    Term term = atom(is_operator && use.arguments.size() != 2 ? "(" + name + ")" : name);
    if (use.arguments.empty())
        return term;
    term.kind = is_operator && use.arguments.size() == 2 ? Term::Kind::infix : Term::Kind::apply;
    for (const Ty& type : use.arguments) {
        Goal inner = part(goal, type, static_cast<unsigned>(use.arguments.size()));
        inner.dynamic = goal.dynamic && (dynamic || list_of_packet_functions(type));
        term.kids.push_back(make(inner));
    }
    return term;
}

bool Generator::usable(const Signature& signature, std::size_t taken, const Goal& goal) const {
    if (shifts_of(signature) > goal.shifts || (shifts_of(signature) != 0 && taken == 0))
        return false;
    for (std::size_t i = 0; i < taken; ++i)
        if (signature.parameters[i].con == Con::packet &&
            (!has_packet() || (!goal.dynamic && goal.type.con != Con::action)))
            return false;
    const bool numeric_result = is_number(goal.type) && !is_arrow(goal.type);
    if (wants_packet_operand(signature) && goal.dynamic)
        return numeric_result && taken == signature.parameters.size() && has_packet();
    // partial arithmetic has no bounds: `map (2 *)` may leave 64 bits
    static const std::set<std::string> bounded{"+",       "-",   "*",      "negate",      "shiftL", "sum",
                                               "product", "div", "mod",    "quot",        "rem",    ".|.",
                                               ".^.",     ".&.", "shiftR", "fromIntegral"};
    return !bounded.contains(signature.name) || taken == signature.parameters.size();
}

/// A name whose result fits; rarely used ones are preferred, and those that can be of any type are held back.
std::optional<Generator::Candidate> Generator::choose(const Goal& goal, bool leaves_only) {
    std::vector<const Applied*> all;
    Binding binding;
    const auto collect = [&](Con con) {
        const auto found = applied_names().find(con);
        if (found == applied_names().end())
            return;
        for (const Applied& name : found->second) {
            if (leaves_only && (name.taken > 0 || !name.signature->kinds.empty()))
                continue;
            binding.assign(name.signature->kinds.size(), std::nullopt);
            if (match(name.type, goal.type, name.signature->kinds, binding) &&
                usable(*name.signature, name.taken, goal))
                all.push_back(&name);
        }
    };
    collect(goal.type.con);
    if (all.empty() || random_.chance(25))
        collect(Con::rigid);
    if (all.empty())
        return {};
    if (goal.size >= 5 && random_.chance(80)) {
        const auto plain_name = [](const Applied* name) { return !combines(*name); };
        if (!std::ranges::all_of(all, plain_name))
            std::erase_if(all, plain_name);
    }
    const Applied* best = random_.one_of(all);
    for (unsigned tries = 0; tries < 2; ++tries)
        if (const Applied* other = random_.one_of(all);
            uses_.at(other->signature->name) < uses_.at(best->signature->name))
            best = other;
    Candidate candidate{best->signature, best->taken, Binding(best->signature->kinds.size())};
    if (!match(best->type, goal.type, best->signature->kinds, candidate.binding))
        return {};
    return candidate;
}

Ty Generator::instantiate(const Signature& signature, std::uint8_t kinds) {
    if (kinds & lang::quantity) {
        const std::uint64_t way = random_.below(10);
        return way < 6   ? property()
               : way < 8 ? integer(0, Big{1} << 40)
               : way < 9 ? number(Con::word64)
                         : plain(random_.chance(50) ? Con::mac : Con::ipv4);
    }
    if (kinds & lang::logical)
        return random_.chance(70) ? predicate() : plain(Con::boolean);
    if (kinds & lang::sequence)
        return random_.chance(50) ? list_of(random_type()) : plain(Con::string);
    if (kinds & lang::numeric)
        return random_.chance(50) ? integer(0, Big{1} << 40) : number(random_.chance(50) ? Con::word64 : Con::word16);
    Ty type = random_type();
    while (signature.name == "show" && has_function(type))
        type = random_type();
    return type;
}

std::optional<Term> Generator::use_name(const Goal& goal, bool leaves_only) {
    for (unsigned tries = 0; tries < 4; ++tries) {
        auto candidate = choose(goal, leaves_only);
        if (!candidate)
            return {};
        for (std::size_t i = 0; i < candidate->binding.size(); ++i)
            if (!candidate->binding[i])
                candidate->binding[i] = instantiate(*candidate->signature, candidate->signature->kinds[i]);
        if (auto term = arguments(*candidate, goal))
            return term;
    }
    return {};
}

std::optional<Term> Generator::arguments(const Candidate& candidate, const Goal& goal) {
    const Signature& signature = *candidate.signature;
    std::vector<Ty> types;
    for (const Ty& parameter : signature.parameters)
        types.push_back(substitute(parameter, candidate.binding));
    const std::vector<Ty> wide = types;
    if (!narrow(signature, goal.type, types))
        return {};
    for (std::size_t i = candidate.taken; i < types.size(); ++i)
        if (types[i] != wide[i]) // whoever calls it does not know its bounds
            return {};
    if (!has_packet() &&
        std::any_of(types.begin(), types.begin() + static_cast<std::ptrdiff_t>(candidate.taken), needs_packet))
        return {};
    ++uses_.at(signature.name);
    std::vector<Term> terms;
    for (std::size_t i = 0; i < candidate.taken; ++i) {
        Goal inner = part(goal, types[i], static_cast<unsigned>(candidate.taken));
        inner.shifts -= shifts_of(signature);
        inner.dynamic = types[i].con == Con::action ||
                        ((goal.dynamic || takes_packet(goal.type)) &&
                         (works_at_run_time(signature) || list_of_packet_functions(types[i])) && has_packet());
        inner.dynamic = inner.dynamic && (goal.dynamic || goal.type.con == Con::action || has_packet());
        const bool operand = wants_packet_operand(signature) && goal.dynamic && i == 0;
        terms.push_back(operand ? tagged(packet_operand(goal), types[i]) : make(inner));
    }
    return call(signature, std::move(terms));
}

Term Generator::packet_operand(const Goal& goal) {
    static const std::vector<std::string> fields{"len", "ip_ttl", "ip_tot_len", "src_port_of", "tcp_seq", "ip_id"};
    Term term = atom(random_.one_of(fields));
    ++uses_.at(term.head);
    term.kind = Term::Kind::apply;
    term.kids.push_back(make({packet(), goal.dynamic, goal.shifts, 1}));
    return term;
}

Term Generator::call(const Signature& signature, std::vector<Term> terms) {
    const bool infix = terms.size() >= 2 && (signature.is_operator || (terms.size() == 2 && random_.chance(10)));
    Term term = atom(signature.is_operator && !infix ? "(" + signature.name + ")" : signature.name);
    if (terms.empty())
        return term;
    if (!infix) {
        if (terms.size() == 1 && signature.is_operator && random_.chance(60)) { // a left section
            std::vector<Term> kid;
            kid.push_back(std::move(terms[0]));
            const bool simple = kid[0].kind == Term::Kind::atom || kid[0].kind == Term::Kind::form;
            return form({simple ? "(" : "((", (simple ? " " : ") ") + signature.name + ")"}, std::move(kid));
        }
        term.kind = Term::Kind::apply;
        term.kids = std::move(terms);
        return term;
    }
    term.kind = Term::Kind::infix;
    term.head = signature.is_operator ? signature.name : "`" + signature.name + "`";
    term.kids.push_back(std::move(terms[0]));
    term.kids.push_back(std::move(terms[1]));
    if (terms.size() == 2)
        return term;
    Term outer = form({"(", ")"}, {}); // (a op b) c
    outer.kids.push_back(std::move(term));
    std::vector<std::string> pieces{"((", ")"};
    std::vector<Term> kids{std::move(outer.kids[0])};
    for (std::size_t i = 2; i < terms.size(); ++i) {
        const bool simple = terms[i].kind == Term::Kind::atom || terms[i].kind == Term::Kind::form;
        pieces.back() += simple ? " " : " (";
        pieces.push_back(simple ? "" : ")");
        kids.push_back(std::move(terms[i]));
    }
    pieces.back() += ")";
    return form(std::move(pieces), std::move(kids));
}

Ty Generator::random_type(bool functions) {
    switch (random_.below(functions ? 18 : 9)) {
    case 0:
    case 1:
        return integer(0, Big{1} << 40);
    case 2:
        return number(Con::word16);
    case 3:
        return number(Con::word64);
    case 4:
        return plain(Con::boolean);
    case 5:
        return plain(Con::string);
    case 6:
        return plain(Con::cidr);
    case 7:
        return list_of(random_.chance(50) ? integer(0, 1000) : number(Con::word16));
    case 8: {
        const Ty ports = list_of(number(Con::word16));
        return random_.chance(30) ? tuple_of(ports, ports) : tuple_of(integer(0, 1000), number(Con::word16));
    }
    case 9:
    case 10:
    case 11:
        return predicate();
    case 12:
    case 13:
        return property();
    case 14:
    case 15:
        return function();
    default:
        return arrow(number(Con::word16), random_.chance(50) ? predicate() : function());
    }
}

/// A literal of a simple type, in its bounds.
Term Generator::literal(const Ty& type) {
    static const std::vector<Big> interesting{
        0,   1,   2,    4,    6,    17,    22,         53,         64,           80,
        100, 443, 1500, 2048, 8080, 65535, 0x0a000001, 0xc0a80101, Big{1} << 32, (Big{1} << 48) - 1};
    static const std::vector<std::string> ipv4{"10.0.0.1",        "10.0.0.2",   "192.168.1.1",
                                               "192.168.0.13",    "172.16.5.9", "224.0.0.5",
                                               "255.255.255.255", "0.0.0.0",    "8.8.8.8"};
    static const std::vector<std::string> ipv6{"2001:db8::1", "fe80::1", "::1", "ff02::fb", "::"};
    static const std::vector<std::string> prefixes{"10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12",
                                                   "0.0.0.0/0",  "2001:db8::/32",  "fe80::/10",
                                                   "10.0.0.1",   "::/0",           "10.0.0.128/25"};
    static const std::vector<std::string> macs{"00:1b:21:aa:bb:cc", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:05",
                                               "02:00:00:00:00:01"};
    static const std::vector<std::string> texts{"",         "reset", "a b", "\\t\\\"x\\\"\\n", "\xc3\xa4\xe2\x82\xac",
                                                "\\x41\\&1"};
    static const std::vector<std::string> devices{"eth0", "eth1", "eth2", "eth3", "lo"};
    const auto quoted = [](const std::string& text) { return atom("\"" + text + "\""); };
    switch (type.con) {
    case Con::boolean:
        return atom(random_.chance(50) ? "True" : "False");
    case Con::character:
        return atom(random_.chance(50) ? "'x'" : "'\\n'");
    case Con::ipv4:
        return quoted(random_.one_of(ipv4));
    case Con::ipv6:
        return quoted(random_.one_of(ipv6));
    case Con::cidr:
        return random_.chance(85)
                   ? quoted(random_.one_of(prefixes))
                   : form({"(CIDR (\"" + random_.one_of(ipv4) + "\", ", "))"}, {literal(integer(0, 32))});
    case Con::mac:
        return quoted(random_.one_of(macs));
    case Con::string:
        return quoted(type.domain.empty()       ? random_.one_of(texts)
                      : type.domain == "device" ? random_.one_of(devices)
                                                : type.domain + std::to_string(random_.below(3)));
    default:
        break;
    }
    const Big low = std::min(std::max<Big>(type.low, -100), type.high);
    const Big high = std::max(low, std::min(type.high, Big{1} << 48));
    Big value = random_.one_of(interesting);
    if (value < low || value > high || random_.chance(20))
        value = low + static_cast<Big>(random_.next()) % std::min(high - low + 1, Big{1} << 20);
    value = std::clamp(value, low, type.high);
    if (value < 0) // with its type: without one, numbers are words
        return atom("((-" + digits(-value) + ") :: Int)");
    if (random_.chance(15)) {
        static constexpr char hex[] = "0123456789abcdef";
        std::string out;
        for (Big rest = value; out.empty() || rest != 0; rest /= 16)
            out.insert(out.begin(), hex[static_cast<int>(rest % 16)]);
        return atom("0x" + out);
    }
    return atom(digits(value));
}

/// The smallest term that the type itself tells.
Term Generator::structure(const Goal& goal) {
    const Ty& type = goal.type;
    const Goal inner{{}, goal.dynamic, goal.shifts, 1};
    switch (type.con) {
    case Con::list: {
        const std::size_t room = std::min<std::size_t>(type.longest - type.shortest, 3);
        const std::size_t count = type.shortest + random_.below(room + 1);
        std::vector<std::string> pieces{"["};
        std::vector<Term> kids;
        for (std::size_t i = 0; i < count; ++i) {
            Goal item = inner;
            item.type = type.args[0];
            kids.push_back(make(item));
            pieces.emplace_back(i + 1 < count ? ", " : "]");
        }
        return count == 0 ? atom("[]") : form(std::move(pieces), std::move(kids));
    }
    case Con::tuple: {
        std::vector<Term> kids;
        for (const Ty& item : type.args)
            kids.push_back(make({item, goal.dynamic, goal.shifts, 1}));
        return form({"(", ", ", ")"}, std::move(kids));
    }
    case Con::arrow:
        return *lambda(goal);
    case Con::packet: {
        std::vector<std::string> packets;
        for (const Variable& variable : variables_)
            if (variable.type.con == Con::packet)
                packets.push_back(variable.name);
        return atom(random_.one_of(packets));
    }
    case Con::action: {
        Term term = atom("return");
        ++uses_.at("return");
        term.kind = Term::Kind::apply;
        term.kids.push_back(make({packet(), goal.dynamic, goal.shifts, 1}));
        return term;
    }
    default:
        return literal(type);
    }
}

} // namespace pfq::test
