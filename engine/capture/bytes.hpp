// Unaligned loads and stores of capture formats.
#pragma once
#include <bit>
#include <cstdint>
#include <cstring>

namespace pfq::capture {

template <typename Word> [[nodiscard]] inline Word byte_swap(Word value) {
    if constexpr (sizeof(Word) == 2)
        return static_cast<Word>(__builtin_bswap16(static_cast<std::uint16_t>(value)));
    else if constexpr (sizeof(Word) == 4)
        return static_cast<Word>(__builtin_bswap32(static_cast<std::uint32_t>(value)));
    else
        return static_cast<Word>(__builtin_bswap64(static_cast<std::uint64_t>(value)));
}

/// Loads a word of this machine's byte order.
template <typename Word> [[nodiscard]] inline Word load(const std::uint8_t* from) {
    Word value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

/// Loads a word of this machine's byte order, or of the other one when `swap` is set.
template <typename Word> [[nodiscard]] inline Word load(const std::uint8_t* from, bool swap) {
    const auto value = load<Word>(from);
    return swap ? byte_swap(value) : value;
}

template <typename Word> [[nodiscard]] inline Word load_big_endian(const std::uint8_t* from) {
    return load<Word>(from, std::endian::native == std::endian::little);
}

template <typename Word> inline std::uint8_t* store(std::uint8_t* to, Word value) {
    std::memcpy(to, &value, sizeof value);
    return to + sizeof value;
}

} // namespace pfq::capture
