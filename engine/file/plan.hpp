// What a run over capture files shall do, with everything compiled, parsed and checked before.
#pragma once
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "datapath/abi.h"
#include "engine/capture/writer.hpp"
#include "engine/filter/vlan.hpp"
#include "engine/socket.hpp"
#include "engine/table/table.hpp"
#include "lang/pipeline/effects.hpp"
#include "lang/pipeline/pipeline.hpp"

namespace pfq::engine {

inline constexpr unsigned max_groups = 64;
inline constexpr unsigned max_forward_targets = 16; ///< devices that one packet is forwarded to

/// A computation in native code, with what its pipeline says about it.
struct GroupProgram {
    pfq_batch_function evaluate = nullptr; ///< may be null when lang::only_filters holds for the effects
    pfq_filter_function filter = nullptr;  ///< the same as a plain filter; may be null when there is the other
    std::shared_ptr<const void> code;      ///< keeps the functions loaded
    lang::Effects effects;
    std::vector<std::string> devices;                      ///< Pipeline::devices
    std::vector<std::string> messages;                     ///< Pipeline::messages
    std::vector<std::shared_ptr<const NamedTable>> tables; ///< by number, as in Pipeline::tables
};

struct GroupPlan {
    unsigned id = 0; ///< unique; groups are evaluated in ascending order
    GroupProgram program;
    std::vector<std::size_t> sockets; ///< indices in FilePlan::sockets, ascending
    std::string filter;               ///< Berkeley filter, empty: none
    std::optional<VlanFilter> vlan;
};

using OpenedOutput = std::expected<std::unique_ptr<capture::PacketOutput>, capture::CaptureError>;

struct Output {
    std::string path; ///< empty: packets are counted only; "-": standard output
    capture::FileFormat format = capture::FileFormat::pcap;
    /// Live: makes something else of it than one file.
    std::function<OpenedOutput(std::span<const capture::WriterInterface>, const capture::WriterOptions&)> open = {};
};

struct SocketPlan {
    SocketSpec spec; ///< with a name
    Output output;
};

/// A device that programs forward to.
struct ForwardPlan {
    std::string name;
    Output output;
};

/// Addresses that a program's `device_address` inputs take for a device.
struct DeviceAddress {
    std::optional<std::uint32_t> ipv4;
    std::optional<Address> ipv6;
};

struct FilePlan {
    std::vector<std::string> inputs;                ///< paths, "-" is standard input; merged by time
    std::vector<GroupPlan> groups;                  ///< in ascending order of id
    std::vector<SocketPlan> sockets;                ///< a socket's id is its index
    std::vector<ForwardPlan> forwards;              ///< every name in GroupProgram::devices, once
    std::map<std::string, DeviceAddress> addresses; ///< by device name; win over those in the capture
    std::uint32_t snaplen = 0;                      ///< captured bytes of a record that is written; 0: all
    std::uint64_t count = 0; ///< stop after so many packets that reach a socket or a device; 0: no limit
    unsigned threads = 1;
};

/// A packet and what a log statement says about it, in the order of packets, then of groups.
struct LogEvent {
    std::uint32_t packet; ///< index in its batch
    std::uint32_t group;  ///< index in FilePlan::groups
    lang::LogKind kind;
    std::uint32_t message; ///< index in GroupProgram::messages
    pfq_verdict verdict;   ///< so far
};

} // namespace pfq::engine
