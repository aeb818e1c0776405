// Documents with possible line breaks, and their layout within a width (after Wadler, "A prettier printer").
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace pfq::lang {

/// A document of a DocBuilder.
using Doc = std::uint32_t;

class DocBuilder {
public:
    DocBuilder();

    /// `text` has no line ends.
    [[nodiscard]] Doc text(std::string text);
    /// A comment, whose further lines are printed as they are; `to_end`: nothing may follow it on its line.
    [[nodiscard]] Doc comment(std::string text, bool to_end);
    [[nodiscard]] Doc concat(std::vector<Doc> parts);
    /// Flat: a blank. Else: a new line at the current indentation.
    [[nodiscard]] Doc line() const { return line_; }
    /// Always a new line; groups around it are not flat.
    [[nodiscard]] Doc hard() const { return hard_; }
    /// An empty line, if the text has a line before it at all; to be followed by text, after a hard().
    [[nodiscard]] Doc empty_line() const { return empty_line_; }
    [[nodiscard]] Doc nothing() const { return nothing_; }
    /// Prints nothing; groups around it are not flat.
    [[nodiscard]] Doc force() const { return force_; }
    /// Lines inside are indented by `columns` more.
    [[nodiscard]] Doc nest(unsigned columns, Doc doc);
    /// Lines inside are indented to the column where it starts.
    [[nodiscard]] Doc align(Doc doc);
    /// Flat if it fits on the rest of the line.
    [[nodiscard]] Doc group(Doc doc);
    /// A blank and `doc` if they fit on the line, else a new line and `doc`.
    [[nodiscard]] Doc fill(Doc doc);
    /// A comment for the end of the current line; `to_end`: nothing may follow it there.
    [[nodiscard]] Doc suffix(std::string comment, bool to_end);

    [[nodiscard]] bool is_nothing(Doc doc) const { return doc == nothing_; }
    /// Whether it contains a hard line.
    [[nodiscard]] bool is_forced(Doc doc) const { return nodes_[doc].forced; }
    [[nodiscard]] std::string render(Doc doc, unsigned width) const;

private:
    enum class Kind : std::uint8_t { text, comment, concat, line, hard, empty_line, nest, align, group, fill, suffix };
    struct Node {
        Kind kind = Kind::text;
        bool forced = false;
        bool to_end = false;
        unsigned columns = 0; ///< nest: how far; text: its width
        std::string text;
        std::vector<Doc> parts;
    };
    struct Printer;
    Doc add(Node node);

    std::vector<Node> nodes_;
    Doc nothing_, line_, hard_, empty_line_, force_;
};

} // namespace pfq::lang
