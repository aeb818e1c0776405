#include "lang/syntax/format_comments.hpp"

#include <algorithm>

namespace pfq::lang {

Doc FormatComments::written(const Comment& comment) {
    std::string text(slice(comment.span));
    std::erase(text, '\r');
    return docs_.comment(std::move(text), comment.line);
}

Doc FormatComments::before(std::uint32_t offset) {
    std::vector<Doc> parts;
    while (left() && comments_[next_].span.begin < offset) {
        const Comment& comment = comments_[next_];
        if (!parts.empty() && empty_line_before(comment.span.begin))
            parts.push_back(docs_.empty_line());
        parts.push_back(written(comment));
        parts.push_back(docs_.hard());
        ++next_;
    }
    if (!parts.empty() && empty_line_before(offset))
        parts.push_back(docs_.empty_line());
    return docs_.concat(std::move(parts));
}

Doc FormatComments::after(std::uint32_t offset) {
    std::vector<Doc> parts;
    while (left()) {
        const Comment& comment = comments_[next_];
        const std::string_view text = slice(comment.span);
        if (comment.own_line || comment.span.begin < offset || text.find('\n') != std::string_view::npos)
            break;
        const std::string_view between = text_.substr(offset, comment.span.begin - offset);
        if (between.find_first_not_of(" \t,;") != std::string_view::npos)
            break;
        parts.push_back(docs_.suffix(std::string(text), comment.line));
        offset = comment.span.end;
        ++next_;
    }
    return docs_.concat(std::move(parts));
}

Doc FormatComments::at_block_end(std::uint32_t offset, std::uint32_t first) {
    std::vector<Doc> parts;
    while (left()) {
        const Comment& comment = comments_[next_];
        if (!comment.own_line || comment.span.begin < offset || comment.span.begin > next_token(offset) ||
            column(comment.span.begin) < column(first))
            break;
        parts.push_back(docs_.hard());
        if (empty_line_before(comment.span.begin))
            parts.push_back(docs_.empty_line());
        parts.push_back(written(comment));
        ++next_;
    }
    return docs_.concat(std::move(parts));
}

Doc FormatComments::gap_before(std::uint32_t offset) const {
    if (left() && comments_[next_].span.begin < offset)
        offset = comments_[next_].span.begin;
    return empty_line_before(offset) ? docs_.empty_line() : docs_.nothing();
}

bool FormatComments::empty_line_before(std::uint32_t offset) const {
    unsigned line_ends = 0;
    while (offset > 0 && std::string_view(" \t\r\n").find(text_[offset - 1]) != std::string_view::npos)
        line_ends += text_[--offset] == '\n';
    return offset > 0 && line_ends > 1;
}

std::uint32_t FormatComments::column(std::uint32_t offset) const {
    const std::string_view before = text_.substr(0, offset);
    std::uint32_t column = 0;
    for (char c : before.substr(before.rfind('\n') + 1))
        column = c == '\t' ? (column / 8 + 1) * 8 : column + ((static_cast<unsigned char>(c) & 0xc0) != 0x80);
    return column;
}

std::uint32_t FormatComments::next_token(std::uint32_t offset) const {
    auto found = std::ranges::lower_bound(tokens_, offset, {}, [](const Token& t) { return t.span.begin; });
    return found == tokens_.end() ? static_cast<std::uint32_t>(text_.size()) : found->span.begin;
}

} // namespace pfq::lang
