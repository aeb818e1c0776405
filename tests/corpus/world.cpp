// Tables of cases.
#include "tests/corpus/world.hpp"
#include "tests/support/values.hpp"
#include <sstream>
#include <stdexcept>

namespace pfq::test {

namespace {

lang::Address address_of(const std::string& text) {
    if (text.find(':') == std::string::npos)
        return {.low = parse_ipv4(text)};
    const auto [high, low] = parse_ipv6(text);
    return {.ipv6 = true, .high = high, .low = low};
}

lang::Prefix prefix_of(const std::string& text) {
    const auto slash = text.find('/');
    const lang::Address address = address_of(text.substr(0, slash));
    const unsigned bits = address.ipv6 ? 128 : 32;
    const auto length = slash == std::string::npos ? bits : parse_number(text.substr(slash + 1), bits);
    return {
        .ipv6 = address.ipv6, .length = static_cast<std::uint8_t>(length), .high = address.high, .low = address.low};
}

lang::WordSet::Range range_of(const std::string& text) {
    const auto dash = text.find('-');
    const auto low = parse_number(text.substr(0, dash), 0xffff);
    return {low, dash == std::string::npos ? low : parse_number(text.substr(dash + 1), 0xffff)};
}

lang::End end_of(const std::string& text) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos)
        throw std::invalid_argument("no port in the end '" + text + "' of a flow");
    std::string address = text.substr(0, colon);
    if (address.front() == '[')
        address = address.substr(1, address.size() - 2);
    return {address_of(address), static_cast<std::uint16_t>(parse_number(text.substr(colon + 1), 0xffff))};
}

std::uint8_t protocol_of(const std::string& name) {
    static const std::map<std::string, std::uint8_t> known{{"tcp", 6}, {"udp", 17}, {"sctp", 132}};
    const auto found = known.find(name);
    if (found == known.end())
        throw std::invalid_argument("unknown protocol '" + name + "' of a flow");
    return found->second;
}

} // namespace

bool TableContents::holds(lang::TableKind kind, const lang::TableKey& key) const {
    switch (kind) {
    case lang::TableKind::address:
        return contains(prefixes, {.ipv6 = key.ipv6, .high = key.high, .low = key.low});
    case lang::TableKind::port:
        return contains(ports, key.low);
    default:
        return flows.contains(key);
    }
}

void add_table(Tables& tables, std::string_view line) {
    std::istringstream words{std::string(line)};
    std::string name, kind, word;
    words >> name >> kind;
    TableContents& table = tables[name];
    if (kind == "flow") {
        std::string a, b;
        words >> word >> a >> b;
        table.flows.insert(flow_key(end_of(a), end_of(b), protocol_of(word)));
    } else if (kind != "addresses" && kind != "ports") {
        throw std::invalid_argument("unknown kind of table '" + kind + "', known are addresses, ports and flow");
    }
    while (words >> word) {
        if (kind == "addresses")
            table.prefixes.prefixes.push_back(prefix_of(word));
        else if (kind == "ports")
            table.ports.ranges.push_back(range_of(word));
        else
            throw std::invalid_argument("'" + word + "' behind the ends of a flow");
    }
}

std::uint32_t device_index(const std::string& name) {
    if (!name.starts_with("eth"))
        return ~0U;
    return static_cast<std::uint32_t>(parse_number(name.substr(3), 0xffff));
}

} // namespace pfq::test
