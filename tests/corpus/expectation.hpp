// What a case expects of a verdict, and what an execution gave.
#pragma once
#include "lang/pipeline/pipeline.hpp"
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace pfq::test {

/// Everything that one execution of a program says about one packet, with names in place of indices.
struct Outcome {
    lang::Verdict verdict;         ///< but `forward`, which is numbered as each pipeline likes: 0
    std::set<std::string> forward; ///< devices
    std::array<std::uint64_t, lang::max_counters> counters{};
    std::vector<std::string> events; ///< "message:text", "packet", "buffer", "trace", "dummy:text"
    bool operator==(const Outcome&) const = default;
};

/// How the keys of steering relate to those of an earlier packet of the same case, counted from 1.
struct KeyRelation {
    enum class Kind { same, differs, swapped } kind;
    std::size_t packet;
};

/// A verdict as it was written. Whatever is not written has its usual value.
struct Expectation {
    lang::Fanout fanout = lang::Fanout::copy;
    std::uint64_t class_mask = lang::class_default;
    std::optional<std::uint64_t> mark; ///< usual: the packet's
    std::uint64_t state = 0;
    std::uint64_t slice = ~std::uint32_t{0};
    bool kernel = false;
    std::set<std::string> forward;
    std::map<unsigned, std::uint64_t> counters;
    std::vector<std::string> events;
    std::optional<std::uint64_t> key;
    std::vector<KeyRelation> relations;
};

/// Throws std::invalid_argument.
[[nodiscard]] Expectation parse_expectation(std::string_view text);

/// The differences, one per line; empty when the outcome is the expected one. `earlier` are the outcomes of the case's
/// packets before this one.
[[nodiscard]] std::string differences(const Expectation& expected, std::uint32_t packet_mark, const Outcome& outcome,
                                      const std::vector<Outcome>& earlier);

/// Readable, for failure messages.
[[nodiscard]] std::string show(const Outcome& outcome);

} // namespace pfq::test
