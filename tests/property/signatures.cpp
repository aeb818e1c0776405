// The signatures of the vocabulary and the Prelude, read from their syntax trees.
#include "tests/property/type.hpp"
#include <map>
#include <stdexcept>

namespace pfq::test {

namespace {

using lang::Con;

class Reader {
public:
    explicit Reader(Signature& signature) : signature_(signature) {}

    void read(const lang::TypeScheme& scheme) {
        for (const lang::TypeConstraint& constraint : scheme.context)
            kinds_[std::get<lang::TypeVar>(constraint.type->node).name] |= kind(constraint.class_name.text);
        Ty type = convert(*scheme.type);
        while (is_arrow(type)) {
            signature_.parameters.push_back(type.args[0]);
            Ty rest = type.args[1];
            type = std::move(rest);
        }
        signature_.result = std::move(type);
    }

private:
    static std::uint8_t kind(const std::string& name) {
        static const std::map<std::string, std::uint8_t> kinds{{"Num", lang::numeric},
                                                               {"Logical", lang::logical},
                                                               {"Quantity", lang::quantity},
                                                               {"Sequence", lang::sequence},
                                                               {"IsString", lang::textual}};
        return kinds.at(name); // a new class wants a line above
    }

    Ty convert(const lang::TypeExpr& type) {
        if (const auto* con = std::get_if<lang::TypeCon>(&type.node))
            return named(con->name.text);
        if (const auto* var = std::get_if<lang::TypeVar>(&type.node))
            return variable(var->name);
        if (const auto* list = std::get_if<lang::TypeList>(&type.node))
            return list_of(convert(*list->element));
        if (const auto* function = std::get_if<lang::TypeArrow>(&type.node))
            return arrow(convert(*function->from), convert(*function->to));
        if (const auto* tuple = std::get_if<lang::TypeTuple>(&type.node)) {
            Ty out = plain(Con::tuple);
            for (const auto& item : tuple->items)
                out.args.push_back(convert(*item));
            return out;
        }
        return action(); // the only type that is applied
    }

    Ty named(const std::string& name) {
        static const std::map<std::string, Con> words{{"Word8", Con::word8},
                                                      {"Word16", Con::word16},
                                                      {"Word32", Con::word32},
                                                      {"Word64", Con::word64},
                                                      {"Int", Con::integer}};
        static const std::map<std::string, Con> others{
            {"Bool", Con::boolean}, {"Char", Con::character}, {"String", Con::string}, {"IPv4", Con::ipv4},
            {"IPv6", Con::ipv6},    {"CIDR", Con::cidr},      {"Mac", Con::mac},       {"Packet", Con::packet}};
        if (auto found = words.find(name); found != words.end())
            return number(found->second);
        if (auto found = others.find(name); found != others.end())
            return plain(found->second);
        if (name == "Function")
            return function();
        const auto& synonyms = lang::builtins().vocabulary().exported_synonyms;
        const auto found = synonyms.find(name);
        if (found == synonyms.end())
            throw std::logic_error("the type " + name + " is unknown to the generator");
        return convert(*found->second->type);
    }

    Ty variable(const std::string& name) {
        auto [place, added] = variables_.emplace(name, static_cast<unsigned>(variables_.size()));
        if (added)
            signature_.kinds.push_back(kinds_[name]);
        Ty type = plain(Con::rigid);
        type.variable = place->second;
        return type;
    }

    Signature& signature_;
    std::map<std::string, std::uint8_t> kinds_;
    std::map<std::string, unsigned> variables_;
};

bool is_operator(const std::string& name) {
    const char c = name.front();
    return !(c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
}

std::vector<Signature> read_all() {
    std::vector<Signature> all;
    const auto& vocabulary = lang::builtins().vocabulary().exports;
    const auto add = [&](const std::string& name, const lang::Global& global, bool prelude) {
        const bool hidden = prelude && vocabulary.contains(name);
        Signature signature;
        signature.name = hidden ? "P." + name : name;
        signature.is_operator = is_operator(name);
        signature.prelude = prelude;
        Reader(signature).read(*global.binding->signature);
        all.push_back(std::move(signature));
    };
    for (const auto& [name, global] : vocabulary)
        add(name, *global, false);
    for (const auto& [name, global] : lang::builtins().prelude().exports)
        add(name, *global, true);
    return all;
}

} // namespace

const std::vector<Signature>& signatures() {
    static const std::vector<Signature> all = read_all();
    return all;
}

} // namespace pfq::test
