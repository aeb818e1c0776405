// A group's Berkeley filter: the text of pcap-filter(7), compiled by libpcap once per link type.
#pragma once
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lang/berkeley/instruction.hpp"

namespace pfq::engine {

/// Filters of this many instructions at most are accepted.
inline constexpr unsigned max_filter_instructions = 4096;

/// A filter compiled for one link type. Immutable, so threads may share it.
class BerkeleyFilter {
public:
    enum class Form : std::uint8_t { optimised, plain }; ///< by libpcap

    /// `link_type` is a LINKTYPE number, as in files. Compilation is guarded by a mutex: libpcap's is not re-entrant
    /// everywhere.
    [[nodiscard]] static std::expected<std::shared_ptr<const BerkeleyFilter>, std::string>
    compile(const std::string& text, std::uint16_t link_type, Form form = Form::optimised);

    [[nodiscard]] bool matches(const std::uint8_t* data, std::uint32_t captured, std::uint32_t length) const;
    [[nodiscard]] std::span<const lang::berkeley::Instruction> instructions() const { return instructions_; }

private:
    std::vector<lang::berkeley::Instruction> instructions_; ///< layout twins of struct bpf_insn
};

} // namespace pfq::engine
