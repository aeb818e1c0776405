// What should be in a network namespace: the contents of the registry. Plain data; reconcile.hpp makes the kernel
// agree.
#pragma once
#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "datapath/bpf_abi.h"
#include "lang/pipeline/pipeline.hpp"

namespace pfq::engine::live {

inline constexpr unsigned state_version = 3; ///< of the registry, the maps and the programs together

enum class Direction : std::uint8_t { in, out };
enum class Ownership : std::uint8_t { observe, own };
/// How programs are attached; `automatic` is a wish, never a fact.
enum class Mode : std::uint8_t { automatic, native, tc, generic };
/// Who may join a group: the process that made it; those with its name for it; everybody.
enum class Policy : std::uint8_t { private_, restricted, shared };

[[nodiscard]] const char* name(Direction direction);
[[nodiscard]] const char* name(Ownership ownership);
[[nodiscard]] const char* name(Mode mode);
[[nodiscard]] const char* name(Policy policy);

struct Binding {
    unsigned ifindex = 0;
    std::uint32_t queue = ~std::uint32_t{0}; ///< the only queue; ~0: all
    Direction direction = Direction::in;
    bool operator==(const Binding&) const = default;
};

/// A class mask that a group's verdicts can have (0: none), and the pair of cells of map pfq_steering that serves it.
struct MaskSteering {
    std::uint64_t mask = 0;
    std::uint32_t pair = 0;
    std::uint32_t half = 0;
    std::string members; ///< what the half in use was made from
    bool operator==(const MaskSteering&) const = default;
};

struct Group {
    unsigned number = 0;
    Policy policy = Policy::private_;
    std::string owner;        ///< id of the member that made it
    lang::Pipeline pipeline;  ///< filters and computation
    std::string text;         ///< of the program, to show
    std::string filter, vlan; ///< texts of its filters, to show; empty: none
    std::vector<Binding> bindings;
    std::vector<unsigned> sockets;       ///< slots, ascending
    std::vector<MaskSteering> steerings; ///< mask 0: a free place
    std::vector<std::uint64_t> masks;    ///< of the program that was installed last
};

struct Socket {
    unsigned slot = 0;
    std::string owner;
    std::string name;
    std::uint32_t weight = 1;
    std::uint64_t class_mask = 1;
    std::uint32_t snaplen = PFQ_RECORD_LIMIT;
    unsigned time = PFQ_TIME_PRECISE; ///< enum pfq_time_policy
    unsigned ring_class = 0;
    std::vector<std::uint32_t> rings; ///< ids of the maps, by processor
    std::uint32_t bell = 0;           ///< id of the map
};

/// One evaluation point. What is asked for, then what is.
struct Device {
    unsigned ifindex = 0;
    Direction direction = Direction::in;
    std::string name;
    bool multi_buffer = false; ///< its frames can be longer than a page: XDP gets them in pieces
    Ownership ownership = Ownership::observe;
    Mode wanted = Mode::automatic;
    Mode mode = Mode::automatic; ///< in use; automatic: not attached
    std::string reason;          ///< for the mode
    std::string digest;          ///< of what its program was made from
    std::uint32_t link = 0, program = 0;
    std::uint32_t executor = 0;             ///< link of the program that executes orders; 0: none
    std::uint32_t inputs = 0, counters = 0; ///< ids of its own maps
    std::uint32_t ring_classes = 0;         ///< sizes of rings that its program can deliver to (bit i: class i)
};

/// A device that programs forward to.
struct Target {
    unsigned number = 0;
    unsigned ifindex = 0;
    std::string name;
    std::string owner;    ///< of the first group that forwarded to it since it has the number
    bool several = false; ///< groups of others have, too: its counters are of all of them
};

/// A named table that programs look into; its entries are in the kernel only.
struct Table {
    unsigned number = 0;
    std::string name;
    lang::TableKind kind = lang::TableKind::address;
};

struct Process {
    std::string id; ///< also the name of its lock
    int pid = 0;
    std::string command;
};

struct State {
    std::uint64_t generation = 0;
    std::map<std::string, std::uint32_t> maps; ///< shared maps: name to id
    std::vector<Process> members;
    std::vector<Group> groups;   ///< ascending numbers
    std::vector<Socket> sockets; ///< ascending slots
    std::vector<Device> devices;
    std::vector<Target> targets;
    std::vector<Table> tables;

    [[nodiscard]] Group* group(unsigned number);
    [[nodiscard]] Socket* socket(unsigned slot);
    [[nodiscard]] Device* device(unsigned ifindex, Direction direction);
    [[nodiscard]] const Target* target(const std::string& name) const;
    [[nodiscard]] const Table* table(const std::string& name, lang::TableKind kind) const;
};

[[nodiscard]] std::string to_json(const State& state);
/// The error says what is wrong, also that another version wrote it.
[[nodiscard]] std::expected<State, std::string> from_json(const std::string& text);

} // namespace pfq::engine::live
