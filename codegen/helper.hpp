// Runs the compile helper.
#pragma once
#include <chrono>
#include <expected>
#include <string>
#include <string_view>

namespace pfq::codegen {

/// $PFQ_COMPILE; else pfq-compile beside the running executable, in its ../libexec/pfq, or in the build's or
/// installation's folder for helpers. Empty when there is none.
[[nodiscard]] std::string find_helper();

/// Feeds `input` to the program's stdin and collects its stdout (stderr stays ours). It is killed when it takes
/// longer than `limit`. The error says what went wrong with the process.
[[nodiscard]] std::expected<std::string, std::string> run_helper(const std::string& path, std::string_view input,
                                                                 std::chrono::milliseconds limit);

} // namespace pfq::codegen
