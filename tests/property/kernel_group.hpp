// What random programs in the kernel are run with.
#pragma once
#include "tests/support/bpf/make_job.hpp"

namespace pfq::test {

/// Random packets that the kernel's test run takes.
[[nodiscard]] std::vector<TestPacket> runnable_packets(std::uint64_t seed, std::size_t count);

/// One program in one world: device number i is device i + 1, tables hold what Native's hold.
[[nodiscard]] BpfGroup make_group(std::string program, lang::Pipeline pipeline, const std::vector<TestPacket>& packets);

} // namespace pfq::test
