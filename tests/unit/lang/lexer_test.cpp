#include "lang/syntax/lexer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lang/syntax/limits.hpp"

namespace pfq::lang {
namespace {

struct LexResult {
    std::optional<Lexed> lexed;
    Diagnostics diagnostics;
};

LexResult lex_text(const std::string& text) {
    SourceSet sources;
    LexResult result;
    result.lexed = lex(sources, sources.add("test", text), result.diagnostics);
    return result;
}

/// Source texts of the tokens, without the end.
std::vector<std::string> tokens_of(const std::string& text) {
    auto result = lex_text(text);
    if (!result.lexed)
        return {"error: " + result.diagnostics.at(0).message};
    std::vector<std::string> texts;
    for (const Token& token : result.lexed->tokens)
        if (token.kind != Tok::end)
            texts.push_back(text.substr(token.span.begin, token.span.end - token.span.begin));
    return texts;
}

Token only_token(const std::string& text) {
    auto result = lex_text(text);
    EXPECT_TRUE(result.lexed) << text;
    if (!result.lexed)
        return {};
    EXPECT_EQ(result.lexed->tokens.size(), 2U) << text;
    return result.lexed->tokens[0];
}

using testing::ElementsAre;

TEST(Lexer, Names) {
    EXPECT_EQ(only_token("foldl'").kind, Tok::variable);
    EXPECT_EQ(only_token("_x1").kind, Tok::variable);
    EXPECT_EQ(only_token("_").kind, Tok::underscore);
    EXPECT_EQ(only_token("Word16").kind, Tok::constructor);
    EXPECT_EQ(only_token("where").kind, Tok::kw_where);
    EXPECT_EQ(only_token("class").kind, Tok::kw_foreign_form);
    EXPECT_EQ(only_token("wherever").kind, Tok::variable);
}

TEST(Lexer, QualifiedNames) {
    const Token name = only_token("Network.PFQ.Lang.tcp");
    EXPECT_EQ(name.kind, Tok::variable);
    EXPECT_EQ(name.qualifier, "Network.PFQ.Lang");
    EXPECT_EQ(name.text, "tcp");
    const Token op = only_token("L.>->");
    EXPECT_EQ(op.kind, Tok::symbol);
    EXPECT_EQ(op.qualifier, "L");
    EXPECT_EQ(op.text, ">->");
    EXPECT_EQ(only_token("Lib.Filter").kind, Tok::constructor);
}

TEST(Lexer, Operators) {
    EXPECT_THAT(tokens_of("a >-> b .&&. c .<= d $ e . f ++ g : h"),
                ElementsAre("a", ">->", "b", ".&&.", "c", ".<=", "d", "$", "e", ".", "f", "++", "g", ":", "h"));
    EXPECT_THAT(tokens_of("f.g"), ElementsAre("f", ".", "g"));
    EXPECT_THAT(tokens_of("a `f` b"), ElementsAre("a", "`", "f", "`", "b"));
    EXPECT_EQ(only_token("..").kind, Tok::dot_dot);
    EXPECT_EQ(only_token("|").kind, Tok::bar);
    EXPECT_EQ(only_token("||").kind, Tok::symbol);
    EXPECT_EQ(only_token("\\").kind, Tok::backslash);
    EXPECT_EQ(only_token("-").kind, Tok::symbol);
}

TEST(Lexer, Ranges) {
    EXPECT_THAT(tokens_of("8000..8010"), ElementsAre("8000", "..", "8010"));
    EXPECT_THAT(tokens_of("[False ..]"), ElementsAre("[", "False", "..", "]"));
    EXPECT_THAT(tokens_of("A..B"), ElementsAre("A", "..", "B"));
    EXPECT_THAT(tokens_of("a..b"), ElementsAre("a", "..", "b"));
}

TEST(Lexer, Integers) {
    EXPECT_EQ(only_token("0").value, 0U);
    EXPECT_EQ(only_token("65_535").value, 65535U);
    EXPECT_EQ(only_token("0x1bB").value, 443U);
    EXPECT_EQ(only_token("0xdead_beef").value, 0xdeadbeefU);
    EXPECT_EQ(only_token("0o17").value, 15U);
    EXPECT_EQ(only_token("0b1010").value, 10U);
    EXPECT_EQ(only_token("18446744073709551615").value, ~std::uint64_t{0});
}

TEST(Lexer, StringsAndCharacters) {
    EXPECT_EQ(only_token("\"10.0.0.0/8\"").text, "10.0.0.0/8");
    EXPECT_EQ(only_token(R"("a\n\t\"\\\x41\65\o101\&1\SOH\SO\&H\DEL\^A")").text,
              std::string("a\n\t\"\\AAA1\x01\x0eH\x7f\x01"));
    EXPECT_EQ(only_token("\"one \\\n   \\line\"").text, "one line");
    EXPECT_EQ(only_token("\"\\228\"").text, "\xc3\xa4");
    EXPECT_EQ(only_token("\"\xc3\xa4\"").text, "\xc3\xa4");
    EXPECT_EQ(only_token("'x'").value, U'x');
    EXPECT_EQ(only_token("'\\''").value, U'\'');
    EXPECT_EQ(only_token("'\xe2\x82\xac'").value, 0x20acU);
}

TEST(Lexer, Comments) {
    auto result = lex_text("-- one\na {- two {- nested -} -} b --> c -- three\n--- four\n{-# INLINE f #-}");
    ASSERT_TRUE(result.lexed);
    EXPECT_EQ(result.lexed->tokens.size(), 5U) << "a b --> c and the end";
    ASSERT_EQ(result.lexed->comments.size(), 5U);
    EXPECT_TRUE(result.lexed->comments[0].own_line);
    EXPECT_TRUE(result.lexed->comments[0].line);
    EXPECT_FALSE(result.lexed->comments[1].own_line);
    EXPECT_FALSE(result.lexed->comments[1].line);
    EXPECT_FALSE(result.lexed->comments[2].own_line);
    EXPECT_TRUE(result.lexed->comments[3].own_line);
    EXPECT_TRUE(result.lexed->comments[4].own_line);
}

TEST(Lexer, PlacesAndColumns) {
    auto result = lex_text("a\n\tb c\n \xc3\xa4");
    EXPECT_FALSE(result.lexed);
    result = lex_text("a\n\tb c");
    ASSERT_TRUE(result.lexed);
    const auto& tokens = result.lexed->tokens;
    EXPECT_EQ(tokens[1].column, 9U) << "tabs go to column 9";
    EXPECT_TRUE(tokens[1].first_on_line);
    EXPECT_EQ(tokens[1].span.begin, 3U);
    EXPECT_FALSE(tokens[2].first_on_line);
    EXPECT_EQ(tokens[2].column, 11U);
    EXPECT_EQ(tokens[3].kind, Tok::end);
    EXPECT_EQ(tokens[3].column, 0U);
}

TEST(Lexer, ColumnsCountCharacters) {
    auto result = lex_text("\"\xc3\xa4\xe2\x82\xac\" x");
    ASSERT_TRUE(result.lexed);
    EXPECT_EQ(result.lexed->tokens[1].column, 6U);
}

struct Reject {
    std::string text;
    Code code;
    std::uint32_t begin, end;
};

class LexerErrors : public testing::TestWithParam<Reject> {};

TEST_P(LexerErrors, CodeAndPlace) {
    auto result = lex_text(GetParam().text);
    EXPECT_FALSE(result.lexed);
    ASSERT_EQ(result.diagnostics.size(), 1U);
    EXPECT_EQ(info(result.diagnostics[0].code).name, info(GetParam().code).name) << result.diagnostics[0].message;
    EXPECT_EQ(result.diagnostics[0].primary.span.begin, GetParam().begin);
    EXPECT_EQ(result.diagnostics[0].primary.span.end, GetParam().end);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, LexerErrors,
    testing::Values(Reject{"a \xe2\x80\x9c", Code::bad_character, 2, 5}, Reject{"a \x01", Code::bad_character, 2, 3},
                    Reject{"main = \"abc", Code::unterminated_string, 7, 8},
                    Reject{"a {- b {- -}", Code::unterminated_string, 2, 4},
                    Reject{"'x", Code::unterminated_string, 0, 1}, Reject{"'xyz'", Code::bad_literal, 0, 5},
                    Reject{"''", Code::bad_literal, 0, 2}, Reject{"443x", Code::bad_literal, 0, 4},
                    Reject{"0xg", Code::bad_literal, 0, 3}, Reject{"0b12", Code::bad_literal, 0, 4},
                    Reject{"1.5", Code::bad_literal, 0, 3}, Reject{"1_", Code::bad_literal, 0, 2},
                    Reject{"18446744073709551616", Code::bad_literal, 0, 20},
                    Reject{"\"a\\qb\"", Code::bad_literal, 2, 3}, Reject{"\"\\1114112\"", Code::bad_literal, 1, 9},
                    Reject{"\"\\  x\"", Code::bad_literal, 1, 2}, Reject{"a \xff b", Code::not_utf8, 2, 3},
                    Reject{"-- \xc0\xaf", Code::not_utf8, 3, 4}, Reject{"\"\xed\xa0\x80\"", Code::not_utf8, 1, 2},
                    Reject{"addr 10.0.0.0/8", Code::bad_literal, 5, 15}));

TEST(Lexer, AddressWithoutQuotesIsMended) {
    auto result = lex_text("addr 10.0.0.0/8");
    ASSERT_EQ(result.diagnostics.size(), 1U);
    ASSERT_FALSE(result.diagnostics[0].help.empty());
    ASSERT_TRUE(result.diagnostics[0].help[0].edit);
    EXPECT_EQ(result.diagnostics[0].help[0].edit->replacement, "\"10.0.0.0/8\"");
}

TEST(Lexer, ReportsSeveralErrorsButNotMore) {
    EXPECT_EQ(lex_text("\x01 \x02").diagnostics.size(), 2U);
    EXPECT_EQ(lex_text(std::string(100, '\x01')).diagnostics.size(), limits::max_errors);
}

TEST(Lexer, LengthLimit) {
    EXPECT_TRUE(lex_text(std::string(limits::max_text, ' ')).lexed);
    auto result = lex_text(std::string(limits::max_text + 1, ' '));
    ASSERT_EQ(result.diagnostics.size(), 1U);
    EXPECT_EQ(result.diagnostics[0].code, Code::program_too_long);
}

} // namespace
} // namespace pfq::lang
