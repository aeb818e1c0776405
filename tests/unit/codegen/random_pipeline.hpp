// Random well-formed pipelines: every operation and statement, shared nodes, nested statements.
#pragma once
#include "lang/pipeline/pipeline.hpp"
#include <random>

namespace pfq::test {

class RandomPipelines {
public:
    explicit RandomPipelines(std::uint64_t seed) : engine_(seed) {}

    /// About `size` nodes and statements.
    [[nodiscard]] lang::Pipeline next(std::size_t size);

private:
    std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
    lang::NodeId add(lang::Node node);
    void pools();
    void leaves();
    void grow();
    lang::NodeId word() { return words_[below(words_.size())]; }
    lang::NodeId truth() { return truths_[below(truths_.size())]; }
    std::uint64_t interesting();
    lang::WordSet random_set();
    lang::PrefixSet random_prefixes();
    lang::Block block(std::size_t budget, unsigned depth);
    lang::Stmt statement(std::size_t budget, unsigned depth);
    lang::Stmt nested(std::size_t budget, unsigned depth);

    std::mt19937_64 engine_;
    lang::Pipeline pipeline_;
    std::vector<lang::NodeId> words_, truths_;
};

} // namespace pfq::test
