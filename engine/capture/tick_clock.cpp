#include "engine/capture/tick_clock.hpp"
#include <limits>

namespace pfq::capture {
namespace {

__extension__ using Wide = unsigned __int128;
__extension__ using WideSigned = __int128;

constexpr std::uint64_t ns_per_second = 1'000'000'000;
constexpr std::uint8_t binary_bit = 0x80;

constexpr Wide power_of_ten(unsigned exponent) {
    Wide value = 1;
    for (unsigned i = 0; i < exponent; ++i)
        value *= 10;
    return value;
}

// 64 bits of ticks of at least 10^-29 s are less than a nanosecond; the guard keeps power_of_ten within 128 bits.
Wide decimal_ns(std::uint64_t ticks, unsigned exponent) {
    if (exponent <= 9)
        return Wide{ticks} * power_of_ten(9 - exponent);
    if (exponent > 29)
        return 0;
    return Wide{ticks} / power_of_ten(exponent - 9);
}

// ticks * 10^9 has at most 94 bits, and the exponent at most 127.
Wide binary_ns(std::uint64_t ticks, unsigned exponent) {
    return (Wide{ticks} * ns_per_second) >> exponent;
}

} // namespace

TickClock::TickClock(std::uint8_t resolution, std::int64_t offset) : offset_(offset), resolution_(resolution) {
    if (offset == 0 && resolution <= 9)
        scale_ = static_cast<std::uint64_t>(power_of_ten(9U - resolution));
}

TickClock::Stamp TickClock::to_ns_exactly(std::uint64_t ticks) const {
    const unsigned exponent = resolution_ & ~binary_bit & 0xffU;
    const Wide since = (resolution_ & binary_bit) != 0 ? binary_ns(ticks, exponent) : decimal_ns(ticks, exponent);
    // Below 2^94 and within 2^93: the sum fits in 128 bits.
    const WideSigned ns = static_cast<WideSigned>(since) + WideSigned{offset_} * ns_per_second;
    if (ns < 0)
        return {0, true};
    if (ns > static_cast<WideSigned>(std::numeric_limits<std::uint64_t>::max()))
        return {std::numeric_limits<std::uint64_t>::max(), true};
    return {static_cast<std::uint64_t>(ns), false};
}

bool TickClock::finer_than_micro() const {
    const unsigned exponent = resolution_ & ~binary_bit & 0xffU;
    return (resolution_ & binary_bit) != 0 ? exponent > 0 : exponent > 6;
}

} // namespace pfq::capture
