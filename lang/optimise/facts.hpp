// What is known on a path of the program: which tests have which answer, and which words have which value.
#pragma once
#include <optional>
#include <unordered_map>
#include <vector>

#include "lang/pipeline/builder.hpp"

namespace pfq::lang {

class Facts {
public:
    explicit Facts(Builder& nodes) : nodes_(nodes) {}

    /// The boolean node is now known to be `truth`, with all that follows.
    void learn(NodeId id, bool truth);
    [[nodiscard]] std::optional<bool> truth(NodeId id) const;
    [[nodiscard]] std::optional<std::uint64_t> value(NodeId id) const;

    /// Facts learnt after a mark are forgotten by going back to it.
    [[nodiscard]] std::size_t mark() const { return trail_.size(); }
    void back_to(std::size_t mark);
    /// Changes whenever the facts do.
    [[nodiscard]] std::uint64_t version() const { return version_; }

private:
    void set_truth(NodeId id, bool truth);
    void set_value(NodeId id, std::uint64_t value);
    void learn_present(NodeId word);

    struct Change {
        NodeId id;
        bool is_truth;
    };
    Builder& nodes_;
    std::unordered_map<NodeId, bool> truths_;
    std::unordered_map<NodeId, std::uint64_t> values_;
    std::vector<Change> trail_;
    std::uint64_t version_ = 0;
};

} // namespace pfq::lang
