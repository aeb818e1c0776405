// Where the comments of a program go when it is formatted. Private to the formatter.
#pragma once
#include <string_view>
#include <vector>

#include "lang/syntax/doc.hpp"
#include "lang/syntax/token.hpp"

namespace pfq::lang {

/// Hands out every comment once, in textual order: to the line whose end it stands at, else above the next place that
/// asks.
class FormatComments {
public:
    FormatComments(std::string_view text, const Lexed& lexed, DocBuilder& docs)
        : text_(text), tokens_(lexed.tokens), comments_(lexed.comments), docs_(docs) {}

    /// The remaining comments that begin before `offset`, each followed by a hard line.
    [[nodiscard]] Doc before(std::uint32_t offset);
    /// The comment on the same line after `offset`, if nothing but a `,` or `;` stands between.
    [[nodiscard]] Doc after(std::uint32_t offset);
    /// Comments on lines of their own after the block that ends at `offset`, which stand at or right of the column in
    /// which `first` starts; each preceded by a hard line.
    [[nodiscard]] Doc at_block_end(std::uint32_t offset, std::uint32_t first);
    /// An empty line if one stands before `offset`, or before the first remaining comment before it.
    [[nodiscard]] Doc gap_before(std::uint32_t offset) const;

private:
    [[nodiscard]] bool left() const { return next_ < comments_.size(); }
    [[nodiscard]] Doc written(const Comment& comment);
    [[nodiscard]] bool empty_line_before(std::uint32_t offset) const;
    [[nodiscard]] std::string_view slice(Span span) const { return text_.substr(span.begin, span.end - span.begin); }
    [[nodiscard]] std::uint32_t column(std::uint32_t offset) const;
    [[nodiscard]] std::uint32_t next_token(std::uint32_t offset) const;

    std::string_view text_;
    const std::vector<Token>& tokens_;
    const std::vector<Comment>& comments_;
    DocBuilder& docs_;
    std::size_t next_ = 0;
};

} // namespace pfq::lang
