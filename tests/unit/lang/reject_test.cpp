// Programs that must be refused: the code and the place of the first error.
#include "tests/unit/lang/compiled.hpp"

namespace pfq::test {

struct Reject {
    const char* program;
    const char* error; ///< code and the text at the primary place
};

class Rejects : public testing::TestWithParam<Reject> {};

TEST_P(Rejects, AtTheRightPlace) {
    const Compiled compiled(GetParam().program);
    EXPECT_EQ(compiled.first_error(), GetParam().error) << compiled.errors();
}

INSTANTIATE_TEST_SUITE_P(
    Programs, Rejects,
    testing::Values(
        Reject{"tpc >-> port 80", "E0201 `tpc`"}, Reject{"tcp >-> L.port 80", "E0201 `L.port`"},
        Reject{"f = tcp", "E0203 ``"}, Reject{"import No.Such.Module\nmain = tcp", "E0204 `No.Such.Module`"},
        Reject{"import Network.PFQ.Lang (tpc)\nmain = tcp", "E0205 `tpc`"},
        Reject{"f :: Fucntion\nf = tcp\nmain = f", "E0208 `Fucntion`"},
        Reject{"f :: Foo a => a -> a\nf x = x\nmain = tcp", "E0208 `Foo`"},
        Reject{"main = port \"https\"", "E0301 `\"https\"`"}, Reject{"main = when tcp drop", "E0301 `tcp`"},
        Reject{"main = tcp >-> is_udp", "E0301 `is_udp`"}, Reject{"main = filter (ip_ttl < 5)", "E0301 `5`"},
        Reject{"f x = x x\nmain = tcp", "E0302 `x`"}, Reject{"main = port 80 90", "E0303 `90`"},
        Reject{"main = port 70000", "E0304 `70000`"}, Reject{"main = l4_proto (-1)", "E0304 `-1`"},
        Reject{"main = addr \"10.0.0.0/33\"", "E0305 `\"10.0.0.0/33\"`"},
        Reject{"main = addr \"2001:db8::/129\"", "E0305 `\"2001:db8::/129\"`"},
        Reject{"main = mac \"00:11:22:33:44\"", "E0305 `\"00:11:22:33:44\"`"},
        Reject{"f :: a -> Word16\nf x = x\nmain = port (f 5)", "E0306 `x`"}, Reject{"main = is_tcp", "E0307 `is_tcp`"},
        Reject{"main = 5", "E0307 `5`"}, Reject{"main = do\n  x <- tcp\n  port 80", "E0308 `x <- tcp`"},
        Reject{"f 1 = 2\nmain = classify (f 3)", "E0401 `f 3`"},
        Reject{"main = \\p -> case ip_ttl p of\n  1 -> tcp p\n  2 -> udp p",
               "E0401 `case ip_ttl p of\n  1 -> tcp p\n  2 -> udp p`"},
        Reject{"main = \\p -> chain (if is_tcp p then [tcp, udp] else [tcp]) p",
               "E0402 `if is_tcp p then [tcp, udp] else [tcp]`"},
        Reject{"main = classify 64", "E0403 `classify 64`"}, Reject{"main = inc 64", "E0403 `inc 64`"},
        Reject{"main = classify (8 `div` 0)", "E0405 `8 `div` 0`"},
        Reject{"main = filter (in_table \"t\" .||. port_in_table \"t\")", "E0406 `port_in_table \"t\"`"},
        Reject{"main = head []", "E0407 `head []`"}, Reject{"x = x + 1\nmain = classify x", "E0408 `x`"},
        Reject{"f n = f (n + 1)\nmain = classify (f 0)", "E0503 `n + 1`"},
        Reject{"main = ports [0 .. 65535 * 10]", "E0504 `[0 .. 65535 * 10]`"},
        Reject{"main = shift (shift (shift (shift tcp)))", "E0507 `shift tcp`"},
        Reject{"[{\"funSymbol\": 3}]", "E0602 `[{\"funSymbol\": 3}]`"},
        Reject{"[{\"funSymbol\": \"tcp\", ", "E0601 ``"}),
    [](const auto& tested) {
        return "P" + std::to_string(tested.index) + "_" + std::string(tested.param.error).substr(0, 5);
    });

TEST(Reject, OneErrorForOneMistake) {
    const Compiled compiled("main = tcp >-> prot 80 >-> steer_flow >-> classify 1");
    ASSERT_FALSE(compiled.result);
    EXPECT_EQ(compiled.result.error().size(), 1u) << compiled.errors();
}

TEST(Reject, DidYouMean) {
    EXPECT_NE(Compiled("steer_flwo").errors().find("did you mean `steer_flow`?"), std::string::npos);
    EXPECT_NE(Compiled("f :: Predcate\nf = is_tcp\nmain = filter f").errors().find("did you mean `Predicate`?"),
              std::string::npos);
}

TEST(Reject, ModulesThatImportEachOther) {
    const Modules modules = {{"A", "module A where\nimport B\nf = tcp\n"},
                             {"B", "module B where\nimport A\ng = udp\n"}};
    EXPECT_EQ(Compiled("import A\nmain = f", modules).first_error().substr(0, 5), "E0206");
}

TEST(Reject, NameOfTwoModules) {
    const Modules modules = {{"A", "module A where\nf = tcp\n"}, {"B", "module B where\nf = udp\n"}};
    EXPECT_EQ(Compiled("import A\nimport B\nmain = f", modules).first_error(), "E0207 `f`");
}

TEST(Reject, TooManyDevices) {
    std::string program = "main = unit";
    for (int i = 0; i < 65; ++i)
        program += " >-> forward \"eth" + std::to_string(i) + "\"";
    EXPECT_EQ(Compiled(program).first_error().substr(0, 5), "E0506");
}

TEST(Reject, ProgramThatGrowsTooBig) {
    // each level doubles the functions
    std::string program = "f0 = mark 1\n";
    for (int i = 1; i <= 20; ++i)
        program += "f" + std::to_string(i) + " = f" + std::to_string(i - 1) + " >-> f" + std::to_string(i - 1) + "\n";
    EXPECT_EQ(Compiled(program + "main = f20").first_error().substr(0, 5), "E0505");
}

TEST(Reject, ChainsOfDefinitionsThatAreTooLong) {
    std::string program;
    for (int i = 0; i < 1500; ++i)
        program += "a" + std::to_string(i) + " p = (\\q -> a" + std::to_string(i + 1) + " q) p\n";
    EXPECT_EQ(Compiled(program + "a1500 = tcp\nmain = a0").first_error().substr(0, 5), "E0502");
}

TEST(Reject, TypesThatDouble) {
    std::string values, synonyms;
    for (int i = 0; i < 40; ++i) {
        const std::string n = std::to_string(i), next = std::to_string(i + 1);
        values += "a" + n + " x = (a" + next + " x, a" + next + " x)\n";
        synonyms += "type T" + n + " = (T" + next + ", T" + next + ")\n";
    }
    EXPECT_EQ(Compiled(values + "a40 x = x\nmain = const tcp (a0 1)").first_error().substr(0, 5), "E0505");
    EXPECT_EQ(Compiled(synonyms + "type T40 = Int\nf :: T0 -> Int\nf x = 1\nmain = tcp").first_error().substr(0, 5),
              "E0505");
}

TEST(Reject, LambdaHasNoDescriptor) {
    lang::SourceSet sources;
    const auto file = sources.add("test", "\\p -> tcp p");
    const auto text = lang::print_descriptors(sources, file);
    ASSERT_FALSE(text);
    EXPECT_EQ(lang::info(text.error().front().code).name, "E0603");
}

} // namespace pfq::test
