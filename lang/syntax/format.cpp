#include "lang/syntax/format.hpp"

#include <algorithm>
#include <functional>

#include "lang/syntax/formatter.hpp"
#include "lang/syntax/lexer.hpp"
#include "lang/syntax/literal_text.hpp"
#include "lang/syntax/parse.hpp"

namespace pfq::lang {

Doc Formatter::item_names(const std::vector<ImportItem>& items) {
    std::vector<Doc> names;
    for (const ImportItem& one : items)
        names.push_back(text(name_text({"", one.name, one.span})));
    return concat({text(" ("), commas(std::move(names)), text(")")});
}

Doc Formatter::header(const Module& module) {
    Doc names = module.exports ? item_names(*module.exports) : docs_.nothing();
    return concat({text("module " + module.name.text), names, text(" where")});
}

Doc Formatter::import(const Import& import) {
    std::string result = std::string("import ") + (import.qualified ? "qualified " : "") + import.module.text;
    if (!import.alias.empty())
        result += " as " + import.alias;
    if (import.hiding)
        result += " hiding";
    return concat({text(std::move(result)), import.items ? item_names(*import.items) : docs_.nothing()});
}

std::string Formatter::module(const Module& module) {
    struct Declaration {
        Span span;
        std::function<Doc()> make;
    };
    std::vector<Declaration> declarations;
    for (const FixityDecl& one : module.fixities)
        declarations.push_back({one.span, [&] { return item(one.span, [&] { return fixity(one); }); }});
    for (const TypeSynonym& one : module.synonyms)
        declarations.push_back({one.span, [&] { return item(one.span, [&] { return type_synonym(one); }); }});
    for (const Binding& one : module.bindings) {
        const Span span = one.signature ? one.span.to(one.signature_span) : one.span;
        declarations.push_back({span, [&] { return binding(one); }});
    }
    auto order = [](const Declaration& one) { return one.span.begin; };
    std::ranges::sort(declarations, {}, order);

    std::vector<Doc> parts;
    auto empty_line = [&] { parts.insert(parts.end(), {hard(), docs_.empty_line()}); };
    if (module.has_header) {
        Doc above = comments_.before(module.name.span.begin);
        Doc doc = header(module);
        parts.insert(parts.end(), {above, doc});
    }
    if (!module.imports.empty()) {
        if (!parts.empty())
            empty_line();
        parts.push_back(lines(
            module.imports, [](const Import& one) { return one.span; },
            [&](const Import& one) { return item(one.span, [&] { return import(one); }); }));
    }
    if (!parts.empty() && !declarations.empty())
        empty_line();
    parts.push_back(lines(
        declarations, [](const Declaration& one) { return one.span; },
        [](const Declaration& one) { return one.make(); }));
    return finish(concat(std::move(parts)));
}

std::string Formatter::bare_expression(const Expr& expr) {
    return finish(item(expr.span, [&] { return this->expr(expr); }));
}

/// With the comments that are left.
std::string Formatter::finish(Doc doc) {
    const auto end = static_cast<std::uint32_t>(text_.size());
    Doc gap = comments_.gap_before(end);
    Doc rest = comments_.before(end);
    if (docs_.is_nothing(rest))
        return docs_.render(doc, width);
    if (docs_.is_nothing(doc))
        return docs_.render(rest, width);
    return docs_.render(concat({doc, hard(), gap, rest}), width);
}

namespace {

std::expected<std::string, Diagnostics> format_once(const SourceSet& sources, std::uint32_t file) {
    Diagnostics diagnostics;
    const auto module = parse_layout(sources, file, diagnostics);
    const auto lexed = lex(sources, file, diagnostics);
    if (!module || !lexed)
        return std::unexpected(std::move(diagnostics));
    Formatter formatter(sources[file].text(), *lexed);
    if (is_bare_expression(sources, file))
        return formatter.bare_expression(*module->bindings[0].clauses[0].right.guarded[0].body);
    return formatter.module(*module);
}

} // namespace

std::expected<std::string, Diagnostics> format_program(const SourceSet& sources, std::uint32_t file) {
    auto formatted = format_once(sources, file);
    // a comment in an odd place may take a second step to where it stays
    constexpr int most_steps = 5;
    for (int step = 0; formatted && step < most_steps; ++step) {
        SourceSet next;
        next.add(sources[file].name(), *formatted);
        auto again = format_once(next, 0);
        if (!again || *again == *formatted) // indentation may have made it longer than a program may be
            break;
        formatted = std::move(again);
    }
    return formatted;
}

} // namespace pfq::lang
