// TC before Linux 6.6, which has no links for it: a filter of the clsact queueing discipline stays until somebody
// removes it, so ours is a stub that runs whatever is in its slot (datapath/stub.c).
#pragma once
#include <cstdint>
#include <string>

#include "codegen/descriptor.hpp"
#include "engine/kernel/error.hpp"

namespace pfq::engine {

using codegen::Descriptor;

enum class Hook : std::uint8_t;

/// Whether the kernel has tcx. Builds with PFQ_CRASH_POINTS can be told not to see it: PFQ_WITHOUT_TCX=1.
[[nodiscard]] bool has_tcx();

/// The slot at a device's TC hook, a program array of one cell: of the stub that is there, else of a new one. Filters
/// of others stay as they are. `device` is for messages.
[[nodiscard]] Result<Descriptor> open_slot(unsigned ifindex, const std::string& device, Hook hook);
/// Whether the stub of this slot is at the hook.
[[nodiscard]] bool has_stub(unsigned ifindex, Hook hook, std::uint32_t slot_id);
/// The queueing discipline stays: others may use it.
void remove_stub(unsigned ifindex, Hook hook);

} // namespace pfq::engine
