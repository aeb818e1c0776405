// Programs at the hooks of a device.
#pragma once
#include <cstdint>
#include <string>

#include "codegen/descriptor.hpp"
#include "engine/kernel/error.hpp"

namespace pfq::engine {

using codegen::Descriptor;

enum class Hook : std::uint8_t { xdp_native, xdp_generic, tc_in, tc_out };

/// Attaches a program; it stays as long as somebody has the descriptor. `device` is for messages.
[[nodiscard]] Result<Descriptor> attach(int program, unsigned ifindex, const std::string& device, Hook hook);
/// Replaces the program of an attachment: every packet sees either the old or the new one.
[[nodiscard]] Result<void> replace_program(int link, int program);
/// Ends the attachment even if others hold it.
void detach(int link);

[[nodiscard]] std::uint32_t id_of_link(int link);
[[nodiscard]] Result<Descriptor> open_link(std::uint32_t id);
[[nodiscard]] std::uint32_t id_of_program_at(int link);
/// Whether it still is at its device (which may be gone, or it was detached by force).
[[nodiscard]] bool is_attached(int link);

} // namespace pfq::engine
