// The pipeline: what compile-time evaluation leaves of a program. A hash-consed DAG of pure scalar nodes and a
// tree of statements over them. This is the contract between the language and its executions: the reference
// evaluator, native code and eBPF give the same verdict for it, bit for bit.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace pfq::lang {

/// How an absent Word64 is represented. Arithmetic that yields it yields an absent value, by definition.
inline constexpr std::uint64_t absent = ~std::uint64_t{0};
inline constexpr unsigned max_shift = 3;     ///< tunnel levels beyond the outermost
inline constexpr unsigned max_counters = 64; ///< group counters of inc and dec

enum class Field : std::uint16_t {
#define PFQ_FIELD(name, layer, documentation) name,
#include "lang/pipeline/fields.def"
#undef PFQ_FIELD
};

enum class Input : std::uint16_t {
#define PFQ_INPUT(name, documentation) name,
#include "lang/pipeline/inputs.def"
#undef PFQ_INPUT
};

enum class Layer : std::uint8_t { frame, link, l3, l4 };

struct FieldInfo {
    Field field;
    const char* name;
    Layer layer;
    const char* documentation;
};
[[nodiscard]] const std::vector<FieldInfo>& fields();
[[nodiscard]] const char* name(Field);
[[nodiscard]] const char* name(Input);

using NodeId = std::uint32_t;
inline constexpr NodeId no_node = ~NodeId{0};

/// Word operations yield a Word64 or absent; if any operand is absent, so is the result (except `select`,
/// which only looks at the branch taken). Bool operations are total: a comparison with an absent value is false.
enum class Op : std::uint8_t {
    // ---- words
    constant, ///< imm
    field,    ///< sub = Field, level
    input,    ///< sub = Input; never mark or state (those are read by Stmt snap)
    slot,     ///< imm = slot number: value frozen by an earlier Stmt of kind snap
    load,     ///< sub = width in bytes (1, 2, 4), level, imm = Base; a = offset node: big-endian bytes of the frame at
              ///< base + offset (mod 2^64); absent beyond the captured bytes
    add,
    sub,
    mul, ///< modulo 2^64
    div,
    mod, ///< unsigned; absent when b is 0
    bit_and,
    bit_or,
    bit_xor,
    shl,
    shr,    ///< by b; 0 when b ≥ 64
    select, ///< a (Bool) ? b : c
    mix,    ///< hash of two words: see mix() in docs/packet-model.md; 32 bits
    // ---- booleans
    boolean, ///< imm = 0 or 1
    eq,
    ne,
    lt,
    le,          ///< a ? b, unsigned; false when either is absent
    present,     ///< a is not absent
    negate,      ///< !a
    both,        ///< a && b
    either,      ///< a || b
    differ,      ///< a != b (booleans)
    in_set,      ///< a is a word in Pipeline::sets[imm]; false when absent
    in_prefixes, ///< level, sub = Side; the address is in Pipeline::prefix_sets[imm]; Side::both: source or destination
    in_bloom,    ///< a is a word (IPv4 address); masked and looked up in Pipeline::blooms[imm]; false when absent
    in_table,    ///< level, sub = Side; run-time table Pipeline::tables[imm], key by its kind
};

enum class Side : std::uint8_t { source = 1, destination = 2, both = 3 };
enum class Base : std::uint8_t { frame, l3, l4, payload };

struct Node {
    Op op;
    std::uint8_t level = 0;
    std::uint16_t sub = 0;
    NodeId a = no_node, b = no_node, c = no_node;
    std::uint64_t imm = 0;
    bool operator==(const Node&) const = default;
};

[[nodiscard]] bool is_bool(Op op);
[[nodiscard]] unsigned operands(Op op); ///< how many of a, b, c are used
[[nodiscard]] const char* name(Op op);

/// Sorted, disjoint, not adjacent inclusive ranges.
struct WordSet {
    struct Range {
        std::uint64_t low, high;
        bool operator==(const Range&) const = default;
    };
    std::vector<Range> ranges;
    bool operator==(const WordSet&) const = default;
};

/// An address prefix: IPv4 in the lower 32 bits of `low` with high = 0. Bits beyond `length` are zero.
struct Prefix {
    bool ipv6;
    std::uint8_t length;
    std::uint64_t high, low;
    bool operator==(const Prefix&) const = default;
};
struct PrefixSet {
    std::vector<Prefix> prefixes; ///< sorted (family, address, length), no duplicates; matches if any does
    bool operator==(const PrefixSet&) const = default;
};

/// A bloom filter over IPv4 addresses: k = 4 hashes, bits.size() * 64 bins (a power of two).
struct Bloom {
    std::uint32_t mask; ///< applied to the address first
    std::vector<std::uint64_t> bits;
    bool operator==(const Bloom&) const = default;
};

enum class TableKind : std::uint8_t { address, port, flow };
struct Table {
    std::string name;
    TableKind kind;
    bool operator==(const Table&) const = default;
};

// --------------------------------------------------------------------------------------------- statements

/// The steering part of a verdict.
enum class Fanout : std::uint8_t {
    drop = 0,
    copy = 1,         ///< to every eligible socket of the class mask
    steer = 2,        ///< to the socket that key1 selects
    double_steer = 3, ///< to the one or two sockets that key1 and key2 select
    round_robin = 4,  ///< to socket number key1 modulo the total weight of the eligible ones
    to_socket = 5,    ///< to the socket with id key1, if it is eligible
};
inline constexpr std::uint64_t class_default = 1;
inline constexpr std::uint64_t class_any = ~(std::uint64_t{1} << 63); ///< all classes but 63 (CONTROL)

/// Who drops a packet (Stmt drop).
enum class DropBy : std::uint8_t {
    computation,
    filter, ///< the group's Berkeley filter, in front of all
    vlan,   ///< the group's VLAN filter, in front of the computation
};

enum class LogKind : std::uint8_t { message, packet, buffer, trace, dummy };

struct Stmt;
using Block = std::vector<Stmt>;

struct Stmt {
    enum class Kind : std::uint8_t {
        drop,      ///< leave the innermost enclosing `attempt` for its handler; without one: verdict drop, end.
                   ///< sub = DropBy, of which only `computation` may stand in an `attempt`
        branch,    ///< a (Bool): body, else other
        attempt,   ///< body; a drop inside runs `other` (the handler) instead of the rest of the body
        snap,      ///< slot imm = current mark or state (sub = Input::mark or Input::state)
        set_mark,  ///< mark = a (32 bits kept); absent: nothing happens
        set_state, ///< state = a (32 bits kept); absent: nothing happens
        set_class, ///< class mask = imm, fanout = copy
        copy,      ///< fanout = copy, class mask kept
        steer,     ///< sub = Fanout (steer, double_steer, round_robin, to_socket), key1 = a, key2 = b (truncated to 32
                   ///< bits); an absent key drops as `drop` does
        reset,     ///< fanout = copy, class mask = default
        kernel,    ///< the packet shall reach the host stack
        forward, ///< to device number imm of Pipeline::devices (at most once per packet); sub = 1: unless it came from
                 ///< there
        count,   ///< group counter imm (0..63) += sub == 1 ? +1 : -1
        slice,   ///< records of this packet keep at most a bytes; the smallest wins; absent: nothing happens
        log,     ///< sub = LogKind, imm = index in Pipeline::messages (message, dummy)
    };
    Kind kind;
    std::uint16_t sub = 0;
    NodeId a = no_node, b = no_node;
    std::uint64_t imm = 0;
    Block body, other;
    bool operator==(const Stmt&) const = default;
};
[[nodiscard]] const char* name(Stmt::Kind kind);

struct Pipeline {
    std::vector<Node> nodes; ///< operands precede their users
    Block body;
    std::vector<WordSet> sets;
    std::vector<PrefixSet> prefix_sets;
    std::vector<Bloom> blooms;
    std::vector<Table> tables;
    std::vector<std::string> devices; ///< names that the program forwards to
    std::vector<std::string> messages;
    std::uint32_t slots = 0;
    bool operator==(const Pipeline&) const = default;
};

/// What an evaluation says about one packet. `mark` and side effects hold for dropped packets too.
struct Verdict {
    Fanout fanout = Fanout::copy;
    bool to_kernel = false;
    DropBy dropped_by = DropBy::computation; ///< meaningful when dropped
    std::uint64_t class_mask = class_default;
    std::uint32_t key1 = 0, key2 = 0; ///< meaningful as `fanout` says, else 0
    std::uint32_t mark = 0;
    std::uint32_t state = 0;
    std::uint32_t slice = ~std::uint32_t{0}; ///< at most this many bytes; ~0: no limit
    std::uint64_t forward = 0;               ///< bit i: Pipeline::devices[i]
    /// Dropped in front of the computation.
    [[nodiscard]] bool filtered() const { return dropped_by != DropBy::computation; }
    bool operator==(const Verdict&) const = default;
};
/// A dropped packet's verdict is normalised: class_mask 0, keys 0, slice ~0.
/// For copy the keys are 0; for steer, round_robin and to_socket key2 is 0.
void normalise(Verdict& verdict);

/// Checks the invariants stated above (operand order and types, indices in range, depth); empty when sound.
[[nodiscard]] std::string check(const Pipeline& pipeline);
/// Readable text, stable (`--emit=pipeline`).
[[nodiscard]] std::string print(const Pipeline& pipeline);
/// Compact binary form, for the compile helper and as the key of caches; and back (check() passes, or nothing).
[[nodiscard]] std::string serialise(const Pipeline& pipeline);
[[nodiscard]] bool deserialise(const std::string& bytes, Pipeline& pipeline);

} // namespace pfq::lang
