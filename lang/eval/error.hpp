// How compile-time evaluation fails: an exception inside, a diagnostic at the door (evaluate.hpp).
#pragma once
#include "lang/diagnostics/diagnostic.hpp"

namespace pfq::lang {

struct EvalError {
    Diagnostic diagnostic;
};

} // namespace pfq::lang
