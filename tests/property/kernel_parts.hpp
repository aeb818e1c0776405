// What pipelines are made of, by name: to know that nothing was left out.
#pragma once
#include "lang/pipeline/pipeline.hpp"
#include <cstdint>
#include <map>
#include <string>

namespace pfq::test {

using Parts = std::map<std::string, std::uint64_t>;

/// Every field, input, operation and statement, none of them used yet.
[[nodiscard]] Parts no_parts();
/// Counts those of a pipeline.
void count_parts(const lang::Pipeline& pipeline, Parts& parts);

} // namespace pfq::test
