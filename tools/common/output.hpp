// Results of a command: to standard output or to a file.
#pragma once
#include <expected>
#include <string>
#include <string_view>

namespace pfq::tools {

/// Writes all of `data` to the file, creating or truncating it; "-" is standard output. The error names path and
/// reason.
[[nodiscard]] std::expected<void, std::string> write_output(const std::string& path, std::string_view data);

/// Replaces the content of a file that exists, keeping its mode. Whoever reads it meanwhile sees the old or the new
/// content; on errors the old one stays. Follows symbolic links.
[[nodiscard]] std::expected<void, std::string> replace_file(const std::string& path, std::string_view data);

} // namespace pfq::tools
