// Promiscuous mode for as long as this process has the descriptors, however it ends.
#pragma once
#include <expected>
#include <span>
#include <string>
#include <vector>

#include "codegen/descriptor.hpp"
#include "engine/live/change.hpp"

namespace pfq::tools {

/// One descriptor for each device.
[[nodiscard]] std::expected<std::vector<codegen::Descriptor>, std::string>
hold_promiscuous(std::span<const engine::live::BindOptions> devices);

} // namespace pfq::tools
