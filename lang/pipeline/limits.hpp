// Limits of a pipeline that bound the memory and the stack of whoever walks it.
#pragma once
#include <cstddef>
#include <cstdint>

namespace pfq::lang {

inline constexpr unsigned max_depth = 512;            ///< nesting of statement blocks
inline constexpr std::uint32_t max_slots = 1U << 16U; ///< slots of Stmt snap
inline constexpr std::size_t max_devices = 64;        ///< bits of Verdict::forward

} // namespace pfq::lang
