// One line of a program as a terminal shows it, with marks below it. Private to render_text.cpp.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace pfq::lang {

/// A line without tabs and control characters.
class ShownLine {
public:
    /// `line` without its line end.
    explicit ShownLine(std::string_view line);
    [[nodiscard]] const std::string& text() const { return text_; }
    /// The column, from 0, of the character with byte `offset` of the original line; the width when beyond it.
    [[nodiscard]] unsigned column(std::size_t offset) const;

private:
    std::string text_;
    std::vector<unsigned> columns_; ///< of every byte, and of the end
};

struct Mark {
    unsigned from, to; ///< columns, `to` not included; at least one column is drawn
    std::string text;
    bool primary;
};

/// A row below a line.
struct MarkRow {
    struct Piece {
        unsigned column;
        std::string text;
        bool primary;
    };
    std::vector<Piece> pieces; ///< from left to right, not overlapping
};

/// Underlines and texts of the marks of one line. The rightmost text stands beside its underline, the others below.
[[nodiscard]] std::vector<MarkRow> draw_marks(std::vector<Mark> marks);

} // namespace pfq::lang
