// Programs and what they do: every form of the language once, with a packet that shows its meaning.
#include "tests/support/random_packet.hpp"
#include "tests/unit/lang/compiled.hpp"

namespace pfq::test {

using lang::Fanout;

struct Accept {
    const char* program;
    const char* packet;
    Fanout fanout;
    std::uint64_t class_mask = 1;
};

class Accepts : public testing::TestWithParam<Accept> {};

TEST_P(Accepts, WithTheRightVerdict) {
    const auto [program, packet, fanout, class_mask] = GetParam();
    const auto result = verdict(program, packet);
    EXPECT_EQ(result.fanout, fanout) << program;
    if (fanout != Fanout::drop) {
        EXPECT_EQ(result.class_mask, class_mask) << program;
    }
}

namespace {
constexpr const char* tcp80 = "eth / ip src=10.0.0.1 dst=192.168.1.2 ttl=3 / tcp sport=40000 dport=80";
constexpr const char* udp53 = "eth / ip src=10.0.0.1 dst=192.168.1.2 / udp sport=40000 dport=53";
} // namespace

INSTANTIATE_TEST_SUITE_P(
    Forms, Accepts,
    testing::Values(
        Accept{"main = when is_tcp drop", tcp80, Fanout::drop}, Accept{"main = when is_tcp drop", udp53, Fanout::copy},
        Accept{"main :: Function (Qbuff -> Action Qbuff)\nmain = ip >-> udp >-> steer_flow", udp53, Fanout::steer},
        Accept{"main = do\n  udp\n  port 53\n  classify 2", udp53, Fanout::copy, 4},
        Accept{"main = if is_tcp then drop else classify 3", udp53, Fanout::copy, 8},
        Accept{"\\p -> if is_tcp p && ip_ttl p < 5 then classify 1 p else drop p", tcp80, Fanout::copy, 2},
        Accept{"\\p -> case ip_proto p of\n  6 -> classify 6 p\n  17 -> classify 17 p\n  _ -> drop p", udp53,
               Fanout::copy, 1 << 17},
        Accept{"main = filter web where web = any has_port [80, 443, 8000..8010]", tcp80, Fanout::copy},
        Accept{"main = ports [p | p <- [1..100], odd p]", tcp80, Fanout::drop},
        Accept{"main = let ps = map (* 2) [20, 40] in ports ps", tcp80, Fanout::copy},
        Accept{"infixl 1 |>\nf |> g = f >-> g\nmain = tcp |> classify 5", tcp80, Fanout::copy, 32},
        Accept{"rules :: [(Word16, Int)]\nrules = [(80, 1), (443, 2)]\nmain = chain [when (has_port p) (classify c) | "
               "(p, c) <- rules]",
               tcp80, Fanout::copy, 2},
        Accept{"pick n | n > 10 = classify 4 | otherwise = drop\nmain = pick 11", tcp80, Fanout::copy, 16},
        Accept{"all' [] = unit\nall' (f : fs) = f >-> all' fs\nmain = all' [tcp, port 80, classify 7]", tcp80,
               Fanout::copy, 128},
        Accept{"main = filter (not . is_odd) where is_odd = \\p -> odd (ip_ttl p)", tcp80, Fanout::drop},
        Accept{"main = if | is_udp' -> classify 1 | otherwise -> classify 2 where is_udp' = False", tcp80, Fanout::copy,
               4},
        Accept{"main = ports (P.filter even [79, 80, 81])", tcp80, Fanout::copy},
        Accept{"type Rule = Word16 -> Function\nonly :: Rule\nonly n = tcp >-> port n\nmain = only 80", tcp80,
               Fanout::copy},
        Accept{"main = par (udp >-> classify 1) (tcp >-> classify 2)", tcp80, Fanout::copy, 4},
        Accept{"main = inv udp", tcp80, Fanout::copy}, Accept{"main = inv tcp", tcp80, Fanout::drop},
        Accept{"put_state 3 >-> when (has_state 3) (classify 3)", tcp80, Fanout::copy, 8},
        Accept{"par (mark 5 >-> drop) (filter (has_mark 5) >-> classify 2)", tcp80, Fanout::copy, 4},
        Accept{"when is_tcp (mark 1) >-> unless is_tcp (mark 2) >-> filter (has_mark 1)", tcp80, Fanout::copy},
        Accept{"filter (ip_tot_len .+ 14 .== len)", tcp80, Fanout::copy},
        Accept{"filter (transport_u16 2 .== 80)", tcp80, Fanout::copy},
        Accept{"src (addr \"10.0.0.0/8\") >-> dst (addr \"10.0.0.0/8\")", tcp80, Fanout::drop}));

TEST(Accept, LocalModules) {
    const Modules modules = {
        {"Lib.Filter", "module Lib.Filter (web, (<+>)) where\ninfixl 2 <+>\nweb = tcp >-> port 80\nhidden = udp\n"
                       "f <+> g = f >-> g\n"}};
    EXPECT_EQ(Compiled("import Lib.Filter\nmain = web <+> steer_flow", modules).errors(), "");
    EXPECT_EQ(Compiled("import qualified Lib.Filter as F\nmain = F.web", modules).errors(), "");
    EXPECT_EQ(Compiled("import Lib.Filter\nmain = hidden", modules).first_error(), "E0201 `hidden`");
}

TEST(Accept, OwnNamesHideTheVocabulary) {
    EXPECT_EQ(verdict("main = web\nweb = port\nport = classify 9", tcp80).class_mask, 512u);
}

TEST(Accept, DescriptorsSayTheSame) {
    for (const char* program : {"ip >-> when (is_tcp .||. ip_ttl .< 5) (addr \"10.0.0.0/8\" >-> inc 3) >-> steer_flow",
                                "if is_udp then drop else classify 3", "par3 udp icmp (tcp >-> shift (port 80))",
                                "filter (5 <. ip_ttl) >-> link [\"a\", \"b\"]", "bloom_filter 64 [\"10.0.0.1\"] 24"}) {
        lang::SourceSet sources;
        const auto file = sources.add("test", program);
        const auto json = lang::print_descriptors(sources, file);
        ASSERT_TRUE(json) << program;
        const Compiled direct(program), again(*json);
        ASSERT_EQ(direct.errors() + again.errors(), "") << *json;
        RandomPackets packets(7);
        for (int i = 0; i < 200; ++i) {
            const auto packet = packets.next();
            lang::reference::Environment one, other;
            one.devices = other.devices = {8, 9};
            EXPECT_EQ(lang::reference::evaluate(direct.result->pipeline, to_input(packet), one),
                      lang::reference::evaluate(again.result->pipeline, to_input(packet), other))
                << program << describe(packet);
        }
    }
}

TEST(Accept, DescriptorsOfV6) {
    // as the JSON of PFQ 6 was: conditional(pred0, fun0, fun1(3))
    const char* json =
        R"([{"funSymbol":"conditional","funArgs":[{"argType":"Fun","argValue":1},{"argType":"Fun","argValue":2},
        {"argType":"Fun","argValue":3},null,null,null,null,null],"funIndex":0,"funLink":4},
        {"funSymbol":"is_tcp","funArgs":[null,null],"funIndex":1,"funLink":-1},
        {"funSymbol":"steer_flow","funArgs":[],"funIndex":2,"funLink":-1},
        {"funSymbol":"classify","funArgs":[{"argType":"Int","argValue":3}],"funIndex":3,"funLink":-1}])";
    EXPECT_EQ(verdict(json, tcp80).fanout, Fanout::steer);
    EXPECT_EQ(verdict(json, udp53).class_mask, 8u);
}

TEST(Accept, ConnectivesOfFunctionsOfSeveralPackets) {
    EXPECT_EQ(verdict("\\p -> filter (((\\q -> is_tcp) .&&. not (\\q -> has_port 81)) p) p", tcp80).fanout,
              Fanout::copy);
}

TEST(Accept, QualifiedOperatorsThatStartWithADot) {
    EXPECT_EQ(Compiled("import qualified Data.Bits as B\nmain = classify (6 B..&. 3)").errors(), "");
}

TEST(Accept, TypesArePrinted) {
    lang::SourceSet sources;
    const auto file = sources.add(
        "test",
        "web n = tcp >-> port n\ntwice f = f >-> f\nmain = twice (web 80)\nid' x = x\nsum' xs = foldr (+) 0 xs");
    const auto types = lang::print_types(sources, file);
    ASSERT_TRUE(types);
    EXPECT_EQ(*types, "web :: Word16 -> Function\ntwice :: Function -> Function\nmain :: Function\nid' :: a -> a\nsum' "
                      ":: Num a => [a] -> a\n");
}

} // namespace pfq::test
