// Scopes: what the names in a module's text mean.
#include "lang/names/scope.hpp"

#include <algorithm>
#include <set>

#include "lang/diagnostics/suggest.hpp"
#include "lang/names/modules.hpp"

namespace pfq::lang {

const std::vector<const Global*>* ModuleScope::find(const Name& name) const {
    auto found = names.find(written(name));
    return found == names.end() ? nullptr : &found->second;
}

bool is_primitive(const Binding& binding) {
    if (binding.pattern || binding.clauses.size() != 1 || !binding.clauses[0].parameters.empty())
        return false;
    const auto& guarded = binding.clauses[0].right.guarded;
    const auto* var = guarded.size() == 1 ? std::get_if<Var>(&guarded[0].body->node) : nullptr;
    return var && var->name.text == "builtin";
}

Span body_span(const Binding& binding) {
    if (binding.clauses.size() != 1 || binding.clauses[0].right.guarded.size() != 1)
        return binding.span;
    return binding.clauses[0].right.guarded[0].body->span;
}

void collect_variables(const Pattern& pattern, std::vector<Name>& names) {
    auto all = [&](const std::vector<PatternPtr>& items) {
        for (const auto& item : items)
            collect_variables(*item, names);
    };
    auto named = [&](const std::string& name) { names.push_back({"", name, pattern.span}); };
    std::visit(
        [&](const auto& p) {
            using P = std::decay_t<decltype(p)>;
            if constexpr (std::is_same_v<P, PatVar> || std::is_same_v<P, PatAs>)
                named(p.name);
            if constexpr (std::is_same_v<P, PatAs> || std::is_same_v<P, PatTyped>)
                collect_variables(*p.pattern, names);
            if constexpr (std::is_same_v<P, PatTuple> || std::is_same_v<P, PatList>)
                all(p.items);
            if constexpr (std::is_same_v<P, PatCon>)
                all(p.arguments);
            if constexpr (std::is_same_v<P, PatCons>) {
                collect_variables(*p.head, names);
                collect_variables(*p.tail, names);
            }
        },
        pattern.node);
}

namespace {

/// How strongly a name is meant: own definitions hide imports, imports hide what every program has anyway.
enum class Rank { implicit, imported, own };

class Linker {
public:
    Linker(LoadedModule& module, Diagnostics& diagnostics) : module_(module), diagnostics_(diagnostics) {}

    void define(std::uint32_t& next_id) {
        for (const Binding& binding : module_.tree.bindings) {
            std::vector<Name> names;
            if (binding.pattern)
                collect_variables(*binding.pattern, names);
            else
                names.push_back(binding.name);
            for (const Name& name : names) {
                if (own_.contains(name.text)) {
                    diagnostics_.push_back({.code = Code::duplicate_definition,
                                            .message = "`" + name.text + "` is defined twice",
                                            .primary = {name.span, "second definition"},
                                            .secondary = {{own_.at(name.text), "first defined here"}},
                                            .notes = {},
                                            .help = {}});
                    continue;
                }
                own_[name.text] = name.span;
                module_.globals.push_back(
                    std::make_unique<Global>(Global{name.text, &binding, &module_.scope, next_id++}));
                const Global* global = module_.globals.back().get();
                add(name.text, global, Rank::own);
                add(module_.name + "." + name.text, global, Rank::own);
                if (!module_.scope.builtin || !name.text.starts_with("prim_"))
                    module_.exports[name.text] = global;
            }
        }
        for (const TypeSynonym& synonym : module_.tree.synonyms) {
            module_.scope.synonyms[synonym.name.text] = &synonym;
            module_.exported_synonyms[synonym.name.text] = &synonym;
        }
    }

    void restrict_exports() {
        if (!module_.tree.exports)
            return;
        std::map<std::string, const Global*> kept;
        for (const ImportItem& item : *module_.tree.exports) {
            if (auto found = module_.exports.find(item.name); found != module_.exports.end())
                kept.insert(*found);
            else if (!module_.scope.synonyms.contains(item.name) && !module_.scope.names.contains(item.name))
                unknown(item, module_);
            else if (auto again = module_.scope.names.find(item.name); again != module_.scope.names.end())
                kept[item.name] = again->second.front(); // a re-export
        }
        module_.exports = std::move(kept);
    }

    void import(const Import& import, const LoadedModule& from) {
        const Rank rank = from.scope.builtin ? Rank::implicit : Rank::imported;
        std::set<std::string> listed;
        if (import.items)
            for (const ImportItem& item : *import.items) {
                listed.insert(item.name);
                const bool is_type = !item.name.empty() && item.name[0] >= 'A' && item.name[0] <= 'Z';
                if (!is_type && !from.exports.contains(item.name) && !import.hiding)
                    unknown(item, from);
            }
        const std::string alias = import.alias.empty() ? import.module.text : import.alias;
        for (const auto& [name, global] : from.exports) {
            const bool in_list = listed.contains(name);
            if (import.items && in_list == import.hiding)
                continue;
            add(alias + "." + name, global, rank);
            if (!import.qualified)
                add(name, global, import.items && !import.hiding ? Rank::imported : rank);
        }
        for (const auto& [name, synonym] : from.exported_synonyms) {
            module_.scope.synonyms.try_emplace(name, synonym);
            module_.scope.synonyms.try_emplace(alias + "." + name, synonym);
        }
    }

    void implicit(const LoadedModule& from, const std::set<std::string>& hidden, const char* alias) {
        for (const auto& [name, global] : from.exports) {
            if (!hidden.contains(name))
                add(name, global, Rank::implicit);
            add(std::string(alias) + "." + name, global, Rank::implicit);
        }
        for (const auto& [name, synonym] : from.exported_synonyms)
            module_.scope.synonyms.try_emplace(name, synonym);
    }

private:
    void add(const std::string& key, const Global* global, Rank rank) {
        auto& meanings = module_.scope.names[key];
        Rank& known = ranks_[key];
        if (meanings.empty() || rank > known) {
            meanings.assign(1, global);
            known = rank;
        } else if (rank == known && std::ranges::find(meanings, global) == meanings.end()) {
            meanings.push_back(global);
        }
    }

    void unknown(const ImportItem& item, const LoadedModule& from) {
        std::vector<std::string> candidates;
        for (const auto& entry : from.exports)
            candidates.push_back(entry.first);
        Diagnostic d{.code = Code::unknown_import,
                     .message = "the module " + from.name + " has no `" + item.name + "` to offer",
                     .primary = {item.span, {}},
                     .secondary = {},
                     .notes = {},
                     .help = {}};
        if (auto near = suggest(item.name, candidates))
            d.help.push_back({"did you mean `" + *near + "`?", Edit{item.span, *near}});
        diagnostics_.push_back(std::move(d));
    }

    LoadedModule& module_;
    Diagnostics& diagnostics_;
    std::map<std::string, Span> own_;
    std::unordered_map<std::string, Rank> ranks_;
};

std::set<std::string> names_of(const LoadedModule& module) {
    std::set<std::string> names;
    for (const auto& entry : module.exports)
        names.insert(entry.first);
    return names;
}

} // namespace

void link_module(LoadedModule& module, const std::function<const LoadedModule*(const Import&)>& imported,
                 std::uint32_t& next_id, Diagnostics& diagnostics) {
    module.scope.module = module.name;
    Linker linker(module, diagnostics);
    linker.define(next_id);
    for (const Import& import : module.tree.imports)
        if (const LoadedModule* from = imported(import))
            linker.import(import, *from);
    if (!module.scope.builtin) {
        // Every program sees the vocabulary, and of the Prelude what the vocabulary does not call by the same name;
        // the rest of the Prelude is P.filter, P.drop and so on, as in PFQ 6.
        linker.implicit(builtins().vocabulary(), {}, "Network.PFQ.Lang");
        linker.implicit(builtins().prelude(), names_of(builtins().vocabulary()), "P");
    }
    linker.restrict_exports();
}

} // namespace pfq::lang
