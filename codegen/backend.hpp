// From a request to its output: generate, link with the embedded data path, optimise, emit. Runs in pfq-compile only.
#pragma once
#include "codegen/request.hpp"

namespace pfq::codegen {

/// Errors of LLVM come back as a reply that is not ok. Needs a large stack (see generate()).
[[nodiscard]] Reply build(const Request& request);

/// Called with a text when LLVM gives up in a way that does not return; must not return.
void on_fatal_error(void (*handler)(const char* text));

} // namespace pfq::codegen
