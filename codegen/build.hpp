// Which build of code generator and data path this is. Part of the key of cached objects.
#pragma once
#include <string>

namespace pfq::codegen {

/// Digest of the data path's bitcode, the generator's sources and LLVM's version; the same in library and helper.
[[nodiscard]] std::string build_id();

} // namespace pfq::codegen
