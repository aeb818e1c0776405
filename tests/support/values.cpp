// Values of the packet notation.
#include "tests/support/values.hpp"
#include <charconv>
#include <stdexcept>

namespace pfq::test {

namespace {

[[noreturn]] void refuse(std::string_view text, const char* what) {
    throw std::invalid_argument("invalid " + std::string(what) + " '" + std::string(text) + "'");
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (std::size_t at = text.find(separator); at != std::string_view::npos; at = text.find(separator)) {
        parts.push_back(text.substr(0, at));
        text.remove_prefix(at + 1);
    }
    parts.push_back(text);
    return parts;
}

/// The whole text as a number of that base.
bool digits(std::string_view text, int base, std::uint64_t max, std::uint64_t& value) {
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value, base);
    return !text.empty() && error == std::errc{} && stop == end && value <= max;
}

} // namespace

std::uint64_t parse_number(std::string_view text, std::uint64_t max) {
    std::uint64_t value = 0;
    const bool hex = text.starts_with("0x");
    if (!digits(hex ? text.substr(2) : text, hex ? 16 : 10, ~std::uint64_t{0}, value))
        refuse(text, "number");
    if (value > max)
        throw std::invalid_argument("number '" + std::string(text) + "' is above " + std::to_string(max));
    return value;
}

std::uint32_t parse_ipv4(std::string_view text) {
    std::uint64_t address = 0;
    const auto parts = split(text, '.');
    for (const auto part : parts) {
        std::uint64_t byte = 0;
        if (parts.size() != 4 || !digits(part, 10, 255, byte))
            refuse(text, "IPv4 address");
        address = address << 8U | byte;
    }
    return static_cast<std::uint32_t>(address);
}

std::pair<std::uint64_t, std::uint64_t> parse_ipv6(std::string_view text) {
    std::vector<std::uint64_t> groups;
    const auto read_groups = [&](std::string_view part) {
        if (part.empty())
            return;
        for (const auto digit_text : split(part, ':')) {
            std::uint64_t group = 0;
            if (!digits(digit_text, 16, 0xffff, group))
                refuse(text, "IPv6 address");
            groups.push_back(group);
        }
    };
    const std::size_t gap = text.find("::");
    read_groups(text.substr(0, gap));
    if (gap != std::string_view::npos) {
        const std::size_t front = groups.size();
        read_groups(text.substr(gap + 2));
        if (groups.size() > 7)
            refuse(text, "IPv6 address");
        groups.insert(groups.begin() + static_cast<std::ptrdiff_t>(front), 8 - groups.size(), 0);
    }
    if (groups.size() != 8)
        refuse(text, "IPv6 address");
    const auto half = [&](std::size_t first) {
        return groups[first] << 48U | groups[first + 1] << 32U | groups[first + 2] << 16U | groups[first + 3];
    };
    return {half(0), half(4)};
}

std::uint64_t parse_mac(std::string_view text) {
    std::uint64_t address = 0;
    const auto parts = split(text, ':');
    for (const auto part : parts) {
        std::uint64_t byte = 0;
        if (parts.size() != 6 || !digits(part, 16, 255, byte))
            refuse(text, "MAC address");
        address = address << 8U | byte;
    }
    return address;
}

Bytes parse_hex(std::string_view text) {
    Bytes bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        std::uint64_t byte = 0;
        if (i + 1 == text.size() || !digits(text.substr(i, 2), 16, 255, byte))
            refuse(text, "hex");
        bytes.push_back(static_cast<std::uint8_t>(byte));
    }
    return bytes;
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
    std::string out;
    for (const auto byte : bytes) {
        out += "0123456789abcdef"[byte >> 4U];
        out += "0123456789abcdef"[byte & 15U];
    }
    return out;
}

std::string ipv4_text(std::uint64_t address) {
    std::string out;
    for (unsigned shift = 32; shift > 0; shift -= 8)
        out += (out.empty() ? "" : ".") + std::to_string(address >> (shift - 8) & 255U);
    return out;
}

std::string ipv6_text(std::uint64_t high, std::uint64_t low) {
    std::string out;
    for (const std::uint64_t half : {high, low})
        for (unsigned shift = 64; shift > 0; shift -= 16) {
            const auto group = static_cast<unsigned>(half >> (shift - 16) & 0xffffU);
            const Bytes bytes{static_cast<std::uint8_t>(group >> 8U), static_cast<std::uint8_t>(group)};
            out += (out.empty() ? "" : ":") + to_hex(bytes);
        }
    return out;
}

} // namespace pfq::test
