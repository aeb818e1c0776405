#include "lang/eval/address.hpp"

#include <array>
#include <charconv>
#include <vector>

namespace pfq::lang {

namespace {

std::optional<unsigned> number(std::string_view text, int base, unsigned top) {
    unsigned value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || value > top)
        return std::nullopt;
    return value;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos)
            return parts;
        text.remove_prefix(at + 1);
    }
}

std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
    const auto parts = split(text, '.');
    if (parts.size() != 4)
        return std::nullopt;
    std::uint32_t address = 0;
    for (auto part : parts) {
        const auto byte = part.size() <= 3 ? number(part, 10, 255) : std::nullopt;
        if (!byte)
            return std::nullopt;
        address = address << 8 | *byte;
    }
    return address;
}

/// The 16-bit groups of one side of "::"; a last part with dots is an IPv4 address.
std::optional<std::vector<std::uint16_t>> parse_groups(std::string_view text) {
    std::vector<std::uint16_t> groups;
    if (text.empty())
        return groups;
    const auto parts = split(text, ':');
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i + 1 == parts.size() && parts[i].find('.') != std::string_view::npos) {
            const auto tail = parse_ipv4(parts[i]);
            if (!tail)
                return std::nullopt;
            groups.push_back(static_cast<std::uint16_t>(*tail >> 16));
            groups.push_back(static_cast<std::uint16_t>(*tail));
            continue;
        }
        const auto group = parts[i].size() <= 4 ? number(parts[i], 16, 0xffff) : std::nullopt;
        if (!group)
            return std::nullopt;
        groups.push_back(static_cast<std::uint16_t>(*group));
    }
    return groups;
}

std::optional<std::array<std::uint64_t, 2>> parse_ipv6(std::string_view text) {
    const auto gap = text.find("::");
    auto front = parse_groups(text.substr(0, gap));
    auto back = gap == std::string_view::npos ? std::vector<std::uint16_t>{} : parse_groups(text.substr(gap + 2));
    if (!front || !back)
        return std::nullopt;
    const std::size_t given = front->size() + back->size();
    if (gap == std::string_view::npos ? given != 8 : given > 7)
        return std::nullopt;
    front->resize(8 - back->size(), 0);
    front->insert(front->end(), back->begin(), back->end());
    std::array<std::uint64_t, 2> halves{};
    for (std::size_t i = 0; i < 8; ++i)
        halves[i / 4] = halves[i / 4] << 16 | (*front)[i];
    return halves;
}

std::uint64_t upper_bits(unsigned n) {
    return n == 0 ? 0 : ~std::uint64_t{0} << (64 - n);
}

} // namespace

std::optional<Prefix> parse_prefix(std::string_view text) {
    const auto slash = text.find('/');
    const auto host = text.substr(0, slash);
    const bool ipv6 = host.find(':') != std::string_view::npos;
    unsigned length = ipv6 ? 128 : 32;
    if (slash != std::string_view::npos) {
        const auto given = number(text.substr(slash + 1), 10, length);
        if (!given)
            return std::nullopt;
        length = *given;
    }
    Prefix prefix{ipv6, static_cast<std::uint8_t>(length), 0, 0};
    if (ipv6) {
        const auto halves = parse_ipv6(host);
        if (!halves)
            return std::nullopt;
        prefix.high = (*halves)[0] & upper_bits(length > 64 ? 64 : length);
        prefix.low = (*halves)[1] & upper_bits(length > 64 ? length - 64 : 0);
        return prefix;
    }
    const auto address = parse_ipv4(host);
    if (!address)
        return std::nullopt;
    prefix.low = *address & (upper_bits(length) >> 32);
    return prefix;
}

std::optional<std::uint64_t> parse_mac(std::string_view text) {
    const char separator = text.find('-') != std::string_view::npos ? '-' : ':';
    const auto parts = split(text, separator);
    if (parts.size() != 6)
        return std::nullopt;
    std::uint64_t mac = 0;
    for (auto part : parts) {
        const auto byte = part.size() <= 2 ? number(part, 16, 255) : std::nullopt;
        if (!byte)
            return std::nullopt;
        mac = mac << 8 | *byte;
    }
    return mac;
}

} // namespace pfq::lang
