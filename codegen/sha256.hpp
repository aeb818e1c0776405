// SHA-256 (FIPS 180-4), for keys of cached objects.
#pragma once
#include <string>
#include <string_view>

namespace pfq::codegen {

/// 64 hexadecimal digits.
[[nodiscard]] std::string sha256(std::string_view bytes);

} // namespace pfq::codegen
