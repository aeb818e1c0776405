// All modules of a program: the user's text, the local modules that it imports, and the built-in ones.
#pragma once
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lang/compile.hpp"
#include "lang/names/scope.hpp"
#include "lang/syntax/parse.hpp"

namespace pfq::lang {

struct LoadedModule {
    std::string name;
    Module tree;
    ModuleScope scope;
    std::map<std::string, const Global*> exports;
    std::map<std::string, const TypeSynonym*> exported_synonyms;
    std::vector<std::unique_ptr<Global>> globals; ///< of this module, in textual order
};

/// The vocabulary and the Prelude: parsed once per process, then only read. Their text is not in any SourceSet of a
/// program: spans inside them never reach a diagnostic.
struct Builtins {
    std::vector<std::unique_ptr<LoadedModule>> modules; ///< Prelude, Network.PFQ.Lang
    std::uint32_t globals = 0;                          ///< ids below this are the built-in ones

    [[nodiscard]] const LoadedModule& prelude() const { return *modules[0]; }
    [[nodiscard]] const LoadedModule& vocabulary() const { return *modules[1]; }
};
[[nodiscard]] const Builtins& builtins();

class ModuleSet {
public:
    ModuleSet(SourceSet& sources, const ModuleLoader& loader, Diagnostics& diagnostics);

    /// The program's main module with everything it imports; null iff errors were added.
    const LoadedModule* load_program(std::uint32_t file);
    /// The same for a tree made elsewhere (JSON descriptors).
    const LoadedModule* adopt_program(Module tree);

    /// The user's modules, imported ones first.
    [[nodiscard]] const std::vector<std::unique_ptr<LoadedModule>>& modules() const { return modules_; }
    [[nodiscard]] std::uint32_t global_count() const { return next_id_; }

private:
    const LoadedModule* find(const Import& import);
    const LoadedModule* load_local(const Import& import);
    FixityTable fixities(const std::vector<Import>& imports);
    const LoadedModule* finish(std::unique_ptr<LoadedModule> loaded);

    SourceSet& sources_;
    const ModuleLoader& loader_;
    Diagnostics& diagnostics_;
    std::vector<std::unique_ptr<LoadedModule>> modules_;
    std::vector<std::string> loading_; ///< for cycles
    std::map<std::string, const LoadedModule*> by_name_;
    std::uint32_t next_id_;
};

/// Makes the globals, the exports and the scope of a parsed module. `imported` finds the module of an import.
void link_module(LoadedModule& module, const std::function<const LoadedModule*(const Import&)>& imported,
                 std::uint32_t& next_id, Diagnostics& diagnostics);

} // namespace pfq::lang
