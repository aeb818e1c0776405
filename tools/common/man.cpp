#include "tools/common/man.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

#include "tools/common/help.hpp"

namespace pfq::tools {
namespace {

/// Text that roff prints as it is: dashes are minus signs, no line is taken for a request.
std::string escape(std::string_view text) {
    std::string out;
    bool line_start = true;
    for (char c : text) {
        if (line_start && (c == '.' || c == '\''))
            out += "\\&";
        if (c == '-')
            out += "\\-";
        else if (c == '\\')
            out += "\\e";
        else
            out += c;
        line_start = c == '\n';
    }
    return out;
}

std::string upper(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return out;
}

std::string heading(const Option& option) {
    std::string out = option.letter ? fmt::format("\\fB\\-{}\\fR, ", option.letter) : "";
    out += fmt::format("\\fB\\-\\-{}\\fR", escape(option.name));
    if (option.value.kind != Value::Kind::flag)
        out += fmt::format("=\\fI{}\\fR", escape(option.value.name));
    return out;
}

void options(std::string& out, const Command& command) {
    out += ".SH OPTIONS\n";
    for (const Positional& positional : command.positionals)
        out += fmt::format(".TP\n\\fI{}\\fR\n{}\n", escape(positional.value.name), escape(positional.help));
    std::vector<std::string_view> done;
    const auto all = options_of(command);
    for (const Option* first : all) {
        if (std::ranges::find(done, first->section) != done.end())
            continue;
        done.push_back(first->section);
        out += fmt::format(".SS {}\n", escape(first->section));
        for (const Option* option : all)
            if (option->section == first->section)
                out += fmt::format(".TP\n{}\n{}\n", heading(*option), escape(option->help));
    }
}

void description(std::string& out, const Command& command) {
    out += ".SH DESCRIPTION\n";
    std::string_view rest = command.description.empty() ? command.summary : command.description;
    while (!rest.empty()) {
        const std::size_t end = rest.find("\n\n");
        out += fmt::format(".PP\n{}\n", escape(rest.substr(0, end)));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
    }
}

} // namespace

std::string render_man(const Command& command) {
    std::string out =
        fmt::format(".TH PFQ\\-{} 1 \"\" \"pfq {}\" \"User Commands\"\n", upper(command.name), PFQ_VERSION);
    out += fmt::format(".SH NAME\npfq\\-{} \\- {}\n", escape(command.name), escape(command.summary));
    const std::string usage = usage_line(command);
    const std::size_t words = std::string_view("pfq ").size() + command.name.size();
    out += fmt::format(".SH SYNOPSIS\n\\fB{}\\fR{}\n", usage.substr(0, words), escape(usage.substr(words)));
    description(out, command);
    options(out, command);
    if (!command.examples.empty())
        out += ".SH EXAMPLES\n";
    for (const Example& example : command.examples)
        out += fmt::format(".PP\n{}:\n.PP\n.nf\n.RS\n{}\n.RE\n.fi\n", escape(example.help), escape(example.command));
    out += ".SH EXIT STATUS\n";
    for (const ExitMeaning& exit : exit_meanings())
        out += fmt::format(".TP\n{}\n{}\n", exit.code, escape(exit.meaning));
    return out;
}

} // namespace pfq::tools
