// Linux's extensions and offsets.
#include "tests/unit/lang/berkeley.hpp"

namespace pfq::test {
namespace {

using lang::berkeley::linux_offset::link;
using lang::berkeley::linux_offset::network;
using testing::HasSubstr;

std::uint32_t value(std::uint32_t extension, const std::string& packet) {
    return kept({beside(extension), op(code::alu + code::add, 1), ret_a}, parse_packet(packet)) - 1;
}

TEST(BerkeleyExtensions, Inputs) {
    EXPECT_EQ(value(8, "eth / ip | device=7"), 7U);
    EXPECT_EQ(value(24, "eth / ip | queue=3"), 3U);
    EXPECT_EQ(value(20, "eth / ip | mark=99"), 99U);
    EXPECT_EQ(value(20, "eth / ip"), 0U);
}

TEST(BerkeleyExtensions, EveryWidthReadsTheWholeValue) {
    for (const unsigned width : {code::w, code::h, code::b})
        EXPECT_EQ(
            kept({load(width, lang::berkeley::linux_offset::ancillary + 8), ret_a}, parse_packet("eth | device=1234")),
            1234U);
}

/// The mark is that of the time before the computation.
TEST(BerkeleyExtensions, TheMarkIsRead) {
    lang::Pipeline pipeline;
    pipeline.nodes.push_back({.op = lang::Op::constant, .imm = 5});
    pipeline.nodes.push_back({.op = lang::Op::slot, .imm = 0});
    pipeline.slots = 1;
    pipeline.body.push_back({.kind = lang::Stmt::Kind::set_mark, .a = 0, .body = {}, .other = {}});
    pipeline.body.push_back({.kind = lang::Stmt::Kind::set_state, .a = 1, .body = {}, .other = {}});
    ASSERT_TRUE(lang::berkeley::add_filter(pipeline, Program{beside(20), jump(code::jeq, 4, 0, 1), ret(1), ret(0)}));
    ASSERT_EQ(check(pipeline), "");
    lang::reference::Environment nothing;
    const auto passed = evaluate(pipeline, to_input(parse_packet("eth | mark=4")), nothing);
    EXPECT_FALSE(passed.filtered());
    EXPECT_EQ(passed.mark, 5U);
    EXPECT_EQ(passed.state, 0U) << "slots of the program are its own";
    EXPECT_TRUE(evaluate(pipeline, to_input(parse_packet("eth | mark=5")), nothing).filtered());
}

/// libpcap asks for a tag there and, when there is none, looks into the frame.
TEST(BerkeleyExtensions, TagsAreInTheFrame) {
    for (const std::uint32_t extension : {44U, 48U, 60U})
        EXPECT_EQ(value(extension, "eth / vlan id=5 / ip"), 0U);
}

TEST(BerkeleyExtensions, Protocol) {
    EXPECT_EQ(value(0, "eth / ip"), 0x800U);
    EXPECT_EQ(value(0, "eth / arp"), 0x806U);
    EXPECT_EQ(value(0, "eth / vlan id=5 / ip6"), 0x86ddU);
    EXPECT_EQ(value(0, "eth / vlan tpid=0x88a8 id=5 / vlan id=6 / ip"), 0x8100U) << "the kernel takes one tag";
    EXPECT_EQ(value(0, "eth / vlan tpid=0x9100 id=5 / ip"), 0x9100U) << "which it does not know";
    EXPECT_EQ(value(0, "hex 000000000001 000000000002 0026 4242 03"), 4U);
    EXPECT_EQ(value(0, "hex 000000000001 000000000002 0026 ffff"), 1U);
    EXPECT_EQ(value(0, "hex 000000000001 000000000002 0026"), 4U);
    EXPECT_EQ(value(0, "hex 000000000001 000000000002 8100 0005 0026 ffff"), 1U);
    EXPECT_EQ(value(0, "ip | link=raw"), 0x800U);
    EXPECT_EQ(value(0, "ip6 | link=sll"), 0x86ddU);
}

TEST(BerkeleyExtensions, ProtocolThatIsCutOffRejects) {
    const Program program{beside(0), ret(1)};
    EXPECT_EQ(kept(program, parse_packet("hex 000000000001 000000000002 0800")), 1U);
    EXPECT_EQ(kept(program, parse_packet("hex 000000000001 000000000002 08")), 0U);
    EXPECT_EQ(kept(program, parse_packet("hex 000000000001 000000000002 8100 0005 08")), 0U);
    EXPECT_EQ(kept(program, frame({})), 0U);
}

TEST(BerkeleyExtensions, NetworkOffset) {
    const Program protocol{load(code::b, network + 9), ret_a};
    EXPECT_EQ(kept(protocol, parse_packet("eth / ip / tcp")), 6U);
    EXPECT_EQ(kept(protocol, parse_packet("eth / vlan id=1 / vlan id=2 / ip / udp")), 17U);
    EXPECT_EQ(kept(protocol, parse_packet("eth / arp")), 0U) << "no IP header";
    EXPECT_EQ(kept({set_x(9), op(code::ld + code::ind + code::b, network), ret_a}, parse_packet("eth / ip / tcp")), 6U);
    EXPECT_EQ(
        kept({op(code::ldx + code::msh + code::b, network), txa, ret_a}, parse_packet("eth / vlan id=1 / ip / tcp")),
        20U);
    EXPECT_EQ(kept({load(code::w, network + 1000), ret(1)}, parse_packet("eth / ip / tcp")), 0U);
}

TEST(BerkeleyExtensions, LinkOffset) {
    EXPECT_EQ(kept({load(code::h, link + 12), ret_a}, parse_packet("eth / ip / tcp")), 0x800U);
    EXPECT_EQ(kept({load(code::h, link + 12), ret_a}, frame(std::vector<std::uint8_t>(13))), 0U);
}

TEST(BerkeleyExtensions, ExclusiveOr) {
    EXPECT_EQ(kept({set_a(6), set_x(5), beside(40), ret_a}, frame({})), 3U);
}

TEST(BerkeleyExtensions, OthersAreRefusedByName) {
    const std::pair<std::uint32_t, const char*> others[] = {{4, "PKTTYPE"},     {12, "NLATTR"}, {16, "NLATTR_NEST"},
                                                            {28, "HATYPE"},     {32, "RXHASH"}, {36, "CPU"},
                                                            {52, "PAY_OFFSET"}, {56, "RANDOM"}};
    for (const auto& [offset, name] : others)
        EXPECT_THAT(refusal({beside(offset), ret_a}),
                    HasSubstr(std::string("): the Linux extension ") + name + " is not supported"));
    EXPECT_THAT(refusal({tax, beside(64), ret_a}), HasSubstr("instruction 1"));
    EXPECT_THAT(refusal({beside(64), ret_a}), HasSubstr("no Linux extension at offset -4096 + 64"));
    EXPECT_THAT(refusal({beside(1), ret_a}), HasSubstr("-4096 + 1"));
}

} // namespace
} // namespace pfq::test
