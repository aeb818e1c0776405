// Makes a pipeline smaller and faster without changing what it means.
#pragma once
#include "lang/pipeline/pipeline.hpp"

namespace pfq::lang {

/// Passes, in order:
///  - collect: chains of `or` over one value become set tests (port lists, prefix lists);
///  - imply: tests that the path to them has answered already are removed, and with them dead branches;
///  - sweep: nodes, slots and statements that nothing needs are removed, and everything is renumbered.
[[nodiscard]] Pipeline optimise(Pipeline pipeline);

/// The last pass alone.
[[nodiscard]] Pipeline sweep(const Pipeline& pipeline);

} // namespace pfq::lang
