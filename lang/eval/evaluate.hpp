// The door of compile-time evaluation.
#pragma once
#include <cstdint>
#include <expected>

#include "lang/diagnostics/diagnostic.hpp"
#include "lang/names/scope.hpp"
#include "lang/pipeline/pipeline.hpp"

namespace pfq::lang {

/// Evaluates `main`, which inference has found to be a function on packets, on a symbolic packet.
[[nodiscard]] std::expected<Pipeline, Diagnostic> evaluate_program(const Global& main, std::uint64_t fuel);

} // namespace pfq::lang
