#include "tests/property/type.hpp"
#include <algorithm>
#include <limits>

namespace pfq::test {

using lang::Con;

Ty plain(Con con) {
    Ty type;
    type.con = con;
    return type;
}

Ty number(Con con) {
    Ty type = plain(con);
    if (con != Con::integer)
        type.low = 0;
    if (con == Con::word8)
        type.high = 0xff;
    else if (con == Con::word16)
        type.high = 0xffff;
    else if (con == Con::word32)
        type.high = 0xffffffff;
    return type;
}

Ty integer(Big low, Big high) {
    Ty type = plain(Con::integer);
    type.low = low, type.high = high;
    return type;
}

Ty list_of(Ty item, std::size_t shortest, std::size_t longest) {
    Ty type = plain(Con::list);
    type.args = {std::move(item)};
    type.shortest = shortest, type.longest = longest;
    return type;
}

Ty tuple_of(Ty a, Ty b) {
    Ty type = plain(Con::tuple);
    type.args = {std::move(a), std::move(b)};
    return type;
}

Ty arrow(Ty from, Ty to) {
    Ty type = plain(Con::arrow);
    type.args = {std::move(from), std::move(to)};
    return type;
}

Ty packet() {
    return plain(Con::packet);
}

Ty action() {
    Ty type = plain(Con::action);
    type.args = {packet()};
    return type;
}

Ty predicate() {
    return arrow(packet(), plain(Con::boolean));
}

Ty property() {
    return arrow(packet(), number(Con::word64));
}

Ty function() {
    return arrow(packet(), action());
}

bool is_number(const Ty& type) {
    return type.con == Con::word8 || type.con == Con::word16 || type.con == Con::word32 || type.con == Con::word64 ||
           type.con == Con::integer;
}

bool is_arrow(const Ty& type) {
    return type.con == Con::arrow;
}

bool takes_packet(const Ty& type) {
    return is_arrow(type) && type.args[0].con == Con::packet;
}

bool has_function(const Ty& type) {
    return is_arrow(type) || type.con == Con::action || type.con == Con::packet ||
           std::ranges::any_of(type.args, has_function);
}

bool may_be_dynamic(const Ty& type) {
    if (type.con == Con::boolean || type.con == Con::word64 || type.con == Con::action)
        return true;
    if (is_arrow(type))
        return may_be_dynamic(type.args[1]);
    return (type.con == Con::list || type.con == Con::tuple) && std::ranges::any_of(type.args, may_be_dynamic);
}

bool fits(const Ty& from, const Ty& to) {
    if (from.con != to.con || from.args.size() != to.args.size() || from.variable != to.variable)
        return false;
    if (is_number(from) && (from.low < to.low || from.high > to.high))
        return false;
    if (from.con == Con::list && (from.shortest < to.shortest || from.longest > to.longest))
        return false;
    if (!to.domain.empty() && from.domain != to.domain)
        return false;
    if (is_arrow(from))
        return fits(to.args[0], from.args[0]) && fits(from.args[1], to.args[1]);
    for (std::size_t i = 0; i < from.args.size(); ++i)
        if (!fits(from.args[i], to.args[i]))
            return false;
    return true;
}

namespace {

std::string atom(const Ty& type) {
    return is_arrow(type) || type.con == Con::action ? "(" + text(type) + ")" : text(type);
}

} // namespace

std::string text(const Ty& type) {
    switch (type.con) {
    case Con::boolean:
        return "Bool";
    case Con::word8:
        return "Word8";
    case Con::word16:
        return "Word16";
    case Con::word32:
        return "Word32";
    case Con::word64:
        return "Word64";
    case Con::integer:
        return "Int";
    case Con::character:
        return "Char";
    case Con::string:
        return "String";
    case Con::ipv4:
        return "IPv4";
    case Con::ipv6:
        return "IPv6";
    case Con::cidr:
        return "CIDR";
    case Con::mac:
        return "Mac";
    case Con::packet:
        return "Packet";
    case Con::action:
        return "Action " + atom(type.args[0]);
    case Con::list:
        return "[" + text(type.args[0]) + "]";
    case Con::tuple: {
        std::string out = "(";
        for (const Ty& item : type.args)
            out += (out.size() > 1 ? ", " : "") + text(item);
        return out + ")";
    }
    case Con::arrow:
        return (is_arrow(type.args[0]) ? atom(type.args[0]) : text(type.args[0])) + " -> " + text(type.args[1]);
    case Con::rigid:
        return "t" + std::to_string(type.variable);
    }
    return {};
}

bool allowed(const Ty& type, std::uint8_t kinds) {
    if ((kinds & lang::numeric) && !is_number(type))
        return false;
    if ((kinds & lang::textual) && type.con != Con::string && type.con != Con::ipv4 && type.con != Con::ipv6 &&
        type.con != Con::cidr && type.con != Con::mac)
        return false;
    if ((kinds & lang::logical) && type.con != Con::boolean && !(takes_packet(type) && allowed(type.args[1], kinds)))
        return false;
    if ((kinds & lang::quantity) && !is_number(type) && type.con != Con::mac && type.con != Con::ipv4 &&
        !(takes_packet(type) && type.args[1].con == Con::word64))
        return false;
    return !(kinds & lang::sequence) || type.con == Con::list || (type.con == Con::string && type.domain.empty());
}

bool match(const Ty& pattern, const Ty& goal, const std::vector<std::uint8_t>& kinds, Binding& binding) {
    if (pattern.con == Con::rigid) {
        std::optional<Ty>& bound = binding[pattern.variable];
        if (bound)
            return *bound == goal;
        bound = goal;
        return allowed(goal, kinds[pattern.variable]);
    }
    if (pattern.con != goal.con || pattern.args.size() != goal.args.size())
        return false;
    if (is_number(pattern) && (pattern.low < goal.low || pattern.high > goal.high))
        return false;
    if (pattern.con == Con::list && (pattern.shortest < goal.shortest || pattern.longest > goal.longest))
        return false;
    if (!goal.domain.empty())
        return false;
    for (std::size_t i = 0; i < pattern.args.size(); ++i)
        if (!match(pattern.args[i], goal.args[i], kinds, binding))
            return false;
    return true;
}

Ty substitute(const Ty& type, const Binding& binding) {
    if (type.con == Con::rigid)
        return binding[type.variable].value();
    Ty out = type;
    for (Ty& item : out.args)
        item = substitute(item, binding);
    return out;
}

} // namespace pfq::test
