// Berkeley filters as nodes of a pipeline: a program of classic BPF is a function of the packet, as it cannot loop.
//
// The meaning is that of libpcap's bpf_filter(), which compiled filters are tested against, packet for packet:
//  - a load of bytes that were not captured rejects the packet, and so does a division by an X that is 0;
//  - the sum of an indirect load does not wrap around; a shift by an X of 32 or more gives 0 (Linux differs in both);
//    A and X start as 0.
// Beyond it, and as Linux has it:
//  - [x + k] with k from -4096 to -1 is the byte that many before x;
//  - loads at SKF_NET_OFF count from a valid IP header, without which they reject; those at SKF_LL_OFF from the start
//  of
//    the frame; those at SKF_AD_OFF are the extensions (extensions.hpp).
// Refused is what the kernel refuses, and what would be a loop. Limits: max_instructions, and the nodes of a pipeline
// (max_nodes), of which no program that we made needs a tenth.
#pragma once
#include "lang/berkeley/decode.hpp"
#include "lang/pipeline/builder.hpp"
#include <expected>
#include <optional>
#include <span>

namespace pfq::lang::berkeley {

/// A program in nodes.
struct Filter {
    NodeId accepts; ///< boolean
    NodeId keep; ///< word: how many bytes of a packet that is accepted shall be kept; a constant in filters of libpcap
    std::optional<std::uint32_t> mark_slot; ///< this new slot has to hold the mark: the filter looks at it
};

/// Adds nodes only (and a slot). On an error the pipeline may have nodes that nothing needs; beyond max_nodes of them
/// that is the error.
[[nodiscard]] std::expected<Filter, Error> translate(std::span<const Instruction> program, Builder& nodes);

/// Puts the filter in front of the body: packets that it does not accept are dropped by DropBy::filter, of others as
/// many bytes are kept as it says. On an error the pipeline is as it was. Call before optimise().
///
/// `plain` is the same filter as libpcap writes it without its optimiser, or empty. It is only looked at when the jumps
/// of `program` are so entangled that executions would have to repeat most of its conditions; those of plain programs
/// never are. Where a packet is cut off within its headers, libpcap's optimiser may change what a filter says, and this
/// choice with it.
[[nodiscard]] std::expected<void, Error> add_filter(Pipeline& pipeline, std::span<const Instruction> program,
                                                    std::span<const Instruction> plain = {});

} // namespace pfq::lang::berkeley
