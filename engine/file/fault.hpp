// Faults on purpose: tests/system/faults.sh builds with each and shows that the tests find it. No fault in any other
// build.
#pragma once
#include <cstdint>

namespace pfq::engine::fault {

#ifdef PFQ_FAULT_LOSE
inline constexpr bool lose = true; ///< every 1,000th record vanishes
#else
inline constexpr bool lose = false;
#endif
#ifdef PFQ_FAULT_MISCOUNT
inline constexpr bool miscount = true; ///< every 1,000th packet that a computation drops counts for another reason
#else
inline constexpr bool miscount = false;
#endif
#ifdef PFQ_FAULT_SWAP
inline constexpr bool swap = true; ///< two neighbouring records of each batch change places
#else
inline constexpr bool swap = false;
#endif
inline constexpr std::uint64_t period = 1000;

} // namespace pfq::engine::fault
