// The fields of a packet at every tunnel level, as docs/packet-model.md says.
#pragma once
#include "lang/pipeline/semantics.hpp"
#include "lang/reference/packet.hpp"
#include <array>
#include <optional>

namespace pfq::lang::reference {

#define PFQ_FIELD(name, layer, documentation) +1
inline constexpr std::size_t field_count = 0
#include "lang/pipeline/fields.def"
    ;
#undef PFQ_FIELD

/// The fields of one level.
class Level {
public:
    Level() { values_.fill(absent); }
    std::uint64_t& operator[](Field field) { return values_[static_cast<std::size_t>(field)]; }
    const std::uint64_t& operator[](Field field) const { return values_[static_cast<std::size_t>(field)]; }

    /// The addresses of the IP header; nothing without a valid one.
    [[nodiscard]] std::optional<Address> source() const;
    [[nodiscard]] std::optional<Address> destination() const;

private:
    std::array<std::uint64_t, field_count> values_{};
};

/// All levels; those that the packet does not have only know the fields of layer frame.
using Levels = std::array<Level, max_shift + 1>;
[[nodiscard]] Levels parse(const PacketInput& packet);

} // namespace pfq::lang::reference
