// Types as users write them.
#include "lang/types/type.hpp"

#include <algorithm>

namespace pfq::lang {

struct TypeStore::Printer {
    const TypeStore& store;
    std::vector<TypeId> variables;

    std::string name(TypeId variable) {
        auto found = std::find(variables.begin(), variables.end(), variable);
        const auto index = static_cast<std::size_t>(found - variables.begin());
        if (found == variables.end())
            variables.push_back(variable);
        const std::string letter(1, static_cast<char>('a' + index % 26));
        return index < 26 ? letter : letter + std::to_string(index / 26);
    }

    /// A function type that has a name of its own.
    [[nodiscard]] const char* synonym(const Type& type) const {
        if (!store.is(type.arguments[0], Con::packet))
            return nullptr;
        const TypeId to = type.arguments[1];
        if (store.is(to, Con::boolean))
            return "Predicate";
        if (store.is(to, Con::word64))
            return "Property";
        if (store.is(to, Con::action) && store.is(store[to].arguments[0], Con::packet))
            return "Function";
        return nullptr;
    }

    std::string print(TypeId id, int precedence) {
        const Type& type = store[id];
        if (type.tag == Type::Tag::var)
            return name(store.find(id));
        auto bracket = [&](std::string text, int own) { return precedence > own ? "(" + text + ")" : text; };
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
        case Con::rigid:
            return std::string("t") + std::to_string(type.depth);
        case Con::action:
            return bracket("Action " + print(type.arguments[0], 2), 1);
        case Con::list:
            return "[" + print(type.arguments[0], 0) + "]";
        case Con::tuple: {
            std::string out = "(";
            for (TypeId item : type.arguments)
                out += (out.size() > 1 ? ", " : "") + print(item, 0);
            return out + ")";
        }
        case Con::arrow:
            if (const char* known = synonym(type))
                return known;
            return bracket(print(type.arguments[0], 1) + " -> " + print(type.arguments[1], 0), 0);
        }
        return "?";
    }
};

std::string TypeStore::print(TypeId id) const {
    return Printer{*this, {}}.print(id, 0);
}

std::string TypeStore::print_scheme(TypeId id) const {
    Printer printer{*this, {}};
    const std::string body = printer.print(id, 0);
    static constexpr struct {
        std::uint8_t kind;
        const char* name;
    } classes[] = {
        {numeric, "Num"}, {textual, "IsString"}, {logical, "Logical"}, {quantity, "Quantity"}, {sequence, "Sequence"}};
    std::string context;
    const auto variables = printer.variables;
    for (TypeId variable : variables)
        for (const auto& entry : classes)
            if ((*this)[variable].kinds & entry.kind)
                context += (context.empty() ? "" : ", ") + std::string(entry.name) + " " + printer.name(variable);
    if (context.empty())
        return body;
    return (context.find(',') == std::string::npos ? context : "(" + context + ")") + " => " + body;
}

} // namespace pfq::lang
