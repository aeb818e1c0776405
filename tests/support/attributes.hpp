// One layer of the packet notation as it was written: its name and its attributes.
#pragma once
#include "tests/support/values.hpp"
#include <optional>

namespace pfq::test {

struct Attribute {
    std::string key; ///< empty: a word without '='
    std::string value;
    bool quoted = false; ///< the word was written in quotes
    mutable bool used = false;
};

/// Readers mark what they read; finish() refuses the rest, so that a misspelt attribute cannot go unnoticed.
class LayerText {
public:
    std::string name;
    std::vector<Attribute> attributes;

    [[nodiscard]] std::optional<std::string> text(const char* key) const;
    [[nodiscard]] bool flag(const char* key) const; ///< a word `key`, or key=0 or key=1
    [[nodiscard]] std::optional<std::uint64_t> number(const char* key, std::uint64_t max) const;
    [[nodiscard]] std::uint64_t number(const char* key, std::uint64_t max, std::uint64_t usual) const;
    [[nodiscard]] std::uint64_t mac(const char* key, std::uint64_t usual) const;
    [[nodiscard]] std::uint32_t ipv4(const char* key, const char* usual) const;
    [[nodiscard]] std::pair<std::uint64_t, std::uint64_t> ipv6(const char* key, const char* usual) const;
    [[nodiscard]] Bytes hex(const char* key) const; ///< empty when not given
    void finish() const;

    [[noreturn]] void refuse(const std::string& why) const;

private:
    [[nodiscard]] const Attribute* find(const char* key) const;
    template <typename F> auto guarded(const char* key, F read) const;
};

} // namespace pfq::test
