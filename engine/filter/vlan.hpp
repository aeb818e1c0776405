// A group's VLAN filter: the identifiers that its packets may have.
#pragma once
#include <bitset>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "datapath/abi.h"
#include "lang/pipeline/pipeline.hpp"

namespace pfq::engine {

class VlanFilter {
public:
    /// "0,10,20-30,-1": 0 is untagged (or tagged with identifier 0), -1 is any tag.
    [[nodiscard]] static std::expected<VlanFilter, std::string> parse(std::string_view text);

    /// Looks at the outer tag of the packet. `data`, `captured`, `flags`, `l3_offset` and `ethertype` must be set.
    [[nodiscard]] bool matches(const pfq_packet& packet) const;
    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] bool passes_untagged() const { return identifiers_[0]; }
    /// Those that a tag may have (0, too: a tag with priority only).
    [[nodiscard]] lang::WordSet identifiers() const;

private:
    std::string text_;
    std::bitset<4096> identifiers_; ///< bit 0: untagged packets
};

} // namespace pfq::engine
