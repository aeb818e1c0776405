#include "lang/types/type.hpp"

#include <algorithm>

namespace pfq::lang {

TypeId TypeStore::add(Type type) {
    if (types_.size() >= max_types)
        throw TooManyTypes{};
    types_.push_back(std::move(type));
    return static_cast<TypeId>(types_.size() - 1);
}

TypeId TypeStore::variable(std::uint8_t kinds) {
    return add({.tag = Type::Tag::var, .kinds = kinds, .depth = depth, .arguments = {}});
}

TypeId TypeStore::con(Con con, std::vector<TypeId> arguments) {
    return add({.tag = Type::Tag::con, .con = con, .arguments = std::move(arguments)});
}

TypeId TypeStore::rigid(std::uint8_t kinds, std::uint32_t number) {
    return add({.tag = Type::Tag::con, .con = Con::rigid, .kinds = kinds, .depth = number, .arguments = {}});
}

TypeId TypeStore::find(TypeId id) const {
    while (types_[id].tag == Type::Tag::link) {
        if (types_[types_[id].link].tag == Type::Tag::link)
            types_[id].link = types_[types_[id].link].link;
        id = types_[id].link;
    }
    return id;
}

bool TypeStore::is(TypeId id, Con con) const {
    const Type& type = (*this)[id];
    return type.tag == Type::Tag::con && type.con == con;
}

/// Also lowers the depth of the variables inside, so that they are not generalised too early.
bool TypeStore::occurs(TypeId variable, TypeId type, std::uint32_t at_depth) {
    type = find(type);
    if (type == variable)
        return true;
    if (types_[type].tag == Type::Tag::var) {
        types_[type].depth = std::min(types_[type].depth, at_depth);
        return false;
    }
    for (std::size_t i = 0; i < types_[type].arguments.size(); ++i)
        if (occurs(variable, types_[type].arguments[i], at_depth))
            return true;
    return false;
}

Mismatch TypeStore::bind(TypeId variable, TypeId type) {
    if (occurs(variable, type, types_[variable].depth))
        return Mismatch::infinite;
    if (const Mismatch m = restrict_to(type, types_[variable].kinds); m != Mismatch::none)
        return m; // still unbound, for the message
    if (find(type) == find(variable))
        return Mismatch::none; // the restriction has made them one
    types_[variable].tag = Type::Tag::link;
    types_[variable].link = type;
    return Mismatch::none;
}

Mismatch TypeStore::restrict_to(TypeId id, std::uint8_t kinds) {
    id = find(id);
    if (kinds == any_kind)
        return Mismatch::none;
    if (types_[id].tag == Type::Tag::var) {
        types_[id].kinds |= kinds;
        return Mismatch::none;
    }
    const Con con = types_[id].con;
    const bool word = con >= Con::word8 && con <= Con::integer;
    const bool text = con >= Con::string && con <= Con::mac;
    if (con == Con::rigid)
        return (types_[id].kinds & kinds) == kinds ? Mismatch::none : Mismatch::kind;
    if ((kinds & numeric) && !word)
        return Mismatch::kind;
    if ((kinds & textual) && !text)
        return Mismatch::kind;
    if ((kinds & sequence) && con != Con::list && con != Con::string)
        return Mismatch::kind;
    if (con == Con::arrow && (kinds & (logical | quantity))) {
        const TypeId from = types_[id].arguments[0], to = types_[id].arguments[1];
        if (unify(from, packet()) != Mismatch::none)
            return Mismatch::kind;
        if ((kinds & logical) && restrict_to(to, logical) != Mismatch::none)
            return Mismatch::kind;
        if ((kinds & quantity) && unify(to, word64()) != Mismatch::none)
            return Mismatch::kind;
        return Mismatch::none;
    }
    if ((kinds & logical) && con != Con::boolean)
        return Mismatch::kind;
    if ((kinds & quantity) && !word && con != Con::mac && con != Con::ipv4)
        return Mismatch::kind;
    return Mismatch::none;
}

Mismatch TypeStore::unify(TypeId a, TypeId b) {
    a = find(a), b = find(b);
    if (a == b)
        return Mismatch::none;
    if (types_[a].tag == Type::Tag::var)
        return bind(a, b);
    if (types_[b].tag == Type::Tag::var)
        return bind(b, a);
    if (types_[a].con != types_[b].con || types_[a].arguments.size() != types_[b].arguments.size())
        return Mismatch::different;
    if (types_[a].con == Con::rigid)
        return types_[a].depth == types_[b].depth ? Mismatch::none : Mismatch::different;
    for (std::size_t i = 0; i < types_[a].arguments.size(); ++i)
        if (Mismatch m = unify(types_[a].arguments[i], types_[b].arguments[i]); m != Mismatch::none)
            return m;
    return Mismatch::none;
}

void TypeStore::collect(TypeId type, std::uint32_t above, std::vector<TypeId>& variables) const {
    type = find(type);
    if (types_[type].tag == Type::Tag::var) {
        if (types_[type].depth <= above)
            return;
        for (TypeId known : variables)
            if (known == type)
                return;
        variables.push_back(type);
        return;
    }
    for (TypeId argument : types_[type].arguments)
        collect(argument, above, variables);
}

TypeStore::Scheme TypeStore::generalise(TypeId type, std::uint32_t above) {
    Scheme scheme{{}, type};
    collect(type, above, scheme.variables);
    return scheme;
}

TypeId TypeStore::copy(TypeId type, const std::vector<TypeId>& from, const std::vector<TypeId>& to) {
    type = find(type);
    if (types_[type].tag == Type::Tag::var) {
        for (std::size_t i = 0; i < from.size(); ++i)
            if (find(from[i]) == type)
                return to[i];
        return type;
    }
    if (types_[type].arguments.empty())
        return type;
    std::vector<TypeId> arguments;
    for (std::size_t i = 0; i < types_[type].arguments.size(); ++i)
        arguments.push_back(copy(types_[type].arguments[i], from, to));
    return con(types_[type].con, std::move(arguments));
}

TypeId TypeStore::instantiate(const Scheme& scheme) {
    if (scheme.variables.empty())
        return scheme.type;
    std::vector<TypeId> fresh;
    for (TypeId id : scheme.variables)
        fresh.push_back(variable((*this)[id].kinds));
    return copy(scheme.type, scheme.variables, fresh);
}

std::optional<LiteralRange> literal_range(Con con) {
    switch (con) {
    case Con::word8:
        return LiteralRange{false, 0, 0xff};
    case Con::word16:
        return LiteralRange{false, 0, 0xffff};
    case Con::word32:
        return LiteralRange{false, 0, 0xffffffff};
    case Con::word64:
        return LiteralRange{false, 0, ~std::uint64_t{0} - 1}; // all ones stands for absence
    case Con::integer:
        return LiteralRange{true, std::uint64_t{1} << 63, (std::uint64_t{1} << 63) - 1};
    default:
        return std::nullopt;
    }
}

} // namespace pfq::lang
