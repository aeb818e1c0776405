#include "lang/syntax/parse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lang/syntax/compare.hpp"
#include "lang/syntax/limits.hpp"
#include "lang/syntax/print.hpp"

namespace pfq::lang {
namespace {

std::string errors_of(const Diagnostics& diagnostics) {
    std::string all;
    for (const Diagnostic& d : diagnostics)
        all += std::string(info(d.code).name) + " " + d.message + "\n";
    return all;
}

/// The tree of an expression, or its errors.
std::string expr_tree(const std::string& text) {
    SourceSet sources;
    Diagnostics diagnostics;
    ExprPtr expr = parse_expression(sources, sources.add("test", text), {}, diagnostics);
    EXPECT_EQ(expr == nullptr, !diagnostics.empty()) << text;
    return expr ? print_tree(*expr) : errors_of(diagnostics);
}

std::string module_tree(const std::string& text) {
    SourceSet sources;
    Diagnostics diagnostics;
    auto module = parse_module(sources, sources.add("test", text), {}, diagnostics);
    EXPECT_EQ(!module, !diagnostics.empty()) << text;
    return module ? print_tree(*module) : errors_of(diagnostics);
}

std::optional<Module> program(const std::string& text) {
    SourceSet sources;
    Diagnostics diagnostics;
    auto module = parse_program(sources, sources.add("test", text), {}, diagnostics);
    EXPECT_TRUE(module) << text << "\n" << errors_of(diagnostics);
    return module;
}

/// Both texts are programs with the same tree.
void expect_same(const std::string& a, const std::string& b) {
    auto left = program(a), right = program(b);
    ASSERT_TRUE(left && right);
    EXPECT_TRUE(same_tree(*left, *right)) << print_tree(*left) << print_tree(*right);
}

// ------------------------------------------------------------------------------------------ operators

TEST(ParserOperators, LeftAndRight) {
    expect_same("a >-> b >-> c", "(a >-> b) >-> c");
    expect_same("f $ g $ x", "f $ (g $ x)");
    expect_same("a : b ++ c", "a : (b ++ c)");
    expect_same("a - b - c", "(a - b) - c");
}

TEST(ParserOperators, Precedence) {
    expect_same("a + b * c", "a + (b * c)");
    expect_same("ip_ttl .< 5 .||. is_tcp", "(ip_ttl .< 5) .||. is_tcp");
    expect_same("a .||. b .^^. c .&&. d", "a .||. (b .^^. (c .&&. d))");
    expect_same("5 <. ip_ttl .&&. has_port 80 >-> f $ x", "((5 <. ip_ttl) .&&. (has_port 80)) >-> f $ x");
    expect_same("ip_ttl .+ 1 .* 2 .== 3 .|. 4", "(ip_ttl .+ (1 .* 2)) .== (3 .|. 4)");
    expect_same("f . g $ x", "(f . g) $ x");
    expect_same("x `div` 2 + y", "(x `div` 2) + y");
    expect_same("a && b || c == d", "(a && b) || (c == d)");
}

TEST(ParserOperators, ApplicationBindsTightest) {
    EXPECT_EQ(expr_tree("f a b .< 5"), "infix .<\n"
                                       "  apply\n"
                                       "    apply\n"
                                       "      var f\n"
                                       "      var a\n"
                                       "    var b\n"
                                       "  int 5\n");
}

TEST(ParserOperators, Negation) {
    expect_same("- a * b + c", "(-(a * b)) + c");
    expect_same("x == - 1", "x == (-1)");
    EXPECT_EQ(expr_tree("(- 5)"), "brackets\n  negate\n    int 5\n");
}

TEST(ParserOperators, Sections) {
    EXPECT_EQ(expr_tree("(.< 5)"), "right section .<\n  int 5\n");
    EXPECT_EQ(expr_tree("(x `f`)"), "left section f\n  var x\n");
    EXPECT_EQ(expr_tree("(a + b +)"), "left section +\n  infix +\n    var a\n    var b\n");
    EXPECT_EQ(expr_tree("(>-> a . b)"), "right section >->\n  infix .\n    var a\n    var b\n");
    EXPECT_EQ(expr_tree("(>->)"), "var >->\n");
    EXPECT_EQ(expr_tree("(L.>->)"), "var L.>->\n");
    EXPECT_EQ(expr_tree("(subtract 1)"), "brackets\n  apply\n    var subtract\n    int 1\n");
}

TEST(ParserOperators, DeclaredFixities) {
    expect_same("infixr 3 +++\nmain = a +++ b +++ c", "infixr 3 +++\nmain = a +++ (b +++ c)");
    expect_same("main = a +++ b *** c\ninfixl 3 +++\ninfixl 4 ***",
                "main = a +++ (b *** c)\ninfixl 3 +++\ninfixl 4 ***");
    expect_same("infix 2 `on`, <+>\nmain = a + b `on` c", "infix 2 `on`, <+>\nmain = (a + b) `on` c");
    expect_same("main = a <?> b <?> c + d", "main = ((a <?> b) <?> c) + d"); // infixl 9 without declaration
}

TEST(ParserOperators, ImportedFixities) {
    SourceSet sources;
    Diagnostics diagnostics;
    std::vector<std::string> modules;
    auto imported = [&](const std::vector<Import>& imports) {
        for (const Import& import : imports)
            modules.push_back(import.module.text);
        sources.add("Lib.Ops", "a text that moves the others in memory"); // as loading a module does
        return FixityTable{{"+++", {1, Associativity::right}}, {"O.+++", {1, Associativity::right}}};
    };
    const auto file = sources.add("t", "import Lib.Ops\nimport qualified Ops as O\nmain = a +++ b +++ c . d O.+++ e");
    auto module = parse_module(sources, file, imported, diagnostics);
    ASSERT_TRUE(module) << errors_of(diagnostics);
    EXPECT_THAT(modules, testing::ElementsAre("Lib.Ops", "Ops"));
    expect_same("infixr 1 +++\nmain = a +++ b +++ c . d +++ e", "infixr 1 +++\nmain = a +++ (b +++ ((c . d) +++ e))");
    EXPECT_THAT(print_tree(*module),
                testing::HasSubstr("infix +++\n        var a\n        infix +++\n          var b\n"));
}

// ---------------------------------------------------------------------------------------------- forms

TEST(ParserForms, Literals) {
    EXPECT_EQ(expr_tree("0x10"), "int 16\n");
    EXPECT_EQ(expr_tree("'a'"), "char 'a'\n");
    EXPECT_EQ(expr_tree(R"("a\"b")"), "string \"a\\\"b\"\n");
    EXPECT_EQ(expr_tree("()"), "unit\n");
    EXPECT_EQ(expr_tree("(a, 1)"), "tuple\n  var a\n  int 1\n");
    EXPECT_EQ(expr_tree("True"), "var True\n");
    EXPECT_EQ(expr_tree("Network.PFQ.Lang.tcp"), "var Network.PFQ.Lang.tcp\n");
}

TEST(ParserForms, Lists) {
    EXPECT_EQ(expr_tree("[]"), "list\n");
    EXPECT_EQ(expr_tree("[80, 443, 8000..8010]"), "list\n  int 80\n  int 443\n  from to\n    int 8000\n    int 8010\n");
    EXPECT_EQ(expr_tree("[1..5]"), "list\n  from to\n    int 1\n    int 5\n");
    EXPECT_EQ(expr_tree("[1..2, 5]"), "list\n  from to\n    int 1\n    int 2\n  int 5\n");
    EXPECT_EQ(expr_tree("[1, 3..9]"), "range from next to\n  int 1\n  int 3\n  int 9\n");
    EXPECT_EQ(expr_tree("[10, 8..1]"), "range from next to\n  int 10\n  int 8\n  int 1\n");
    EXPECT_EQ(expr_tree("[a, b..c]"), "range from next to\n  var a\n  var b\n  var c\n");
    EXPECT_EQ(expr_tree("[False ..]"), "range from\n  var False\n");
    EXPECT_EQ(expr_tree("[1, 2 ..]"), "range from next\n  int 1\n  int 2\n");
}

TEST(ParserForms, Comprehensions) {
    EXPECT_EQ(expr_tree("[x | (x, _) <- xs, let y = x, x > y]"), "comprehension\n"
                                                                 "  var x\n"
                                                                 "  bind\n"
                                                                 "    pattern (x, _)\n"
                                                                 "    var xs\n"
                                                                 "  let\n"
                                                                 "    binding y\n"
                                                                 "      clause\n"
                                                                 "        var x\n"
                                                                 "  infix >\n"
                                                                 "    var x\n"
                                                                 "    var y\n");
}

TEST(ParserForms, LambdaLetIf) {
    EXPECT_EQ(expr_tree("\\(a, b) _ -> a"), "lambda\n  pattern (a, b)\n  pattern _\n  var a\n");
    EXPECT_EQ(expr_tree("let x = 1 in x"), "let\n  binding x\n    clause\n      int 1\n  in\n    var x\n");
    EXPECT_EQ(expr_tree("let { x = 1; y = 2 } in x"), expr_tree("let x = 1\n    y = 2\nin x"));
    EXPECT_EQ(expr_tree("if a then b else c"), "if\n  var a\n  var b\n  var c\n");
    EXPECT_EQ(expr_tree("f $ \\x -> x >-> y"),
              "infix $\n  var f\n  lambda\n    pattern x\n    infix >->\n      var x\n      var y\n");
}

TEST(ParserForms, MultiwayIf) {
    EXPECT_EQ(expr_tree("if | a -> b\n   | c, d -> e"), "multiway if\n"
                                                        "  guarded\n"
                                                        "    var a\n"
                                                        "    then\n"
                                                        "      var b\n"
                                                        "  guarded\n"
                                                        "    var c\n"
                                                        "    var d\n"
                                                        "    then\n"
                                                        "      var e\n");
    expect_same("if | a -> if | b -> c\n             | d -> e\n   | f -> g",
                "if | a -> (if | b -> c | d -> e) | f -> g");
}

TEST(ParserForms, Case) {
    EXPECT_EQ(expr_tree("case x of\n  1 -> a\n  -2 | g -> b\n     | otherwise -> c\n    where g = True\n  _ -> d"),
              "case\n"
              "  var x\n"
              "  alternative\n"
              "    pattern 1\n"
              "    var a\n"
              "  alternative\n"
              "    pattern -2\n"
              "    guarded\n"
              "      var g\n"
              "      then\n"
              "        var b\n"
              "    guarded\n"
              "      var otherwise\n"
              "      then\n"
              "        var c\n"
              "    where\n"
              "      binding g\n"
              "        clause\n"
              "          var True\n"
              "  alternative\n"
              "    pattern _\n"
              "    var d\n");
}

TEST(ParserForms, Do) {
    const std::string tree = "do\n"
                             "  var tcp\n"
                             "  let\n"
                             "    binding x\n"
                             "      clause\n"
                             "        int 1\n"
                             "  bind\n"
                             "    pattern y\n"
                             "    var b\n"
                             "  var c\n";
    EXPECT_EQ(expr_tree("do\n  tcp\n  let x = 1\n  y <- b\n  c"), tree);
    EXPECT_EQ(expr_tree("do { tcp; let { x = 1 }; y <- b; c }"), tree);
    EXPECT_EQ(expr_tree("do tcp\n   let x = 1\n   y <- b\n   c"), tree);
    EXPECT_EQ(expr_tree("do { let x = 1 in x; b }"), expr_tree("do\n  let x = 1\n    in x\n  b"));
}

TEST(ParserForms, Typed) {
    EXPECT_EQ(expr_tree("5 :: Word16"), "typed :: Word16\n  int 5\n");
    EXPECT_EQ(expr_tree("(x :: Num a => [a] -> (a, ()) -> Maybe [a])"),
              "brackets\n  typed :: Num a => [a] -> (a, ()) -> Maybe [a]\n    var x\n");
}

TEST(ParserForms, Patterns) {
    EXPECT_EQ(module_tree("f _ x 1 (-2) \"s\" True (CIDR a 8) (a, b) [] [a] (x : _) all@(y : z) (n :: Word16) () = x"),
              "module Main\n"
              "  binding f\n"
              "    clause\n"
              "      pattern _\n"
              "      pattern x\n"
              "      pattern 1\n"
              "      pattern -2\n"
              "      pattern \"s\"\n"
              "      pattern True\n"
              "      pattern CIDR a 8\n"
              "      pattern (a, b)\n"
              "      pattern []\n"
              "      pattern [a]\n"
              "      pattern x : _\n"
              "      pattern all@(y : z)\n"
              "      pattern (n :: Word16)\n"
              "      pattern ()\n"
              "      var x\n");
}

// ------------------------------------------------------------------------------------------- modules

TEST(ParserModules, HeaderImportsAndDeclarations) {
    EXPECT_EQ(module_tree("module Lib.Web (web, (>+>), CIDR (..)) where\n"
                          "import Lib.Filter (web, (+++))\n"
                          "import qualified Network.PFQ.Lang as L\n"
                          "import Foo hiding (bar)\n"
                          "infixl 4 >+>, `foo`\n"
                          "type Filter a = [a] -> Function\n"
                          "web, dns :: (Num a, Eq a) => a -> Function\n"
                          "web 80 = a\n"
                          "web n | n > 80 = b\n"
                          "      | Just m <- n, let k = m = c\n"
                          "  where b = 1\n"
                          "dns = d\n"
                          "x >+> y = x\n"
                          "(x `foo` y) z = x\n"
                          "(<+>) a = a\n"
                          "(p, q) = r\n"),
              "module Lib.Web\n"
              "  exports web >+> CIDR\n"
              "  import Lib.Filter\n"
              "    names web +++\n"
              "  import Network.PFQ.Lang qualified as L\n"
              "  import Foo\n"
              "    hiding bar\n"
              "  infixl 4 >+> foo\n"
              "  type Filter a = [a] -> Function\n"
              "  binding web\n"
              "    :: (Num a, Eq a) => a -> Function\n"
              "    clause\n"
              "      pattern 80\n"
              "      var a\n"
              "    clause\n"
              "      pattern n\n"
              "      guarded\n"
              "        infix >\n"
              "          var n\n"
              "          int 80\n"
              "        then\n"
              "          var b\n"
              "      guarded\n"
              "        bind\n"
              "          pattern Just m\n"
              "          var n\n"
              "        let\n"
              "          binding k\n"
              "            clause\n"
              "              var m\n"
              "        then\n"
              "          var c\n"
              "      where\n"
              "        binding b\n"
              "          clause\n"
              "            int 1\n"
              "  binding dns\n"
              "    :: (Num a, Eq a) => a -> Function\n"
              "    clause\n"
              "      var d\n"
              "  binding >+>\n"
              "    clause\n"
              "      pattern x\n"
              "      pattern y\n"
              "      var x\n"
              "  binding foo\n"
              "    clause\n"
              "      pattern x\n"
              "      pattern y\n"
              "      pattern z\n"
              "      var x\n"
              "  binding <+>\n"
              "    clause\n"
              "      pattern a\n"
              "      var a\n"
              "  pattern binding\n"
              "    pattern (p, q)\n"
              "    clause\n"
              "      var r\n");
}

TEST(ParserModules, ExplicitBraces) {
    expect_same("module M where { f = 1;\ng = 2 }", "module M where\nf = 1\ng = 2");
    EXPECT_EQ(module_tree("{ f = 1; ; g = do { a\n; b } }"), module_tree("f = 1\ng = do\n  a\n  b"));
}

TEST(ParserModules, Documentation) {
    auto module = program("-- | Web traffic.\n-- More of it.\n--\nweb :: Function\nweb = a\n\n-- no\nx = 1\n\n"
                          "{- | Block -}\ny = 2\n-- | Type\ntype T = Int\n");
    ASSERT_TRUE(module);
    EXPECT_EQ(module->bindings[0].documentation, "Web traffic.\nMore of it.\n");
    EXPECT_EQ(module->bindings[1].documentation, "");
    EXPECT_EQ(module->bindings[2].documentation, "Block");
    EXPECT_EQ(module->synonyms[0].documentation, "Type");
}

TEST(ParserModules, Empty) {
    EXPECT_EQ(module_tree(""), "module Main\n");
    EXPECT_EQ(module_tree("-- nothing\n"), "module Main\n");
    EXPECT_TRUE(program("")->bindings.empty());
}

TEST(ParserModules, PlacesOfBindings) {
    auto module = program("f :: A\nf 1 = a\nf 2 = b\n");
    ASSERT_TRUE(module);
    const Binding& f = module->bindings[0];
    EXPECT_EQ(f.signature_span.begin, 0U);
    EXPECT_EQ(f.signature_span.end, 6U);
    EXPECT_EQ(f.span.begin, 7U);
    EXPECT_EQ(f.span.end, 22U);
    EXPECT_EQ(f.clauses[1].span.begin, 15U);
    EXPECT_EQ(f.clauses[1].right.guarded[0].body->span.begin, 21U);
}

// --------------------------------------------------------------------------------------------- layout

TEST(ParserLayout, DoAndIf) {
    expect_same("main = do\n  if a\n  then b\n  else c\n  d", "main = do { if a then b else c; d }");
    expect_same("main = do { if a; then b; else c; d }", "main = do { if a then b else c; d }");
}

TEST(ParserLayout, NestedBlocks) {
    expect_same("main = do\n  tcp\n  shift $ do\n    udp\n    port 53\n  steer_flow",
                "main = do { tcp; shift $ do { udp; port 53 }; steer_flow }");
    expect_same("main = do\n\ttcp\n        udp", "main = do { tcp; udp }");
}

TEST(ParserLayout, BlocksEndWhereTheyMust) {
    expect_same("let x = 1; y = 2 in x", "let { x = 1; y = 2 } in x");
    expect_same("(do a; b)", "(do { a; b })");
    expect_same("[do a; b, c]", "[do { a; b }, c]");
    expect_same("(case x of 1 -> a; 2 -> b, c)", "(case x of { 1 -> a; 2 -> b }, c)");
    expect_same("let f x = case x of 1 -> a; _ -> b in f", "let { f x = case x of { 1 -> a; _ -> b } } in f");
    expect_same("if do a then b else c", "if do { a } then b else c");
}

TEST(ParserLayout, WhereAfterDo) {
    expect_same("main = do\n  a\n  b\n  where b = c", "main = do { a; b } where { b = c }");
    expect_same("main = x\n  where\n    x = y\n     where y = z\nf = g",
                "main = x where { x = y where { y = z } }\nf = g");
}

TEST(ParserLayout, ClosingBracketsAtTheMargin) {
    expect_same("main = any has_port [\n  80,\n  443\n]\nf = 1", "main = any has_port [80, 443]\nf = 1");
    expect_same("main = par (\n  a\n) b", "main = par (a) b");
}

TEST(ParserLayout, ThenAndElseAtTheMargin) {
    expect_same("main = if a\nthen b\nelse c\nx = y", "main = if a then b else c\nx = y");
}

TEST(ParserLayout, OperatorsContinueLines) {
    expect_same("main = tcp\n  >-> port 443\n  >-> drop", "main = tcp >-> port 443 >-> drop");
    expect_same("tcp\n>-> port 443\n>-> drop", "tcp >-> port 443 >-> drop");
}

// ------------------------------------------------------------------------------------------- programs

bool is_expression(const std::string& text) {
    SourceSet sources;
    return is_bare_expression(sources, sources.add("test", text));
}

TEST(ParserPrograms, Expressions) {
    for (const char* text :
         {"tcp >-> port 443 >-> steer_flow", "let x = 1 in f x", "\\p -> p", "do { let { x = 1 }; x }", "ip_ttl .== 5",
          "if | a -> b | c -> d", "case x of { y | y == 1 -> z }", "when (has_port 80) drop", "[x | x <- xs]",
          "(5 :: Word16)", "f x where_x", "if a == b then c else d", "let\n  x = 1\nin x", "do\n  let x = 1\n  f x"})
        EXPECT_TRUE(is_expression(text) && program(text)) << text;
    for (const char* text : {"main = tcp", "main :: Function\nmain = x", "import A\nmain = x", "module A where",
                             "type A = B", "infixl 3 +", "f x | x = y", "x +++ y = z", "(a, b) = c", "", "-- c",
                             "a, b :: T", "main tcp\nf = x", "data A = B"})
        EXPECT_FALSE(is_expression(text)) << text;
}

TEST(ParserPrograms, ExpressionBecomesMain) {
    auto module = program("  tcp >-> drop -- c");
    ASSERT_TRUE(module);
    EXPECT_EQ(print_tree(*module), "module Main\n"
                                   "  binding main\n"
                                   "    clause\n"
                                   "      infix >->\n"
                                   "        var tcp\n"
                                   "        var drop\n");
    EXPECT_EQ(module->bindings[0].span.begin, 2U);
    EXPECT_EQ(module->bindings[0].span.end, 14U);
    EXPECT_FALSE(module->has_header);
}

TEST(ParserPrograms, OfPfq6) {
    for (const char* text :
         {"main = when is_tcp drop", "main :: Function (Qbuff -> Action Qbuff)\nmain = ip >-> udp >-> steer_flow",
          "main = do\n  tcp\n  shift $ do\n    udp\n    port 53\n  steer_flow",
          "main = if is_tcp then drop else if (has_port 80 .||. has_addr \"10.0.0.0/8\") then unit else par (tcp >-> "
          "drop) udp",
          "import Lib.Filter (web)\nimport qualified Network.PFQ.Lang as L\n\nmain = L.tcp >-> web\n",
          "main = filter ((tcp_source .< 1024) .||. (tcp_source .== 8080)) >-> steer_flow",
          "{-# LANGUAGE OverloadedStrings #-}\nmain = addr \"10.0.0.0/8\"",
          "main = conditional (is_tcp .&&. (has_port 80)) (steer_flow) (drop)"})
        EXPECT_TRUE(program(text)) << text;
}

TEST(ParserPrograms, TypeSchemes) {
    SourceSet sources;
    Diagnostics diagnostics;
    auto scheme =
        parse_type_scheme(sources, sources.add("t", "(Num a, Eq b) => a -> [b] -> Maybe (a, b)"), diagnostics);
    ASSERT_TRUE(scheme);
    EXPECT_EQ(scheme->context.size(), 2U);
    EXPECT_EQ(scheme->context[1].class_name.text, "Eq");
    EXPECT_TRUE(std::holds_alternative<TypeArrow>(scheme->type->node));
    EXPECT_FALSE(parse_type_scheme(sources, sources.add("t", "a ->"), diagnostics));
    EXPECT_EQ(diagnostics.size(), 1U);
}

// --------------------------------------------------------------------------------------------- limits

std::string repeated(const std::string& part, unsigned times) {
    std::string all;
    for (unsigned i = 0; i < times; ++i)
        all += part;
    return all;
}

TEST(ParserLimits, Nesting) {
    for (auto [open, close] : {std::pair{"(", ")"},
                               {"[", "]"},
                               {"f $ \\x -> ", ""},
                               {"let x = ", " in x"},
                               {"do ", ""},
                               {"case ", " of y -> z"},
                               {"if ", " then a else b"},
                               {"if | a -> ", ""}}) {
        const std::string fine = repeated(open, 50) + "x" + repeated(close, 50);
        EXPECT_TRUE(program(fine)) << open;
        const std::string deep = "main = " + repeated(open, 3000) + "x" + repeated(close, 3000);
        EXPECT_THAT(module_tree(deep), testing::StartsWith("E0502")) << open;
    }
    EXPECT_THAT(module_tree("f " + repeated("(", 3000) + "x" + repeated(")", 3000) + " = 1"),
                testing::StartsWith("E0502"));
    EXPECT_THAT(module_tree("f (" + repeated("x : ", 3000) + "x) = 1"), testing::StartsWith("E0502"));
    EXPECT_THAT(module_tree("f " + repeated("x@", 3000) + "x = 1"), testing::StartsWith("E0502"));
    EXPECT_THAT(module_tree("f :: " + repeated("[", 3000) + "A" + repeated("]", 3000) + "\nf = 1"),
                testing::StartsWith("E0502"));
    EXPECT_THAT(module_tree("f :: " + repeated("a -> ", 3000) + "a\nf = 1"), testing::StartsWith("E0502"));
    EXPECT_THAT(module_tree("f :: " + repeated("a ", 3000) + "a\nf = 1"), testing::StartsWith("E0502"));
    EXPECT_THAT(module_tree("f = a" + repeated(" where f = a", 3000)), testing::StartsWith("E0502"));
}

TEST(ParserLimits, Chains) {
    EXPECT_TRUE(program("main = a" + repeated(" >-> a", limits::max_tree_height - 1)));
    for (const char* part : {" >-> a", " $ a", " a", " + a"})
        EXPECT_THAT(module_tree("main = a" + repeated(part, 10'000)), testing::StartsWith("E0502")) << part;
    EXPECT_TRUE(program("main = [a" + repeated(", a", 10'000) + "]"));
}

} // namespace
} // namespace pfq::lang
