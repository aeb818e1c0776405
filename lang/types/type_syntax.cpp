// Types as written -> types, with the synonyms of PFQ 6 and of the program.
#include "lang/types/infer.hpp"

namespace pfq::lang {

namespace {

struct BaseType {
    const char* name;
    Con con;
};
constexpr BaseType base_types[] = {
    {"Bool", Con::boolean},  {"Word8", Con::word8}, {"Word16", Con::word16},  {"Word32", Con::word32},
    {"Word64", Con::word64}, {"Int", Con::integer}, {"Char", Con::character}, {"String", Con::string},
    {"IPv4", Con::ipv4},     {"IPv6", Con::ipv6},   {"CIDR", Con::cidr},      {"Mac", Con::mac},
    {"Packet", Con::packet},
};

struct ClassName {
    const char* name;
    std::uint8_t kinds;
};
constexpr ClassName classes[] = {
    {"Num", numeric},     {"Integral", numeric},  {"Real", numeric},      {"Bits", numeric}, {"IsString", textual},
    {"Logical", logical}, {"Quantity", quantity}, {"Sequence", sequence}, {"Eq", any_kind},  {"Ord", any_kind},
    {"Show", any_kind},   {"Enum", any_kind},     {"Bounded", any_kind},
};

constexpr unsigned max_synonym_depth = 64;

} // namespace

void Inference::collect_type_variables(const TypeExpr& type, std::set<std::string>& names) {
    std::visit(
        [&](const auto& t) {
            using T = std::decay_t<decltype(t)>;
            if constexpr (std::is_same_v<T, TypeVar>)
                names.insert(t.name);
            if constexpr (std::is_same_v<T, TypeApply>)
                collect_type_variables(*t.function, names), collect_type_variables(*t.argument, names);
            if constexpr (std::is_same_v<T, TypeArrow>)
                collect_type_variables(*t.from, names), collect_type_variables(*t.to, names);
            if constexpr (std::is_same_v<T, TypeList>)
                collect_type_variables(*t.element, names);
            if constexpr (std::is_same_v<T, TypeTuple>)
                for (const auto& item : t.items)
                    collect_type_variables(*item, names);
        },
        type.node);
}

TypeId Inference::from_syntax(const TypeExpr& type, const ModuleScope& scope, TypeNames& names, unsigned depth) {
    if (const auto* t = std::get_if<TypeVar>(&type.node)) {
        auto [place, is_new] = names.try_emplace(t->name, 0);
        if (is_new)
            place->second = types_.variable();
        return place->second;
    }
    if (const auto* t = std::get_if<TypeArrow>(&type.node)) {
        const TypeId from = from_syntax(*t->from, scope, names, depth);
        return types_.arrow(from, from_syntax(*t->to, scope, names, depth));
    }
    if (const auto* t = std::get_if<TypeList>(&type.node))
        return types_.list(from_syntax(*t->element, scope, names, depth));
    if (const auto* t = std::get_if<TypeTuple>(&type.node)) {
        std::vector<TypeId> items;
        for (const auto& item : t->items)
            items.push_back(from_syntax(*item, scope, names, depth));
        return types_.con(Con::tuple, std::move(items));
    }
    std::vector<const TypeExpr*> arguments;
    const TypeExpr* head = &type;
    while (const auto* t = std::get_if<TypeApply>(&head->node)) {
        arguments.insert(arguments.begin(), t->argument.get());
        head = t->function.get();
    }
    if (const auto* con = std::get_if<TypeCon>(&head->node))
        return named_type(con->name, arguments, type, scope, names, depth);
    report(Code::unknown_type, head->span, "only named types have arguments");
    return types_.variable();
}

TypeId Inference::named_type(const Name& name, const std::vector<const TypeExpr*>& arguments, const TypeExpr& whole,
                             const ModuleScope& scope, TypeNames& names, unsigned depth) {
    auto wrong_count = [&](std::size_t wanted) {
        report(Code::unknown_type, whole.span,
               "the type " + name.text + " has " + std::to_string(wanted) + " arguments, not " +
                   std::to_string(arguments.size()));
        return types_.variable();
    };
    if (name.text == "Action")
        return arguments.size() == 1 ? types_.con(Con::action, {from_syntax(*arguments[0], scope, names, depth)})
                                     : wrong_count(1);
    if (name.text == "Function") // PFQ 6 wrote Function (Qbuff -> Action Qbuff)
        return arguments.empty()       ? types_.function()
               : arguments.size() == 1 ? from_syntax(*arguments[0], scope, names, depth)
                                       : wrong_count(1);
    auto synonym = scope.synonyms.find(written(name));
    if (synonym != scope.synonyms.end() && depth < max_synonym_depth) {
        const TypeSynonym& s = *synonym->second;
        if (s.parameters.size() != arguments.size())
            return wrong_count(s.parameters.size());
        TypeNames inner;
        for (std::size_t i = 0; i < arguments.size(); ++i)
            inner[s.parameters[i]] = from_syntax(*arguments[i], scope, names, depth + 1);
        return from_syntax(*s.type, scope, inner, depth + 1);
    }
    for (const BaseType& base : base_types)
        if (name.text == base.name)
            return arguments.empty() ? types_.con(base.con) : wrong_count(0);
    auto& d = report(Code::unknown_type, name.span,
                     depth >= max_synonym_depth ? "the type " + name.text + " is defined by itself"
                                                : "there is no type " + name.text);
    std::vector<std::string> candidates{"Function", "Action"};
    for (const BaseType& base : base_types)
        candidates.emplace_back(base.name);
    for (const auto& entry : scope.synonyms)
        candidates.push_back(entry.first);
    if (auto near = suggest(name.text, candidates); near && depth < max_synonym_depth)
        d.help.push_back({"did you mean `" + *near + "`?", Edit{name.span, *near}});
    return types_.variable();
}

std::map<std::string, std::uint8_t> Inference::context_kinds(const TypeScheme& scheme) {
    std::map<std::string, std::uint8_t> kinds;
    for (const TypeConstraint& constraint : scheme.context) {
        const ClassName* known = nullptr;
        for (const ClassName& entry : classes)
            if (constraint.class_name.text == entry.name)
                known = &entry;
        const auto* variable = std::get_if<TypeVar>(&constraint.type->node);
        if (!known)
            report(Code::unknown_type, constraint.class_name.span, "there is no class " + constraint.class_name.text)
                .help.push_back({"the classes are Num, IsString, Eq, Ord, Show, Logical, Quantity and Sequence", {}});
        else if (variable)
            kinds[variable->name] |= known->kinds;
    }
    return kinds;
}

TypeStore::Scheme Inference::signature_scheme(const TypeScheme& scheme, const ModuleScope& scope) {
    TypeNames names;
    std::set<std::string> variables;
    collect_type_variables(*scheme.type, variables);
    auto kinds = context_kinds(scheme);
    TypeStore::Scheme result{{}, 0};
    for (const std::string& name : variables) {
        names[name] = types_.variable(kinds[name]);
        result.variables.push_back(names[name]);
    }
    result.type = from_syntax(*scheme.type, scope, names, 0);
    return result;
}

TypeId Inference::rigid_signature(const TypeScheme& scheme, const ModuleScope& scope) {
    TypeNames names;
    std::set<std::string> variables;
    collect_type_variables(*scheme.type, variables);
    const std::size_t before = diagnostics_.size();
    auto kinds = context_kinds(scheme);
    for (const std::string& name : variables)
        names[name] = types_.rigid(kinds[name], ++rigid_count_);
    const TypeId type = from_syntax(*scheme.type, scope, names, 0);
    // signature_scheme() has told of any errors already
    diagnostics_.erase(diagnostics_.begin() + static_cast<std::ptrdiff_t>(std::min(before, diagnostics_.size())),
                       diagnostics_.end());
    return type;
}

} // namespace pfq::lang
