// Random well-formed programs of classic BPF.
#pragma once
#include "lang/berkeley/instruction.hpp"
#include <random>
#include <vector>

namespace pfq::test {

/// Programs that libpcap's bpf_filter() runs and whose meaning there does not depend on the platform: memory is written
/// before it is read, no constant divides by 0 or shifts by 32, and no load is at one of Linux's offsets.
class RandomFilters {
public:
    explicit RandomFilters(std::uint64_t seed) : engine_(seed) {}

    /// Exactly `size` instructions, at least 12.
    [[nodiscard]] std::vector<lang::berkeley::Instruction> next(std::size_t size);

private:
    using Instruction = lang::berkeley::Instruction;

    std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
    std::uint32_t number();
    std::uint32_t place();
    Instruction any(std::size_t left);
    Instruction load();
    Instruction arithmetic();
    Instruction jump(std::size_t left);

    std::mt19937_64 engine_;
    std::uint32_t reach_ = 0; ///< of the jumps of this program
    bool long_ = false;       ///< rejects little on the way, as hardly a packet gets to the end otherwise
    std::uint64_t ends_ = 0;  ///< the more, the fewer ends in its middle
};

} // namespace pfq::test
