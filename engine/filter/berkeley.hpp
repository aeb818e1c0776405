// A group's Berkeley filter: the text of pcap-filter(7), compiled by libpcap once per link type.
#pragma once
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

namespace pfq::engine {

/// Filters of this many instructions at most are accepted.
inline constexpr unsigned max_filter_instructions = 4096;

/// A filter compiled for one link type. Immutable, so threads may share it.
class BerkeleyFilter {
public:
    /// `link_type` is a LINKTYPE number, as in files. Compilation is guarded by a mutex: libpcap's is not re-entrant
    /// everywhere.
    [[nodiscard]] static std::expected<std::shared_ptr<const BerkeleyFilter>, std::string>
    compile(const std::string& text, std::uint16_t link_type);

    [[nodiscard]] bool matches(const std::uint8_t* data, std::uint32_t captured, std::uint32_t length) const;

private:
    struct Instruction { ///< layout twin of struct bpf_insn, so that users of this header need no libpcap
        std::uint16_t code;
        std::uint8_t jump_true, jump_false;
        std::uint32_t k;
    };
    std::vector<Instruction> instructions_;
};

} // namespace pfq::engine
