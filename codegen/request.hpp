// What passes between a program and the compile helper: one request on its stdin, one reply on its stdout. No LLVM
// here.
#pragma once
#include "lang/pipeline/pipeline.hpp"
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace pfq::codegen {

enum class Target : std::uint8_t { native, bpf_xdp, bpf_tc };
enum class Emit : std::uint8_t { object, llvm, assembly };

/// How generated functions are laid out. `automatic` inlines unless the program is large. `stored` (eBPF): outlined,
/// and all that a program computes is computed first and kept in memory: slower, but of any size.
enum class Shape : std::uint8_t { automatic, inlined, outlined, stored };

inline constexpr std::uint32_t any_queue = ~std::uint32_t{0};
inline constexpr std::uint64_t all_queues = ~std::uint64_t{0};

struct Request {
    Target target = Target::native;
    Emit emit = Emit::object;
    Shape shape = Shape::automatic;
    bool batch = true;              ///< native: emit pfq_batch_<i>
    bool filter = true;             ///< native: emit pfq_filter_<i>
    std::string cpu;                ///< native: LLVM's name of the processor; empty: this one
    std::uint32_t ring_classes = 0; ///< eBPF: sizes of rings that sockets have (bit i: PFQ_RING_SIZE(i))
    bool multi_buffer = false;      ///< XDP: frames may be in several pieces
    bool live = false;              ///< eBPF: deliver and forward; otherwise only evaluate and note the verdict
    std::vector<lang::Pipeline> groups;
    std::vector<std::uint32_t> numbers; ///< eBPF: of the groups, ascending; empty: 0, 1, ...
    std::vector<std::uint64_t> queues;  ///< eBPF: by group: those it sees (bit i: queue i), or all_queues; empty: all
    std::vector<std::vector<std::uint32_t>> targets; ///< live: by group, numbers of the devices that it forwards to
    std::vector<std::vector<std::uint32_t>> tables;  ///< live: by group, numbers of its run-time tables
};

/// Microseconds per step in the helper.
struct Timings {
    std::uint32_t generate = 0, link = 0, optimise = 0, emit = 0;
};

struct Reply {
    bool ok = false;
    std::string output; ///< object or text; the error when not ok
    std::string build;  ///< build of the helper (codegen/build.hpp)
    Timings timings;
};

[[nodiscard]] std::string encode(const Request& request);
/// Fails on anything that is not exactly one well-formed request; its pipelines pass lang::check.
[[nodiscard]] std::expected<Request, std::string> decode_request(std::string_view bytes);

[[nodiscard]] std::string encode(const Reply& reply);
[[nodiscard]] std::expected<Reply, std::string> decode_reply(std::string_view bytes);

} // namespace pfq::codegen
