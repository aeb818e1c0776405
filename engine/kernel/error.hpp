// What the kernel, or the control plane above it, could not do.
#pragma once
#include <expected>
#include <string>

namespace pfq::engine {

struct Error {
    std::string text;      ///< complete: what failed, where, why
    bool rejected = false; ///< the kernel refused a compiled program
    bool form = false;     ///< because of its form: the same program compiled in another shape may do
};
template <class T> using Result = std::expected<T, Error>;

/// "cannot WHAT: REASON" for an errno value.
[[nodiscard]] std::unexpected<Error> system_failure(const std::string& what, int error_number);

} // namespace pfq::engine
