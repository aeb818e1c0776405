// Tokens of a program text, with what the layout algorithm needs to know about their place.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lang/source/source.hpp"

namespace pfq::lang {

enum class Tok : std::uint8_t {
    // names and literals
    variable,    ///< filter, P.filter
    constructor, ///< True, Network.PFQ.Lang
    symbol,      ///< an operator that is not reserved: >->, ., P.++, :
    integer,
    character,
    string,
    // brackets and separators
    open_paren,
    close_paren,
    open_bracket,
    close_bracket,
    open_brace,
    close_brace,
    comma,
    semicolon,
    backquote,
    // reserved operators
    dot_dot,
    double_colon,
    equals,
    backslash,
    bar,
    left_arrow,
    right_arrow,
    at,
    tilde,
    fat_arrow,
    underscore,
    // keywords
    kw_case,
    kw_do,
    kw_else,
    kw_if,
    kw_import,
    kw_in,
    kw_infix,
    kw_infixl,
    kw_infixr,
    kw_let,
    kw_module,
    kw_of,
    kw_then,
    kw_type,
    kw_where,
    kw_foreign_form, ///< class, data, default, deriving, foreign, instance, newtype: words that only Haskell needs
    // made by the layout algorithm
    virtual_semicolon,
    virtual_close,
    end,
};

struct Token {
    Tok kind = Tok::end;
    Span span;
    std::string qualifier;    ///< names: "P" of `P.filter`
    std::string text;         ///< names and keywords: without qualifier; strings: escapes resolved
    std::uint64_t value = 0;  ///< integers; characters: the code point
    std::uint32_t column = 0; ///< from 1, tabs go to the next multiple of 8; 0 for the end
    bool first_on_line = false;
};

/// A comment with its marks (`--`, `{- -}`), without the line end.
struct Comment {
    Span span;
    bool line = false;     ///< starts with --
    bool own_line = false; ///< nothing but white space before it on its line
};

struct Lexed {
    std::vector<Token> tokens; ///< the last one has kind Tok::end
    std::vector<Comment> comments;
};

} // namespace pfq::lang
