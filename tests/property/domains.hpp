// What the arguments of names must be beyond their types, so that a program is not refused.
#pragma once
#include "tests/property/type.hpp"

namespace pfq::test {

/// Narrows the parameters of a use of `signature`, whose types are known. False: it cannot be used for this result.
bool narrow(const Signature& signature, const Ty& result, std::vector<Ty>& parameters);

/// Whether the name does its work on numbers and booleans that are known at run time only.
[[nodiscard]] bool works_at_run_time(const Signature& signature);

/// Arithmetic that leaves 64 bits when all its operands are known at compile time: an operand must be of the packet.
[[nodiscard]] bool wants_packet_operand(const Signature& signature);

/// How many tunnels the name looks into by itself.
[[nodiscard]] unsigned shifts_of(const Signature& signature);

} // namespace pfq::test
