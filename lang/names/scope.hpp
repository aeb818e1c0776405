// Names and what they mean: the definitions of all modules of a program, and the scope of each module.
#pragma once
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "lang/diagnostics/diagnostic.hpp"
#include "lang/syntax/ast.hpp"

namespace pfq::lang {

struct ModuleScope;

/// A top-level name. One pattern binding makes several.
struct Global {
    std::string name;
    const Binding* binding;
    const ModuleScope* scope; ///< where its right side is read
    std::uint32_t id;         ///< dense, over all modules of the program
};

/// What a module's text can refer to. Keys are names as written: "filter", "P.filter".
struct ModuleScope {
    std::string module;
    bool builtin = false; ///< of the vocabulary: errors inside are told of the caller's text
    std::unordered_map<std::string, std::vector<const Global*>> names;
    std::unordered_map<std::string, const TypeSynonym*> synonyms;

    /// The meanings of a name: none, one, or (then it is ambiguous) several.
    [[nodiscard]] const std::vector<const Global*>* find(const Name& name) const;
};

[[nodiscard]] inline std::string written(const Name& name) {
    return name.qualifier.empty() ? name.text : name.qualifier + "." + name.text;
}

/// `name = builtin` in the vocabulary: the value is written in C++, under the same name.
[[nodiscard]] bool is_primitive(const Binding& binding);

/// The right side of a definition with one equation and no guards; of others the whole.
[[nodiscard]] Span body_span(const Binding& binding);

/// The variables that a pattern binds, in order.
void collect_variables(const Pattern& pattern, std::vector<Name>& names);

} // namespace pfq::lang
