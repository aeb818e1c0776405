// Whether this process may do what live traffic needs at all.
#pragma once
#include "engine/kernel/error.hpp"

namespace pfq::engine {

/// Says so before something fails that has another name: without the capability the verifier takes fewer programs, and
/// its words speak of the program.
[[nodiscard]] Result<void> may_use_kernel();

} // namespace pfq::engine
