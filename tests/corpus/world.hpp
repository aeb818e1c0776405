// The world of a case: its run-time tables, and the devices that programs forward to.
#pragma once
#include "lang/pipeline/semantics.hpp"
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace pfq::test {

/// What one named table holds; of one kind.
struct TableContents {
    lang::PrefixSet prefixes;
    lang::WordSet ports;
    std::set<lang::TableKey> flows;

    [[nodiscard]] bool holds(lang::TableKind kind, const lang::TableKey& key) const;
};

using Tables = std::map<std::string, TableContents>;

/// Adds the rest of a `table` line: NAME addresses PREFIX.., NAME ports PORT.. (or LOW-HIGH), NAME flow PROTOCOL A B
/// with ends as 10.0.0.1:80 or [2001:db8::1]:80. Throws std::invalid_argument.
void add_table(Tables& tables, std::string_view line);

/// Index of a device by its name: that of ethN is N, others do not exist (~0).
[[nodiscard]] std::uint32_t device_index(const std::string& name);

} // namespace pfq::test
