// "did you mean": the candidate that is nearest to a mistyped word.
#pragma once
#include <optional>
#include <span>
#include <string_view>

namespace pfq::tools {

/// The candidate with the smallest edit distance (insertions, deletions, substitutions, swaps of neighbours), if that
/// is at most a third of the word's length rounded up, or the candidate continues the word. The first one wins ties.
[[nodiscard]] std::optional<std::string_view> closest(std::string_view word,
                                                      std::span<const std::string_view> candidates);

} // namespace pfq::tools
