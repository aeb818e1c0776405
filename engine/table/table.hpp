// Named tables: sets of addresses and prefixes, of ports, or of flows, that programs look packets up in.
#pragma once
#include <bitset>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "datapath/abi.h"
#include "engine/table/address_ranges.hpp"
#include "lang/pipeline/pipeline.hpp"

namespace pfq::engine {

struct TablePrefix {
    bool ipv6;
    std::uint8_t length;
    Address address;
};

class NamedTable {
public:
    /// One entry per line, `#` starts a comment:
    ///   address  10.0.0.1, 10.0.0.0/8, 2001:db8::/32
    ///   port     443, 8000-8010
    ///   flow     tcp 10.0.0.1:80 10.0.0.2:1234, udp [2001:db8::1]:53 [2001:db8::2]:5353
    /// The error names file and line.
    [[nodiscard]] static std::expected<NamedTable, std::string> parse(std::string_view text, lang::TableKind kind,
                                                                      const std::string& file_name);
    /// Reads and parses a file.
    [[nodiscard]] static std::expected<NamedTable, std::string> load(const std::string& path, lang::TableKind kind);

    [[nodiscard]] bool contains(const pfq_table_key& key) const;
    [[nodiscard]] lang::TableKind kind() const { return kind_; }

    /// What is in it, as it was given; bits beyond the length of a prefix are 0.
    [[nodiscard]] const std::vector<TablePrefix>& prefixes() const { return prefixes_; }
    [[nodiscard]] std::vector<std::uint32_t> ports() const;
    /// The smaller end first.
    [[nodiscard]] std::vector<pfq_table_key> flows() const { return {flows_.begin(), flows_.end()}; }

private:
    struct FlowHash {
        std::size_t operator()(const pfq_table_key& key) const;
    };
    struct FlowEqual {
        bool operator()(const pfq_table_key& a, const pfq_table_key& b) const;
    };
    [[nodiscard]] std::string add(std::string_view entry);
    [[nodiscard]] std::string add_address(std::string_view entry);
    [[nodiscard]] std::string add_port(std::string_view entry);
    [[nodiscard]] std::string add_flow(std::string_view entry);

    lang::TableKind kind_ = lang::TableKind::address;
    std::vector<TablePrefix> prefixes_;
    AddressRanges ipv4_, ipv6_; ///< the same
    std::bitset<65536> ports_;
    std::unordered_set<pfq_table_key, FlowHash, FlowEqual> flows_;
};

} // namespace pfq::engine
