// Attributes of layers.
#include "tests/support/attributes.hpp"
#include <stdexcept>

namespace pfq::test {

void LayerText::refuse(const std::string& why) const {
    throw std::invalid_argument("packet: " + name + ": " + why);
}

const Attribute* LayerText::find(const char* key) const {
    for (const Attribute& attribute : attributes)
        if (attribute.key == key) {
            attribute.used = true;
            return &attribute;
        }
    return nullptr;
}

/// Says where a value that cannot be read is.
template <typename F> auto LayerText::guarded(const char* key, F read) const {
    try {
        return read();
    } catch (const std::invalid_argument& error) {
        refuse(std::string(key) + ": " + error.what());
    }
}

std::optional<std::string> LayerText::text(const char* key) const {
    const Attribute* attribute = find(key);
    return attribute ? std::optional(attribute->value) : std::nullopt;
}

bool LayerText::flag(const char* key) const {
    for (const Attribute& attribute : attributes)
        if (attribute.key.empty() && !attribute.quoted && attribute.value == key) {
            attribute.used = true;
            return true;
        }
    return number(key, 1, 0) == 1;
}

std::optional<std::uint64_t> LayerText::number(const char* key, std::uint64_t max) const {
    const Attribute* attribute = find(key);
    if (!attribute)
        return std::nullopt;
    return guarded(key, [&] { return parse_number(attribute->value, max); });
}

std::uint64_t LayerText::number(const char* key, std::uint64_t max, std::uint64_t usual) const {
    return number(key, max).value_or(usual);
}

std::uint64_t LayerText::mac(const char* key, std::uint64_t usual) const {
    const Attribute* attribute = find(key);
    return attribute ? guarded(key, [&] { return parse_mac(attribute->value); }) : usual;
}

std::uint32_t LayerText::ipv4(const char* key, const char* usual) const {
    const Attribute* attribute = find(key);
    return guarded(key, [&] { return parse_ipv4(attribute ? attribute->value : usual); });
}

std::pair<std::uint64_t, std::uint64_t> LayerText::ipv6(const char* key, const char* usual) const {
    const Attribute* attribute = find(key);
    return guarded(key, [&] { return parse_ipv6(attribute ? attribute->value : usual); });
}

Bytes LayerText::hex(const char* key) const {
    const Attribute* attribute = find(key);
    return attribute ? guarded(key, [&] { return parse_hex(attribute->value); }) : Bytes{};
}

void LayerText::finish() const {
    for (const Attribute& attribute : attributes)
        if (!attribute.used)
            refuse("unknown attribute '" + (attribute.key.empty() ? attribute.value : attribute.key) + "'");
}

} // namespace pfq::test
