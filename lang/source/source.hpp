// Program texts and places in them. A Span names a half-open byte range of one text.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pfq::lang {

/// A half-open byte range [begin, end) in the text number `file` of a SourceSet.
struct Span {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t file = 0;

    /// The smallest range that covers both (they must be of one file; else *this is returned).
    [[nodiscard]] Span to(Span other) const;
};

/// One program text under the name that diagnostics print ("-e", "-", a path, "<prelude>").
class Source {
public:
    Source(std::string name, std::string text);

    /// Line and column, both from 1; columns count Unicode code points.
    struct Position {
        std::uint32_t line;
        std::uint32_t column;
    };

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] Position position(std::uint32_t offset) const;
    /// The text of a line (from 1) without its line end; empty beyond the last.
    [[nodiscard]] std::string_view line(std::uint32_t number) const;

private:
    std::string name_;
    std::string text_;
    std::vector<std::uint32_t> line_starts_;
};

/// The texts of one compilation: the program, the modules it imports, the vocabulary.
class SourceSet {
public:
    /// Returns the file number for Span::file.
    std::uint32_t add(std::string name, std::string text);
    [[nodiscard]] const Source& operator[](std::uint32_t file) const { return sources_[file]; }
    [[nodiscard]] std::size_t size() const { return sources_.size(); }

private:
    std::vector<Source> sources_;
};

} // namespace pfq::lang
