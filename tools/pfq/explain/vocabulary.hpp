// The names that programs have without defining them, as pages.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pfq::tools {

struct VocabularyEntry {
    std::string name;
    std::string type;          ///< "Word16 -> Predicate"
    std::string documentation; ///< sentences, may be empty
    std::vector<std::string> examples;
};

[[nodiscard]] std::optional<VocabularyEntry> find_vocabulary(std::string_view name);

/// All of them, in the order of their names.
[[nodiscard]] std::vector<VocabularyEntry> vocabulary_entries();

} // namespace pfq::tools
