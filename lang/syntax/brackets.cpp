#include "lang/syntax/brackets.hpp"

#include <algorithm>

#include "lang/syntax/limits.hpp"

namespace pfq::lang {

namespace {

Tok partner(Tok kind) {
    switch (kind) {
    case Tok::open_paren:
        return Tok::close_paren;
    case Tok::open_bracket:
        return Tok::close_bracket;
    case Tok::open_brace:
        return Tok::close_brace;
    default:
        return Tok::end;
    }
}

const char* text_of(Tok kind) {
    switch (kind) {
    case Tok::open_paren:
        return "(";
    case Tok::close_paren:
        return ")";
    case Tok::open_bracket:
        return "[";
    case Tok::close_bracket:
        return "]";
    case Tok::open_brace:
        return "{";
    default:
        return "}";
    }
}

bool is_closing(Tok kind) {
    return kind == Tok::close_paren || kind == Tok::close_bracket || kind == Tok::close_brace;
}

class Checker {
public:
    explicit Checker(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    void token(const Token& token) {
        if (partner(token.kind) != Tok::end) {
            open_.push_back(&token);
        } else if (is_closing(token.kind)) {
            if (open_.empty()) {
                error(token, std::string("`") + text_of(token.kind) + "` without an opening bracket", "closes nothing");
            } else if (partner(open_.back()->kind) == token.kind) {
                open_.pop_back();
            } else {
                mismatch(token);
            }
        }
    }

    /// A declaration starts, or the text ends.
    void all_closed(const Token& token) {
        if (open_.empty())
            return;
        const Token& opening = *open_.back();
        Diagnostic& d = error(opening, std::string("`") + text_of(opening.kind) + "` is never closed", "opened here");
        if (token.kind != Tok::end)
            d.secondary.push_back({token.span, "still open where the next declaration starts"});
        open_.clear();
    }

    /// Declarations inside explicit braces may start in any column.
    [[nodiscard]] bool in_braces() const {
        return std::ranges::any_of(open_, [](const Token* t) { return t->kind == Tok::open_brace; });
    }

private:
    void mismatch(const Token& token) {
        const Token& opening = *open_.back();
        Diagnostic& d =
            error(token, std::string("`") + text_of(token.kind) + "` closes `" + text_of(opening.kind) + "`",
                  std::string("expected `") + text_of(partner(opening.kind)) + "`");
        d.secondary.push_back({opening.span, "opened here"});
        open_.pop_back();
        const bool belongs_further_out =
            std::ranges::any_of(open_, [&](const Token* t) { return partner(t->kind) == token.kind; });
        while (belongs_further_out && partner(open_.back()->kind) != token.kind)
            open_.pop_back();
        if (belongs_further_out)
            open_.pop_back();
    }

    Diagnostic& error(const Token& token, std::string message, std::string label) {
        return diagnostics_.emplace_back(Diagnostic{
            Code::unbalanced_bracket, Severity::error, std::move(message), {token.span, std::move(label)}, {}, {}, {}});
    }

    Diagnostics& diagnostics_;
    std::vector<const Token*> open_;
};

} // namespace

const Token& first_of_body(const std::vector<Token>& tokens) {
    if (tokens.front().kind == Tok::kw_module)
        for (std::size_t i = 0; i + 1 < tokens.size(); ++i)
            if (tokens[i].kind == Tok::kw_where)
                return tokens[i + 1];
    return tokens.front();
}

bool check_brackets(const std::vector<Token>& tokens, bool is_expression, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.size();
    const Token& first = first_of_body(tokens);
    Checker checker(diagnostics);
    for (const Token& token : tokens) {
        if (diagnostics.size() - before >= limits::max_errors)
            break;
        const bool margin = !is_expression && token.first_on_line && token.span.begin > first.span.begin &&
                            token.column <= first.column && !is_closing(token.kind) && token.kind != Tok::comma;
        if (token.kind == Tok::end || (margin && !checker.in_braces()))
            checker.all_closed(token);
        checker.token(token);
    }
    return diagnostics.size() == before;
}

} // namespace pfq::lang
