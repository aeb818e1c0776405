#include <algorithm>
#include <map>

#include "lang/diagnostics/excerpt.hpp"
#include "lang/diagnostics/render.hpp"

namespace pfq::lang {

namespace {

enum class Style { plain, bold, error, warning, secondary, gutter, help };

std::string_view escape_of(Style style) {
    switch (style) {
    case Style::bold:
        return "\x1b[1m";
    case Style::error:
        return "\x1b[1;31m";
    case Style::warning:
        return "\x1b[1;33m";
    case Style::secondary:
    case Style::gutter:
        return "\x1b[1;34m";
    case Style::help:
        return "\x1b[1;32m";
    case Style::plain:
        break;
    }
    return {};
}

class Renderer {
public:
    Renderer(const Diagnostic& diagnostic, const SourceSet& sources, bool color)
        : diagnostic_(diagnostic), sources_(sources), color_(color) {}

    std::string run() {
        gutter_width_ = widest_line_number();
        title();
        excerpts();
        for (const std::string& note : diagnostic_.notes)
            remark("note", note);
        for (const Help& help : diagnostic_.help)
            this->help(help);
        return std::move(out_);
    }

private:
    [[nodiscard]] bool shown(Span span) const { return span.file < sources_.size(); }

    unsigned widest_line_number() const {
        std::uint32_t most = 1;
        auto add = [&](Span span) {
            if (shown(span))
                most = std::max(most, sources_[span.file].position(span.begin).line);
        };
        add(diagnostic_.primary.span);
        for (const Label& label : diagnostic_.secondary)
            add(label.span);
        for (const Help& help : diagnostic_.help)
            if (help.edit)
                add(help.edit->span);
        return static_cast<unsigned>(std::to_string(most).size());
    }

    void put(Style style, std::string_view text) {
        const bool escaped = color_ && style != Style::plain;
        if (escaped)
            out_ += escape_of(style);
        out_ += text;
        if (escaped)
            out_ += "\x1b[0m";
    }

    Style main_style() const { return diagnostic_.severity == Severity::error ? Style::error : Style::warning; }

    void title() {
        std::string_view kind = diagnostic_.severity == Severity::error ? "error" : "warning";
        put(main_style(), std::string(kind) + "[" + std::string(info(diagnostic_.code).name) + "]");
        put(Style::bold, ": " + diagnostic_.message);
        out_ += '\n';
    }

    void gutter(std::string_view number, std::string_view bar) {
        put(Style::gutter, std::string(gutter_width_ - number.size(), ' ') + std::string(number) + std::string(bar));
    }

    void blank_gutter_line() {
        gutter("", " |");
        out_ += '\n';
    }

    void place(std::string_view arrow, Span span) {
        const Source& source = sources_[span.file];
        const auto [line, column] = source.position(span.begin);
        gutter("", arrow);
        out_ += " " + source.name() + ":" + std::to_string(line) + ":" + std::to_string(column) + "\n";
    }

    void source_line(std::uint32_t number, const std::string& text) {
        gutter(std::to_string(number), " |");
        if (!text.empty())
            out_ += " " + text;
        out_ += '\n';
    }

    /// The labelled lines, file by file: that of the primary label first.
    void excerpts() {
        if (!shown(diagnostic_.primary.span))
            return;
        const std::uint32_t main_file = diagnostic_.primary.span.file;
        std::map<std::uint32_t, std::vector<std::pair<const Label*, bool>>> others;
        std::vector<std::pair<const Label*, bool>> here{{&diagnostic_.primary, true}};
        for (const Label& label : diagnostic_.secondary) {
            if (!shown(label.span))
                continue;
            (label.span.file == main_file ? here : others[label.span.file]).emplace_back(&label, false);
        }
        place("--> ", here);
        for (const auto& [file, labels] : others)
            place("::: ", labels);
    }

    void place(std::string_view arrow, const std::vector<std::pair<const Label*, bool>>& labels) {
        place(arrow.substr(0, 3), labels.front().first->span);
        const Source& source = sources_[labels.front().first->span.file];
        std::map<std::uint32_t, std::vector<Mark>> lines;
        for (const auto& [label, primary] : labels)
            add_mark(source, *label, primary, lines);
        blank_gutter_line();
        std::uint32_t previous = lines.begin()->first;
        for (auto& [number, marks] : lines) {
            if (number == previous + 2)
                source_line(number - 1, ShownLine(source.line(number - 1)).text());
            else if (number > previous + 2)
                put(Style::gutter, "...\n");
            source_line(number, ShownLine(source.line(number)).text());
            for (const MarkRow& row : draw_marks(std::move(marks)))
                mark_row(row);
            previous = number;
        }
    }

    /// A span of several lines is marked on its first one.
    static void add_mark(const Source& source, const Label& label, bool primary,
                         std::map<std::uint32_t, std::vector<Mark>>& lines) {
        const auto [number, column] = source.position(label.span.begin);
        const std::string_view text = source.line(number);
        const auto start = static_cast<std::size_t>(text.data() - source.text().data());
        const ShownLine line(text);
        const std::size_t end = std::max<std::size_t>(label.span.end, label.span.begin) - start;
        const unsigned from = line.column(label.span.begin - start);
        const unsigned to = std::max(line.column(end), from + 1);
        lines[number].push_back({from, to, label.text, primary});
    }

    void mark_row(const MarkRow& row) {
        gutter("", " | ");
        unsigned column = 0;
        for (const MarkRow::Piece& piece : row.pieces) {
            out_.append(piece.column - column, ' ');
            put(piece.primary ? main_style() : Style::secondary, piece.text);
            column = piece.column + static_cast<unsigned>(piece.text.size());
        }
        out_ += '\n';
    }

    void remark(std::string_view kind, const std::string& text) {
        gutter("", " = ");
        put(Style::bold, kind);
        out_ += ": " + text + "\n";
    }

    void help(const Help& help) {
        if (!help.edit || !shown(help.edit->span)) {
            remark("help", help.text);
            return;
        }
        blank_gutter_line();
        put(Style::help, "help");
        put(Style::bold, ": " + help.text);
        out_ += '\n';
        blank_gutter_line();
        edited_lines(*help.edit);
    }

    /// The lines of the edit as they would be, up to a few.
    void edited_lines(const Edit& edit) {
        constexpr std::uint32_t most_lines = 4;
        const Source& source = sources_[edit.span.file];
        const auto first = source.position(edit.span.begin);
        const auto last = source.position(std::max(edit.span.begin, edit.span.end));
        const auto offset_of = [&](std::uint32_t line) {
            return static_cast<std::size_t>(source.line(line).data() - source.text().data());
        };
        const std::string_view text = source.text();
        const std::size_t begin = offset_of(first.line);
        const std::size_t after = std::min<std::size_t>(std::max(edit.span.end, edit.span.begin), text.size());
        const std::size_t end = offset_of(last.line) + source.line(last.line).size();
        std::string edited(text.substr(begin, edit.span.begin - begin));
        const std::size_t mark_from = edited.size();
        edited += edit.replacement;
        const std::size_t mark_to = edited.size();
        if (end > after)
            edited += text.substr(after, end - after);
        std::uint32_t number = first.line;
        for (std::size_t start = 0; start <= edited.size() && number < first.line + most_lines; ++number) {
            const std::size_t stop = std::min(edited.find('\n', start), edited.size());
            const ShownLine line(std::string_view(edited).substr(start, stop - start));
            source_line(number, line.text());
            const std::size_t from = std::max(mark_from, start), to = std::min(mark_to, stop);
            if (from < to) {
                gutter("", " | ");
                out_.append(line.column(from - start), ' ');
                put(Style::help, std::string(line.column(to - start) - line.column(from - start), '~'));
                out_ += '\n';
            }
            start = stop + 1;
        }
    }

    const Diagnostic& diagnostic_;
    const SourceSet& sources_;
    const bool color_;
    unsigned gutter_width_ = 1;
    std::string out_;
};

} // namespace

std::string render_text(const Diagnostic& diagnostic, const SourceSet& sources, bool color) {
    return Renderer(diagnostic, sources, color).run();
}

} // namespace pfq::lang
