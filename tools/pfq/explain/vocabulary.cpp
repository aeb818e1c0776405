#include "tools/pfq/explain/vocabulary.hpp"

#include <algorithm>
#include <map>

#include "lang/names/modules.hpp"
#include "lang/syntax/type_text.hpp"

namespace pfq::tools {
namespace {

/// The vocabulary, then what the Prelude adds to it.
const std::map<std::string, const lang::Global*, std::less<>>& names() {
    static const auto all = [] {
        std::map<std::string, const lang::Global*, std::less<>> result;
        for (const lang::LoadedModule* module : {&lang::builtins().vocabulary(), &lang::builtins().prelude()})
            for (const auto& [name, global] : module->exports)
                if (!name.starts_with("prim_"))
                    result.emplace(name, global);
        return result;
    }();
    return all;
}

/// Splits the comment into sentences and the lines "Example: TEXT".
void split(std::string_view comment, VocabularyEntry& entry) {
    constexpr std::string_view mark = "Example:";
    while (!comment.empty()) {
        const std::size_t end = comment.find('\n');
        std::string_view line = comment.substr(0, end);
        comment.remove_prefix(end == std::string_view::npos ? comment.size() : end + 1);
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        if (line.starts_with(mark)) {
            line.remove_prefix(mark.size());
            line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
            entry.examples.emplace_back(line);
        } else if (!line.empty()) {
            entry.documentation += entry.documentation.empty() ? "" : " ";
            entry.documentation += line;
        }
    }
}

VocabularyEntry entry_of(const std::string& name, const lang::Global& global) {
    VocabularyEntry entry{.name = name, .type = {}, .documentation = {}, .examples = {}};
    if (global.binding->signature)
        entry.type = lang::type_text(*global.binding->signature);
    split(global.binding->documentation, entry);
    return entry;
}

} // namespace

std::optional<VocabularyEntry> find_vocabulary(std::string_view name) {
    const auto found = names().find(name);
    if (found == names().end())
        return std::nullopt;
    return entry_of(found->first, *found->second);
}

std::vector<VocabularyEntry> vocabulary_entries() {
    std::vector<VocabularyEntry> entries;
    for (const auto& [name, global] : names())
        entries.push_back(entry_of(name, *global));
    return entries;
}

} // namespace pfq::tools
