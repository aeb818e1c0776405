#include "tools/pfq/explain/markdown.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "tools/common/help.hpp"

namespace pfq::tools {
namespace {

class Renderer {
public:
    Renderer(unsigned width, bool color) : width_(width), color_(color) {}

    void line(std::string_view text) {
        if (text.starts_with("```")) {
            end_paragraph();
            code_ = !code_;
        } else if (code_) {
            out_ += text.empty() ? "\n" : fmt::format("    {}\n", text);
        } else if (text.starts_with('#')) {
            end_paragraph();
            heading(text);
        } else if (text.empty()) {
            end_paragraph();
            if (!out_.empty() && !out_.ends_with("\n\n"))
                out_ += '\n';
        } else {
            if (text.starts_with("- "))
                end_paragraph();
            paragraph_ += fmt::format("{}{}", paragraph_.empty() ? "" : " ", text);
        }
    }

    std::string finish() {
        end_paragraph();
        while (out_.ends_with("\n\n"))
            out_.pop_back();
        return std::move(out_);
    }

private:
    void heading(std::string_view text) {
        text.remove_prefix(std::min(text.find_first_not_of("# "), text.size()));
        if (color_)
            out_ += fmt::format("\x1b[1m{}\x1b[0m\n", text);
        else
            out_ += fmt::format("{}\n{:-<{}}\n", text, "", text.size());
    }

    void end_paragraph() {
        if (paragraph_.empty())
            return;
        const unsigned indent = paragraph_.starts_with("- ") ? 2 : 0;
        out_ += color_ ? highlight(wrap(paragraph_, indent, width_)) : wrap(paragraph_, indent, width_);
        out_ += '\n';
        paragraph_.clear();
    }

    /// Code between back-quotes in cyan.
    static std::string highlight(std::string_view text) {
        std::string out;
        bool inside = false;
        for (char c : text) {
            if (c != '`') {
                out += c;
                continue;
            }
            out += inside ? "\x1b[0m" : "\x1b[36m";
            inside = !inside;
        }
        return inside ? out + "\x1b[0m" : out;
    }

    unsigned width_;
    bool color_;
    bool code_ = false;
    std::string paragraph_;
    std::string out_;
};

} // namespace

std::string markdown_to_text(std::string_view markdown, unsigned width, bool color) {
    Renderer renderer(width, color);
    while (!markdown.empty()) {
        const std::size_t end = markdown.find('\n');
        renderer.line(markdown.substr(0, end));
        markdown.remove_prefix(end == std::string_view::npos ? markdown.size() : end + 1);
    }
    return renderer.finish();
}

} // namespace pfq::tools
