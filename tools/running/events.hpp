// Log statements of programs, as lines.
#pragma once
#include <optional>
#include <string>

#include "engine/capture/packet.hpp"
#include "engine/file/plan.hpp"

namespace pfq::tools {

/// "packet 12, group 0: IP 10.0.0.1.80 > 10.0.0.2.1234: protocol 6, length 60", without line end; packets count from 0;
/// live ones have no number.
[[nodiscard]] std::string render_event_text(const engine::LogEvent& event, const engine::FilePlan& plan,
                                            const capture::Packet& packet, std::optional<std::uint64_t> sequence);
/// One JSON object, its first key "type": "log".
[[nodiscard]] std::string render_event_json(const engine::LogEvent& event, const engine::FilePlan& plan,
                                            const capture::Packet& packet, std::optional<std::uint64_t> sequence);

} // namespace pfq::tools
