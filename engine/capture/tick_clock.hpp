// Time stamps of capture files: counts of ticks of a power of 10 or of 2, turned into nanoseconds since 1970.
#pragma once
#include <cstdint>

namespace pfq::capture {

class TickClock {
public:
    struct Stamp {
        std::uint64_t ns;
        bool clamped; ///< before 1970 (ns is 0) or beyond July 2554 (ns is the maximum)
    };

    /// `resolution` as in the if_tsresol option: 10^-n seconds, or 2^-n when bit 7 is set; `offset` in seconds.
    explicit TickClock(std::uint8_t resolution = 6, std::int64_t offset = 0);

    [[nodiscard]] Stamp to_ns(std::uint64_t ticks) const {
        std::uint64_t ns = 0;
        if (scale_ != 0 && !__builtin_mul_overflow(ticks, scale_, &ns)) [[likely]]
            return {ns, false};
        return to_ns_exactly(ticks);
    }

    [[nodiscard]] std::uint8_t resolution() const { return resolution_; }
    [[nodiscard]] std::int64_t offset() const { return offset_; }
    /// Whether ticks are shorter than a microsecond, so that a micro-second pcap file would lose digits.
    [[nodiscard]] bool finer_than_micro() const;

private:
    [[nodiscard]] Stamp to_ns_exactly(std::uint64_t ticks) const;

    std::uint64_t scale_ = 0; ///< nanoseconds per tick when that is whole and there is no offset, else 0
    std::int64_t offset_ = 0;
    std::uint8_t resolution_ = 6;
};

} // namespace pfq::capture
