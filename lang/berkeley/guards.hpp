// Which loads of a program have to be looked after: those of bytes that may be missing in a packet that is accepted
// otherwise.
#pragma once
#include "lang/berkeley/flow.hpp"

namespace pfq::lang::berkeley {

/// By step: may the packet be accepted behind it?
[[nodiscard]] std::vector<bool> find_hopeful(const std::vector<Step>& steps, const Builder& nodes);

/// By step: what has to be tested there; empty where its needs follow from those of steps before it on every way, or
/// from tests behind it on every way to acceptance. A test of a word that holds says that the word is present.
[[nodiscard]] std::vector<Presence> find_guards(const std::vector<Step>& steps, const std::vector<bool>& hopeful,
                                                const Builder& nodes, PresenceOf& presence);

} // namespace pfq::lang::berkeley
