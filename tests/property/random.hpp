// Random choices that are the same for a seed on every machine: the engine's sequence is fixed by the standard, that of
// the library's distributions is not.
#pragma once
#include <cstdint>
#include <random>
#include <vector>

namespace pfq::test {

class Random {
public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}

    std::uint64_t next() { return engine_(); }
    /// 0 to bound - 1.
    std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
    bool chance(unsigned percent) { return below(100) < percent; }
    template <class T> const T& one_of(const std::vector<T>& items) { return items[below(items.size())]; }

private:
    std::mt19937_64 engine_;
};

} // namespace pfq::test
