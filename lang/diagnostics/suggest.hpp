// "Did you mean ...?"
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pfq::lang {

/// Insertions, deletions, replacements and swaps of neighbours that lead from `a` to `b` (no part edited twice).
[[nodiscard]] unsigned edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `name`, if it is near enough to be a slip: at most a third of the letters differ. Letter
/// case and `_` weigh nothing by themselves. Of equally near ones the first.
[[nodiscard]] std::optional<std::string> suggest(std::string_view name, std::span<const std::string> candidates);

} // namespace pfq::lang
