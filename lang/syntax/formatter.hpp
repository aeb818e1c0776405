// Tree -> document. Private to format*.cpp.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lang/syntax/ast.hpp"
#include "lang/syntax/doc.hpp"
#include "lang/syntax/format_comments.hpp"
#include "lang/syntax/type_text.hpp"

namespace pfq::lang {

class Formatter {
public:
    Formatter(std::string_view text, const Lexed& lexed) : text_(text), comments_(text, lexed, docs_) {}

    [[nodiscard]] std::string module(const Module& module);
    [[nodiscard]] std::string bare_expression(const Expr& expr);

private:
    static constexpr unsigned width = 100;
    static constexpr unsigned step = 4;

    // --- modules and declarations (format.cpp, format_decl.cpp)
    [[nodiscard]] std::string finish(Doc doc);
    Doc header(const Module& module);
    Doc import(const Import& import);
    Doc item_names(const std::vector<ImportItem>& items);
    Doc fixity(const FixityDecl& decl);
    Doc type_synonym(const TypeSynonym& synonym);
    Doc bindings(const std::vector<Binding>& bindings);
    Doc binding(const Binding& binding);
    Doc clause(const Binding& binding, const Clause& clause);
    Doc signature(const Binding& binding);
    Doc type(const TypeScheme& scheme);
    Doc right_side(const RightSide& right, const char* separator);
    Doc guarded(const GuardedExpr& guarded, const char* separator);
    Doc statement(const Statement& statement);
    Doc statements(const std::vector<Statement>& statements);
    [[nodiscard]] std::string parameters(const std::vector<PatternPtr>& patterns) const;
    [[nodiscard]] std::string pattern(const Pattern& pattern, PatternPlace place = PatternPlace::any) const {
        return pattern_text(pattern, place, text_);
    }

    /// Something on lines of its own, with its comments.
    template <class Make> Doc item(Span span, Make make) {
        Doc above = comments_.before(span.begin);
        Doc doc = make();
        Doc inside = comments_.before(span.end); // found no place inside
        Doc behind = comments_.after(span.end);
        return docs_.concat({above, inside, doc, behind});
    }
    /// Items one below the other; empty lines between them stay, as one.
    template <class Items, class SpanOf, class Make> Doc lines(const Items& items, SpanOf span_of, Make make);

    // --- expressions (format_expr.cpp, format_block.cpp)
    Doc expr(const Expr& expr);
    /// What stands after `=`, `->`, `then`, ...: on the same line or indented on the next.
    Doc body(const Expr& expr);
    Doc node(const Var& node, Span span);
    Doc node(const IntLit& node, Span span);
    Doc node(const CharLit& node, Span span);
    Doc node(const StringLit& node, Span span);
    Doc node(const Apply& node, Span span);
    Doc node(const Infix& node, Span span);
    Doc node(const Negate& node, Span span);
    Doc node(const Lambda& node, Span span);
    Doc node(const Let& node, Span span);
    Doc node(const If& node, Span span);
    Doc node(const MultiIf& node, Span span);
    Doc node(const Case& node, Span span);
    Doc node(const Do& node, Span span);
    Doc node(const Tuple& node, Span span);
    Doc node(const List& node, Span span);
    Doc node(const Range& node, Span span);
    Doc node(const Comprehension& node, Span span);
    Doc node(const LeftSection& node, Span span);
    Doc node(const RightSection& node, Span span);
    Doc node(const Typed& node, Span span);
    Doc node(const Paren& node, Span span);
    Doc closed(const Expr& expr); ///< in brackets if an operator behind it would belong to its last line
    /// As many on a line as fit; those with comments above (where given) start one.
    Doc commas(std::vector<Doc> items, const std::vector<Doc>& above = {});
    Doc range(const Expr& first, const Expr* last);
    [[nodiscard]] std::string written(Span span) const {
        return std::string(text_.substr(span.begin, span.end - span.begin));
    }
    Doc text(std::string text) { return docs_.text(std::move(text)); }
    Doc concat(std::vector<Doc> parts) { return docs_.concat(std::move(parts)); }
    Doc hard() const { return docs_.hard(); }

    std::string_view text_;
    DocBuilder docs_;
    FormatComments comments_;
};

template <class Items, class SpanOf, class Make> Doc Formatter::lines(const Items& items, SpanOf span_of, Make make) {
    std::vector<Doc> parts;
    for (const auto& one : items) {
        if (!parts.empty()) {
            parts.push_back(hard());
            parts.push_back(comments_.gap_before(span_of(one).begin));
        }
        parts.push_back(make(one));
    }
    if (!items.empty())
        parts.push_back(comments_.at_block_end(span_of(items.back()).end, span_of(items.front()).begin));
    return concat(std::move(parts));
}

} // namespace pfq::lang
