#include "lang/diagnostics/suggest.hpp"

#include <algorithm>
#include <vector>

namespace pfq::lang {

namespace {

/// `steerFlow`, `Steer_Flow` -> `steerflow`
std::string plain(std::string_view name) {
    std::string result;
    for (char c : name)
        if (c != '_')
            result += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return result;
}

} // namespace

unsigned edit_distance(std::string_view a, std::string_view b) {
    std::vector<unsigned> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (unsigned j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before_last.swap(last);
        last.swap(row);
        row[0] = static_cast<unsigned>(i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const unsigned replaced = last[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
    }
    return row[b.size()];
}

std::optional<std::string> suggest(std::string_view name, std::span<const std::string> candidates) {
    constexpr std::size_t longest = 64; // a longer name is no slip
    if (name.size() > longest)
        return std::nullopt;
    const std::string wanted = plain(name);
    const auto limit = static_cast<unsigned>(std::clamp<std::size_t>(name.size() / 3, name.size() > 1, 3));
    std::optional<std::string> best;
    unsigned best_distance = limit + 1;
    for (const std::string& candidate : candidates) {
        if (candidate == name || candidate.size() > name.size() + 4 || candidate.size() + 4 < name.size())
            continue;
        const std::string other = plain(candidate);
        const unsigned distance =
            other == wanted ? 0 : std::min(edit_distance(name, candidate), edit_distance(wanted, other) + 1);
        if (distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

} // namespace pfq::lang
