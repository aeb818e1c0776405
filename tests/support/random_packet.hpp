// Random packets for differential tests: the same ones for a seed on every machine.
#pragma once
#include "tests/support/test_packet.hpp"
#include <random>

namespace pfq::test {

/// Stacks of all layers of the notation, with tags, extension headers, fragments and tunnels (deeper than programs can
/// look), small pools of addresses and ports so that tests of programs hit; about half of them then truncated, with
/// bits flipped or with lengths that lie. Use describe() to show one.
class RandomPackets {
public:
    explicit RandomPackets(std::uint64_t seed) : engine_(seed) {}

    [[nodiscard]] TestPacket next();
    /// The notation of a sound packet, without any corruption.
    [[nodiscard]] std::string next_text();

private:
    std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
    bool chance(unsigned percent) { return below(100) < percent; }
    template <typename... Texts> const char* one_of(Texts... texts);

    void layer(const std::string& text);
    void number(const char* key, std::uint64_t bound);
    void network(unsigned depth);
    void mpls(unsigned depth);
    void ip(unsigned depth);
    void ip6(unsigned depth);
    void extensions();
    void transport(unsigned depth, bool ipv6);
    void tunnel(unsigned depth);
    void ethernet(unsigned depth);
    void tags();
    void ports();
    void data();
    void inputs();
    void corrupt(TestPacket& packet);

    std::mt19937_64 engine_; // its sequence is fixed by the standard, that of the distributions is not
    std::string text_;
};

} // namespace pfq::test
