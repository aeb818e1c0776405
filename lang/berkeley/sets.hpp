// Sets of words as tests of them are made, and what a boolean node says about one word.
#pragma once
#include "lang/pipeline/builder.hpp"
#include <optional>

namespace pfq::lang::berkeley {

[[nodiscard]] WordSet intersection(const WordSet& a, const WordSet& b);
/// What of the words 0 to `most` is not in the set.
[[nodiscard]] WordSet complement(const WordSet& set, std::uint64_t most);

/// The node holds when the word is in the set; when `negated`, when it is not, or absent.
struct WordTest {
    NodeId word;
    WordSet set;
    bool negated;
};
/// What a node of kind eq, in_set, or the negation of one, says; nothing for other nodes, and for sets of more than a
/// few ranges.
[[nodiscard]] std::optional<WordTest> word_test(const Builder& nodes, NodeId id);
[[nodiscard]] NodeId node(Builder& nodes, const WordTest& test);

/// Both tests, of the same word.
[[nodiscard]] WordTest both(const WordTest& a, const WordTest& b);

} // namespace pfq::lang::berkeley
