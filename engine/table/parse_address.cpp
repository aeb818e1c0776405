#include "engine/table/parse_address.hpp"

#include <arpa/inet.h>
#include <string>

namespace pfq::engine {
namespace {

std::uint64_t big_endian(const unsigned char* bytes, unsigned count) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < count; ++i)
        value = value << 8 | bytes[i];
    return value;
}

} // namespace

std::optional<ParsedAddress> parse_address(std::string_view text) {
    const std::string copy(text);
    unsigned char bytes[16];
    if (inet_pton(AF_INET, copy.c_str(), bytes) == 1)
        return ParsedAddress{{0, big_endian(bytes, 4)}, false};
    if (inet_pton(AF_INET6, copy.c_str(), bytes) == 1)
        return ParsedAddress{{big_endian(bytes, 8), big_endian(bytes + 8, 8)}, true};
    return std::nullopt;
}

} // namespace pfq::engine
