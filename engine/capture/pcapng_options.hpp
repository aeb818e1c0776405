// The option lists that end many pcapng blocks.
#pragma once
#include "engine/capture/interface.hpp"
#include <cstdint>
#include <span>

namespace pfq::capture::pcapng {

/// Walks a list of options; a list that is cut or claims too much ends there, as if by end-of-options.
class Options {
public:
    Options(std::span<const std::uint8_t> bytes, bool swap) : rest_(bytes), swap_(swap) {}

    struct Option {
        std::uint16_t code;
        std::span<const std::uint8_t> value;
    };
    /// Steps to the next option; false at the end.
    bool next(Option& option);

private:
    std::span<const std::uint8_t> rest_;
    bool swap_;
};

/// Fills what the options of an interface description block tell; ill-sized options are left out.
void read_interface_options(std::span<const std::uint8_t> bytes, bool swap, CaptureInterface& interface);
/// Likewise for an interface statistics block.
void read_statistics_options(std::span<const std::uint8_t> bytes, bool swap, InterfaceStatistics& statistics);
/// The direction bits of epb_flags or pack_flags among the options of a packet, as Packet::flags.
std::uint16_t read_direction(std::span<const std::uint8_t> bytes, bool swap);

} // namespace pfq::capture::pcapng
