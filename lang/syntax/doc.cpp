#include "lang/syntax/doc.hpp"

#include "lang/source/utf8.hpp"

namespace pfq::lang {

namespace {

unsigned width_of(std::string_view text) {
    unsigned width = 0;
    while (!text.empty()) {
        const auto next = utf8::decode(text);
        width += next ? utf8::width(next->code_point) : 1;
        text.remove_prefix(next ? next->length : 1);
    }
    return width;
}

} // namespace

DocBuilder::DocBuilder() {
    Node empty, hard_line;
    hard_line.kind = Kind::hard;
    hard_line.forced = true;
    nothing_ = add(empty);
    hard_ = add(hard_line);
    Node line, blank;
    line.kind = Kind::line;
    line_ = add(line);
    blank.kind = Kind::empty_line;
    empty_line_ = add(blank);
    Node force;
    force.forced = true;
    force_ = add(force);
}

Doc DocBuilder::add(Node node) {
    for (Doc part : node.parts)
        node.forced = node.forced || nodes_[part].forced;
    nodes_.push_back(std::move(node));
    return static_cast<Doc>(nodes_.size() - 1);
}

Doc DocBuilder::text(std::string text) {
    Node node;
    node.columns = width_of(text);
    node.text = std::move(text);
    return add(std::move(node));
}

Doc DocBuilder::comment(std::string text, bool to_end) {
    Node node;
    node.kind = Kind::comment;
    node.to_end = to_end;
    node.forced = text.find('\n') != std::string::npos;
    node.text = std::move(text);
    return add(std::move(node));
}

Doc DocBuilder::concat(std::vector<Doc> parts) {
    std::erase(parts, nothing_);
    if (parts.empty())
        return nothing_;
    if (parts.size() == 1)
        return parts[0];
    Node node;
    node.kind = Kind::concat;
    node.parts = std::move(parts);
    return add(std::move(node));
}

Doc DocBuilder::nest(unsigned columns, Doc doc) {
    Node node;
    node.kind = Kind::nest;
    node.columns = columns;
    node.parts = {doc};
    return add(std::move(node));
}

Doc DocBuilder::align(Doc doc) {
    Node node;
    node.kind = Kind::align;
    node.parts = {doc};
    return add(std::move(node));
}

Doc DocBuilder::group(Doc doc) {
    Node node;
    node.kind = Kind::group;
    node.parts = {doc};
    return add(std::move(node));
}

Doc DocBuilder::fill(Doc doc) {
    Node node;
    node.kind = Kind::fill;
    node.parts = {doc};
    return add(std::move(node));
}

Doc DocBuilder::suffix(std::string comment, bool to_end) {
    Node node;
    node.kind = Kind::suffix;
    node.text = std::move(comment);
    node.to_end = to_end;
    return add(std::move(node));
}

/// Prints from an explicit stack, so deep documents do no harm.
struct DocBuilder::Printer {
    struct Item {
        Doc doc;
        unsigned indent;
        bool flat;
    };
    const std::vector<Node>& nodes;
    const unsigned width;
    std::string out;
    unsigned column = 0;
    std::string inner_comments, last_comments; ///< for the end of the line
    bool line_is_over = false;                 ///< it ends in a comment
    std::vector<Item> stack;

    void run(Doc doc) {
        stack.push_back({doc, 0, false});
        while (!stack.empty()) {
            const Item item = stack.back();
            stack.pop_back();
            print(item);
        }
        end_line();
    }

    void end_line() {
        while (out.ends_with(' '))
            out.pop_back();
        out += inner_comments + last_comments;
        inner_comments.clear();
        last_comments.clear();
        if (!out.empty() && !out.ends_with('\n'))
            out += '\n';
    }

    void new_line(unsigned indent) {
        end_line();
        line_is_over = false;
        out.append(indent, ' ');
        column = indent;
    }

    void push_parts(const Node& node, unsigned indent, bool flat) {
        for (auto part = node.parts.rbegin(); part != node.parts.rend(); ++part)
            stack.push_back({*part, indent, flat});
    }

    void print(const Item& item) {
        const Node& node = nodes[item.doc];
        switch (node.kind) {
        case Kind::text:
            if (line_is_over && !node.text.empty())
                new_line(item.indent + 4); // deeper than what it belongs to
            out += node.text;
            column += node.columns;
            break;
        case Kind::comment:
            out += node.text;
            line_is_over = node.to_end;
            column = width_of(std::string_view(node.text).substr(node.text.rfind('\n') + 1));
            break;
        case Kind::concat:
            push_parts(node, item.indent, item.flat);
            break;
        case Kind::nest:
            push_parts(node, item.indent + node.columns, item.flat);
            break;
        case Kind::align:
            push_parts(node, column, item.flat);
            break;
        case Kind::group: {
            const bool flat = item.flat || (!node.forced && fits(node.parts[0], column));
            push_parts(node, item.indent, flat);
            break;
        }
        case Kind::line:
            if (item.flat) {
                out += ' ';
                ++column;
                break;
            }
            [[fallthrough]];
        case Kind::hard:
            new_line(item.indent);
            break;
        case Kind::empty_line:
            empty_line();
            break;
        case Kind::fill:
            if (item.flat || (last_comments.empty() && fits(node.parts[0], column + 1))) {
                out += ' ';
                ++column;
            } else {
                new_line(item.indent);
            }
            push_parts(node, item.indent, item.flat);
            break;
        case Kind::suffix:
            (node.to_end ? last_comments : inner_comments) += " " + node.text;
            break;
        }
    }

    void empty_line() {
        const std::size_t indent = out.size() - (out.rfind('\n') + 1);
        if (out.size() == indent) // the very first line
            return;
        out.insert(out.size() - indent, "\n");
    }

    /// Whether `doc`, flat, and what follows it up to the next possible break end before the right margin.
    bool fits(Doc doc, unsigned start) const {
        std::vector<std::pair<Doc, bool>> todo{{doc, true}};
        std::size_t rest = stack.size();
        unsigned used = start;
        while (used <= width) {
            if (todo.empty()) {
                if (rest == 0)
                    return true;
                --rest;
                todo.emplace_back(stack[rest].doc, stack[rest].flat);
            }
            const auto [current, flat] = todo.back();
            todo.pop_back();
            const Node& node = nodes[current];
            switch (node.kind) {
            case Kind::text:
                used += node.columns;
                break;
            case Kind::comment:
                used += width_of(std::string_view(node.text).substr(0, node.text.find('\n')));
                break;
            case Kind::hard:
            case Kind::empty_line:
                return true;
            case Kind::suffix:
                break;
            case Kind::line:
                if (!flat)
                    return true;
                ++used;
                break;
            case Kind::fill:
                if (!flat)
                    return true;
                ++used;
                [[fallthrough]];
            default:
                for (auto part = node.parts.rbegin(); part != node.parts.rend(); ++part)
                    todo.emplace_back(*part, flat && !(node.kind == Kind::group && node.forced));
            }
        }
        return false;
    }
};

std::string DocBuilder::render(Doc doc, unsigned width) const {
    Printer printer{nodes_, width, {}, 0, {}, {}, false, {}};
    printer.run(doc);
    return std::move(printer.out);
}

} // namespace pfq::lang
