// Programs of classic BPF for tests, and what they say about a packet.
#pragma once
#include "lang/berkeley/filter.hpp"
#include "lang/reference/evaluate.hpp"
#include "tests/support/test_packet.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pfq::test {

using Program = std::vector<lang::berkeley::Instruction>;
namespace code = lang::berkeley::code;

constexpr lang::berkeley::Instruction op(unsigned code, std::uint32_t k = 0) {
    return {static_cast<std::uint16_t>(code), 0, 0, k};
}
constexpr lang::berkeley::Instruction jump(unsigned code, std::uint32_t k, unsigned jt, unsigned jf) {
    return {static_cast<std::uint16_t>(code::jmp + code), static_cast<std::uint8_t>(jt), static_cast<std::uint8_t>(jf),
            k};
}
constexpr lang::berkeley::Instruction load(unsigned size, std::uint32_t at) {
    return op(code::ld + size + code::abs, at);
}
constexpr lang::berkeley::Instruction beside(std::uint32_t offset) {
    return load(code::w, lang::berkeley::linux_offset::ancillary + offset);
}
constexpr lang::berkeley::Instruction ret(std::uint32_t k) {
    return op(code::ret + code::k, k);
}
inline constexpr lang::berkeley::Instruction ret_a = op(code::ret + code::a), tax = op(code::misc + code::tax),
                                             txa = op(code::misc + code::txa);
constexpr lang::berkeley::Instruction set_a(std::uint32_t k) {
    return op(code::ld + code::imm, k);
}
constexpr lang::berkeley::Instruction set_x(std::uint32_t k) {
    return op(code::ldx + code::imm, k);
}

/// An empty computation behind the filter.
inline lang::Pipeline filtering(const Program& program) {
    lang::Pipeline pipeline;
    const auto added = lang::berkeley::add_filter(pipeline, program);
    if (!added)
        throw std::runtime_error(added.error().text);
    EXPECT_EQ(check(pipeline), "");
    return pipeline;
}

/// How many bytes the filter keeps: 0: it rejects the packet; ~0: at least 65,535.
inline std::uint32_t kept(const Program& program, const TestPacket& packet) {
    lang::reference::Environment nothing;
    const auto verdict = evaluate(filtering(program), to_input(packet), nothing);
    EXPECT_EQ(verdict.filtered(), verdict.fanout == lang::Fanout::drop);
    return verdict.filtered() ? 0 : verdict.slice;
}

inline TestPacket frame(std::vector<std::uint8_t> bytes) {
    TestPacket packet;
    packet.length = static_cast<std::uint32_t>(bytes.size());
    packet.bytes = std::move(bytes);
    return packet;
}

inline std::string refusal(const Program& program) {
    lang::Pipeline pipeline;
    const auto added = lang::berkeley::add_filter(pipeline, program);
    EXPECT_TRUE(added || pipeline == lang::Pipeline{});
    return added ? "accepted" : added.error().text;
}

} // namespace pfq::test
