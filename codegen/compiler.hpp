// Pipelines in, object out: from the cache, or from the compile helper. No LLVM in this process.
#pragma once
#include "codegen/request.hpp"
#include <chrono>
#include <expected>
#include <string>

namespace pfq::codegen {

struct CompileOptions {
    bool cache = true;                       ///< PFQ_CACHE=off in the environment disables it as well
    std::chrono::milliseconds limit{30'000}; ///< wall time of the helper
    std::string helper;                      ///< path of pfq-compile; empty: find_helper()
};

struct Compiled {
    std::string output;                ///< the object, or text for Emit::llvm and Emit::assembly
    bool cached = false;               ///< taken from the cache; the helper's timings are then 0
    Timings helper;                    ///< steps in the helper
    std::chrono::microseconds total{}; ///< wall time of compile()
};

struct CompileError {
    std::string text;
    bool internal = false; ///< a bug of ours or a broken installation rather than something about the request
};

/// The same request gives the same output on the same processor. Thread-safe. Must not be called by a process that
/// ignores SIGCHLD.
[[nodiscard]] std::expected<Compiled, CompileError> compile(const Request& request, const CompileOptions& options = {});

/// What a request's output is cached under.
[[nodiscard]] std::string cache_key(const Request& request);

} // namespace pfq::codegen
