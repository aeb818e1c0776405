#include "engine/table/table.hpp"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <optional>
#include <tuple>

#include "engine/numbers.hpp"
#include "engine/table/parse_address.hpp"

namespace pfq::engine {
namespace {

struct End {
    ParsedAddress address;
    std::uint16_t port;
};

/// "10.0.0.1:80" or "[2001:db8::1]:80"
std::optional<End> parse_end(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return std::nullopt;
    const auto port = parse_number<std::uint16_t>(text.substr(colon + 1), 0, 65535);
    std::string_view host = text.substr(0, colon);
    const bool brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (brackets)
        host = host.substr(1, host.size() - 2);
    const auto address = parse_address(host);
    if (!port || !address || address->ipv6 != brackets)
        return std::nullopt;
    return End{*address, *port};
}

std::optional<std::uint8_t> parse_protocol(std::string_view text) {
    if (text == "tcp")
        return 6;
    if (text == "udp")
        return 17;
    if (text == "sctp")
        return 132;
    return std::nullopt;
}

/// A flow is an unordered pair of ends: the smaller end comes first here, whatever the caller did.
pfq_table_key ordered(const pfq_table_key& key) {
    pfq_table_key flow = key;
    flow.reserved = 0;
    if (std::tie(key.high2, key.low2, key.port2) < std::tie(key.high, key.low, key.port)) {
        std::swap(flow.high, flow.high2);
        std::swap(flow.low, flow.low2);
        std::swap(flow.port, flow.port2);
    }
    return flow;
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string_view> words(std::string_view text) {
    std::vector<std::string_view> result;
    for (text = trim(text); !text.empty();) {
        const std::size_t end = text.find_first_of(" \t");
        result.push_back(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : trim(text.substr(end));
    }
    return result;
}

} // namespace

std::size_t NamedTable::FlowHash::operator()(const pfq_table_key& key) const {
    std::uint64_t hash = key.protocol;
    for (const std::uint64_t word :
         {key.high, key.low, key.high2, key.low2, std::uint64_t{key.port} << 16 | key.port2}) {
        hash = (hash ^ word) * 0xd6e8feb86659fd93;
        hash ^= hash >> 32;
    }
    return hash;
}

bool NamedTable::FlowEqual::operator()(const pfq_table_key& a, const pfq_table_key& b) const {
    const auto all = [](const pfq_table_key& k) {
        return std::tie(k.high, k.low, k.high2, k.low2, k.port, k.port2, k.protocol, k.ipv6);
    };
    return all(a) == all(b);
}

std::expected<NamedTable, std::string> NamedTable::parse(std::string_view text, lang::TableKind kind,
                                                         const std::string& file_name) {
    NamedTable table;
    table.kind_ = kind;
    unsigned number = 0;
    for (const auto line : split(text, '\n')) {
        ++number;
        const auto entry = trim(line.substr(0, line.find('#')));
        const std::string error = entry.empty() ? "" : table.add(entry);
        if (!error.empty())
            return std::unexpected(fmt::format("{}:{}: invalid entry '{}': {}", file_name, number, entry, error));
    }
    table.ipv4_.seal();
    table.ipv6_.seal();
    return table;
}

std::expected<NamedTable, std::string> NamedTable::load(const std::string& path, lang::TableKind kind) {
    std::ifstream file(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file)
        return std::unexpected(fmt::format("cannot read table {}: {}", path, std::strerror(errno)));
    return parse(text, kind, path);
}

std::string NamedTable::add(std::string_view entry) {
    switch (kind_) {
    case lang::TableKind::address:
        return add_address(entry);
    case lang::TableKind::port:
        return add_port(entry);
    case lang::TableKind::flow:
        return add_flow(entry);
    }
    return "unknown kind of table";
}

std::string NamedTable::add_address(std::string_view entry) {
    const std::size_t slash = entry.find('/');
    const auto parsed = parse_address(entry.substr(0, slash));
    if (!parsed)
        return "write an address or a prefix, like 10.0.0.0/8 or 2001:db8::1";
    const unsigned bits = parsed->ipv6 ? 128 : 32;
    unsigned length = bits;
    if (slash != std::string_view::npos) {
        const auto number = parse_number<unsigned>(entry.substr(slash + 1), 0, bits);
        if (!number)
            return fmt::format("a prefix length is a number from 0 to {}", bits);
        length = *number;
    }
    (parsed->ipv6 ? ipv6_ : ipv4_).add(parsed->address, length, bits);
    prefixes_.push_back(
        {parsed->ipv6, static_cast<std::uint8_t>(length), without_host(parsed->address, bits - length)});
    return {};
}

std::string NamedTable::add_port(std::string_view entry) {
    const std::size_t dash = entry.find('-');
    const auto first = parse_number<unsigned>(entry.substr(0, dash), 0, 65535);
    const auto last = dash == std::string_view::npos ? first : parse_number<unsigned>(entry.substr(dash + 1), 0, 65535);
    if (!first || !last || *first > *last)
        return "write a port or a range of ports, like 443 or 8000-8010";
    for (unsigned port = *first; port <= *last; ++port)
        ports_.set(port);
    return {};
}

std::string NamedTable::add_flow(std::string_view entry) {
    constexpr auto hint = "write a flow like tcp 10.0.0.1:80 10.0.0.2:1234 or udp [2001:db8::1]:53 [2001:db8::2]:5353";
    const auto parts = words(entry);
    if (parts.size() != 3)
        return hint;
    const auto protocol = parse_protocol(parts[0]);
    const auto a = parse_end(parts[1]), b = parse_end(parts[2]);
    if (!protocol || !a || !b)
        return hint;
    if (a->address.ipv6 != b->address.ipv6)
        return "both ends of a flow are of one address family";
    flows_.insert(ordered({.high = a->address.address.high,
                           .low = a->address.address.low,
                           .high2 = b->address.address.high,
                           .low2 = b->address.address.low,
                           .port = a->port,
                           .port2 = b->port,
                           .protocol = *protocol,
                           .ipv6 = a->address.ipv6,
                           .reserved = 0}));
    return {};
}

std::vector<std::uint32_t> NamedTable::ports() const {
    std::vector<std::uint32_t> all;
    for (std::uint32_t port = 0; port < ports_.size(); ++port)
        if (ports_[port])
            all.push_back(port);
    return all;
}

bool NamedTable::contains(const pfq_table_key& key) const {
    switch (kind_) {
    case lang::TableKind::address:
        return key.ipv6 ? ipv6_.contains({key.high, key.low}) : ipv4_.contains({0, key.low});
    case lang::TableKind::port:
        return key.low < ports_.size() && ports_[key.low];
    case lang::TableKind::flow:
        return flows_.contains(ordered(key));
    }
    return false;
}

} // namespace pfq::engine
