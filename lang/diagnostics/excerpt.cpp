#include "lang/diagnostics/excerpt.hpp"

#include <algorithm>
#include <tuple>

#include "lang/source/utf8.hpp"

namespace pfq::lang {

ShownLine::ShownLine(std::string_view line) {
    unsigned column = 0;
    while (!line.empty()) {
        const auto next = utf8::decode(line);
        const unsigned length = next ? next->length : 1;
        columns_.insert(columns_.end(), length, column);
        if (line[0] == '\t') {
            const unsigned blanks = 8 - column % 8;
            text_.append(blanks, ' ');
            column += blanks;
        } else if (!next || next->code_point < 0x20 || next->code_point == 0x7f) {
            text_ += "\xef\xbf\xbd";
            ++column;
        } else {
            text_ += line.substr(0, length);
            column += utf8::width(next->code_point);
        }
        line.remove_prefix(length);
    }
    columns_.push_back(column);
}

unsigned ShownLine::column(std::size_t offset) const {
    return columns_[std::min(offset, columns_.size() - 1)];
}

namespace {

/// Underlines of all marks in one row; the primary one hides others below it.
MarkRow underlines(const std::vector<Mark>& marks) {
    unsigned width = 0;
    for (const Mark& mark : marks)
        width = std::max({width, mark.to, mark.from + 1});
    std::string row(width, ' ');
    auto draw = [&](bool primary) {
        for (const Mark& mark : marks)
            if (mark.primary == primary)
                std::fill(row.begin() + mark.from, row.begin() + std::max(mark.to, mark.from + 1), primary ? '^' : '-');
    };
    draw(false);
    draw(true);
    MarkRow result;
    for (unsigned i = 0; i < width;) {
        const auto end = std::min<std::size_t>(row.find_first_not_of(row[i], i), width);
        if (row[i] != ' ')
            result.pieces.push_back({i, row.substr(i, end - i), row[i] == '^'});
        i = static_cast<unsigned>(end);
    }
    return result;
}

} // namespace

std::vector<MarkRow> draw_marks(std::vector<Mark> marks) {
    std::ranges::sort(marks, {}, [](const Mark& mark) { return std::tie(mark.from, mark.to, mark.text); });
    std::vector<MarkRow> rows{underlines(marks)};
    const unsigned end = rows[0].pieces.back().column + static_cast<unsigned>(rows[0].pieces.back().text.size());
    Mark& last = marks.back();
    if (std::max(last.to, last.from + 1) == end) { // nothing right of it: its text fits beside it
        if (!last.text.empty())
            rows[0].pieces.push_back({end + 1, last.text, last.primary});
        marks.pop_back();
    }
    std::erase_if(marks, [](const Mark& mark) { return mark.text.empty(); });
    while (!marks.empty()) {
        MarkRow bars, row;
        for (std::size_t i = 0; i < marks.size(); ++i) {
            if (i > 0 && marks[i].from == marks[i - 1].from)
                continue;
            bars.pieces.push_back({marks[i].from, "|", marks[i].primary});
            if (marks[i].from < marks.back().from)
                row.pieces.push_back(bars.pieces.back());
        }
        row.pieces.push_back({marks.back().from, marks.back().text, marks.back().primary});
        if (rows.size() == 1)
            rows.push_back(std::move(bars));
        rows.push_back(std::move(row));
        marks.pop_back();
    }
    return rows;
}

} // namespace pfq::lang
