// Loading of modules. Scopes are made in scope.cpp.
#include "lang/names/modules.hpp"

#include <algorithm>

#include "embed/vocabulary.hpp"

namespace pfq::lang {

namespace {

/// The modules of PFQ 6 and of Haskell that programs import; each is one of the two built-in ones.
const LoadedModule* builtin_module(const std::string& name) {
    static constexpr std::string_view vocabulary[] = {
        "Network.PFQ",       "Network.PFQ.Lang",       "Network.PFQ.Lang.Default", "Network.PFQ.Lang.Experimental",
        "Network.PFQ.Types", "Network.PFQ.Lang.Types", "Network.PFQ.Lang.Prelude"};
    static constexpr std::string_view prelude[] = {"Prelude",   "Data.List",  "Data.Bits",   "Data.Monoid",
                                                   "Data.Char", "Data.Word",  "Data.Int",    "Data.Function",
                                                   "Data.Bool", "Data.Tuple", "Data.String", "Data.Foldable"};
    if (std::ranges::find(vocabulary, name) != std::end(vocabulary))
        return &builtins().vocabulary();
    if (std::ranges::find(prelude, name) != std::end(prelude))
        return &builtins().prelude();
    return nullptr;
}

Diagnostic error(Code code, Span span, std::string message, std::string label = {}, std::string help = {}) {
    Diagnostic d{.code = code,
                 .message = std::move(message),
                 .primary = {span, std::move(label)},
                 .secondary = {},
                 .notes = {},
                 .help = {}};
    if (!help.empty())
        d.help.push_back({std::move(help), {}});
    return d;
}

/// The operators that a module declares, as another module writes them.
void add_fixities(FixityTable& table, const LoadedModule& module, const Import& import) {
    for (const FixityDecl& decl : module.tree.fixities)
        for (const Name& op : decl.operators) {
            const std::string alias = import.alias.empty() ? import.module.text : import.alias;
            table[alias + "." + op.text] = decl.fixity;
            if (!import.qualified)
                table[op.text] = decl.fixity;
        }
}

std::unique_ptr<LoadedModule> load_builtin(SourceSet& sources, const char* file, const LoadedModule* below,
                                           std::uint32_t& next_id) {
    Diagnostics diagnostics;
    const std::uint32_t number = sources.add(file, std::string(embedded::vocabulary(file)));
    auto tree = parse_module(sources, number, {}, diagnostics);
    auto loaded = std::make_unique<LoadedModule>();
    if (!tree) // the text is part of this build and under test
        std::abort();
    loaded->tree = std::move(*tree);
    loaded->name = loaded->tree.name.text;
    loaded->scope.builtin = true;
    link_module(*loaded, [&](const Import&) { return below; }, next_id, diagnostics);
    return loaded;
}

Builtins load_builtins() {
    Builtins all;
    static SourceSet sources;
    all.modules.push_back(load_builtin(sources, "prelude.pfq", nullptr, all.globals));
    all.modules.push_back(load_builtin(sources, "vocabulary.pfq", all.modules[0].get(), all.globals));
    return all;
}

} // namespace

const Builtins& builtins() {
    static const Builtins all = load_builtins();
    return all;
}

ModuleSet::ModuleSet(SourceSet& sources, const ModuleLoader& loader, Diagnostics& diagnostics)
    : sources_(sources), loader_(loader), diagnostics_(diagnostics), next_id_(builtins().globals) {}

FixityTable ModuleSet::fixities(const std::vector<Import>& imports) {
    FixityTable table;
    for (const Import& import : imports)
        if (const LoadedModule* module = find(import))
            add_fixities(table, *module, import);
    return table;
}

const LoadedModule* ModuleSet::load_program(std::uint32_t file) {
    const std::size_t before = diagnostics_.size();
    loading_.push_back("Main");
    auto tree = parse_program(sources_, file, [this](const auto& imports) { return fixities(imports); }, diagnostics_);
    loading_.pop_back();
    if (!tree || diagnostics_.size() != before)
        return nullptr;
    return adopt_program(std::move(*tree));
}

const LoadedModule* ModuleSet::adopt_program(Module tree) {
    const std::size_t before = diagnostics_.size();
    auto loaded = std::make_unique<LoadedModule>();
    loaded->tree = std::move(tree);
    loaded->name = loaded->tree.name.text;
    const LoadedModule* module = finish(std::move(loaded));
    return diagnostics_.size() == before ? module : nullptr;
}

const LoadedModule* ModuleSet::finish(std::unique_ptr<LoadedModule> loaded) {
    link_module(*loaded, [this](const Import& import) { return find(import); }, next_id_, diagnostics_);
    modules_.push_back(std::move(loaded));
    return modules_.back().get();
}

const LoadedModule* ModuleSet::find(const Import& import) {
    const std::string& name = import.module.text;
    if (auto known = by_name_.find(name); known != by_name_.end())
        return known->second;
    const LoadedModule* module = builtin_module(name);
    if (!module)
        module = load_local(import);
    by_name_[name] = module; // null too: one diagnostic is enough
    return module;
}

const LoadedModule* ModuleSet::load_local(const Import& import) {
    const std::string& name = import.module.text;
    if (std::ranges::find(loading_, name) != loading_.end()) {
        diagnostics_.push_back(error(Code::import_cycle, import.span,
                                     "the module " + name + " imports itself, directly or not",
                                     "this import closes the circle", "move what both need to a third module"));
        return nullptr;
    }
    std::optional<ModuleText> text = loader_ ? loader_(name) : std::nullopt;
    if (!text) {
        std::string path = name;
        std::ranges::replace(path, '.', '/');
        diagnostics_.push_back(
            error(Code::unknown_module, import.module.span, "there is no module " + name, {},
                  "local modules are found beside the program: " + path + ".pfq or " + path + ".hs"));
        return nullptr;
    }
    const std::uint32_t file = sources_.add(text->file_name, std::move(text->text));
    loading_.push_back(name);
    auto tree = parse_module(sources_, file, [this](const auto& imports) { return fixities(imports); }, diagnostics_);
    const LoadedModule* module = nullptr;
    if (tree) {
        auto loaded = std::make_unique<LoadedModule>();
        loaded->tree = std::move(*tree);
        loaded->name = name;
        module = finish(std::move(loaded));
    }
    loading_.pop_back();
    return module;
}

} // namespace pfq::lang
