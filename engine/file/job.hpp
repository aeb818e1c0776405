// A batch of packets on its way through a run, and what its evaluation gave.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/capture/link_layer.hpp"
#include "engine/capture/packet.hpp"
#include "engine/counters.hpp"
#include "engine/file/plan.hpp"
#include "engine/filter/berkeley.hpp"

namespace pfq::engine {

/// What is known about a link type: made by the reading thread when a packet of the type may come.
struct LinkInfo {
    std::uint16_t link_type = 0;
    const capture::LinkLayer* layer = nullptr;                  ///< null: not supported
    bool is_ethernet = false;                                   ///< packets need no parser: programs have one
    std::vector<std::shared_ptr<const BerkeleyFilter>> filters; ///< by group; null: the group has none
};
using LinkInfos = std::vector<LinkInfo>;

struct Outcome {
    std::vector<DeviceCounters> devices; ///< by input
    std::vector<GroupCounters> groups;
    std::vector<std::array<std::uint64_t, lang::max_counters>> user; ///< by group
    std::vector<SocketCounters> sockets;
    std::vector<ForwardCounters> forwards;
    /// By sink (sockets, then forwards): its records, cut to what is to be written, in the order of packets.
    std::vector<std::vector<capture::Packet>> records;
    std::vector<LogEvent> events;
    std::uint64_t reached = 0;            ///< packets that a sink got
    std::vector<std::uint8_t> reached_at; ///< by packet: a sink got it. Only kept when the plan has a count
};

struct Job {
    explicit Job(std::size_t capacity) : batch(capacity) {}

    capture::Batch batch;
    std::uint64_t first = 0;            ///< sequence number of the first packet
    std::uint32_t device = 0;           ///< of all packets, unless `devices` is filled
    std::vector<std::uint32_t> devices; ///< by packet
    std::vector<std::uint16_t> outputs; ///< by packet: interface number in the output files; empty: as in the packet
    std::size_t interfaces = 0;         ///< interfaces of all inputs that were known when the batch was read
    std::uint64_t position = 0;         ///< bytes of all inputs read so far
    std::shared_ptr<const LinkInfos> links;
    std::shared_ptr<const pfq_device_address[]> addresses; ///< by device
    Outcome outcome;
};

} // namespace pfq::engine
