// The passes of optimise(), each on its own.
#pragma once
#include "lang/pipeline/builder.hpp"

namespace pfq::lang {

/// Chains of `or` over one value become set tests.
void collect_sets(Pipeline& pipeline);
/// Tests that the path to them has answered are removed, and what cannot be reached.
void remove_implied(Pipeline& pipeline);

} // namespace pfq::lang
