#include "engine/table/text.hpp"

#include <arpa/inet.h>
#include <array>
#include <fmt/format.h>

namespace pfq::engine {
namespace {

std::string address_text(bool ipv6, Address address) {
    std::array<unsigned char, 16> bytes{};
    for (unsigned i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<unsigned char>((i < 8 ? address.high : address.low) >> (56 - 8 * (i % 8)));
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(ipv6 ? AF_INET6 : AF_INET, bytes.data() + (ipv6 ? 0 : 12), text.data(), text.size());
    return text.data();
}

std::string end_text(bool ipv6, Address address, unsigned port) {
    const std::string text = address_text(ipv6, address);
    return ipv6 ? fmt::format("[{}]:{}", text, port) : fmt::format("{}:{}", text, port);
}

} // namespace

std::string to_text(const TablePrefix& prefix) {
    const std::string text = address_text(prefix.ipv6, prefix.address);
    return prefix.length == (prefix.ipv6 ? 128 : 32) ? text : fmt::format("{}/{}", text, prefix.length);
}

std::string to_text(const pfq_table_key& flow) {
    const char* protocol = flow.protocol == 6 ? "tcp" : flow.protocol == 17 ? "udp" : "sctp";
    return fmt::format("{} {} {}", protocol, end_text(flow.ipv6 != 0, {flow.high, flow.low}, flow.port),
                       end_text(flow.ipv6 != 0, {flow.high2, flow.low2}, flow.port2));
}

} // namespace pfq::engine
