// Declarations of a module, a let or a where.
#include "lang/syntax/formatter.hpp"
#include "lang/syntax/literal_text.hpp"

namespace pfq::lang {

namespace {

/// Where a binding with its signature starts.
Span whole(const Binding& binding) {
    return binding.signature ? binding.span.to(binding.signature_span) : binding.span;
}

} // namespace

Doc Formatter::bindings(const std::vector<Binding>& bindings) {
    return lines(bindings, whole, [&](const Binding& one) { return binding(one); });
}

Doc Formatter::binding(const Binding& binding) {
    std::vector<Doc> parts;
    if (binding.signature) {
        parts.push_back(item(binding.signature_span, [&] { return signature(binding); }));
        parts.push_back(hard());
        parts.push_back(comments_.gap_before(binding.span.begin));
    }
    parts.push_back(lines(
        binding.clauses, [](const Clause& c) { return c.span; },
        [&](const Clause& c) { return item(c.span, [&] { return clause(binding, c); }); }));
    return concat(std::move(parts));
}

Doc Formatter::signature(const Binding& binding) {
    Doc name = text(name_text(binding.name) + " ::");
    return docs_.group(concat({name, docs_.nest(step, concat({docs_.line(), type(*binding.signature)}))}));
}

/// One part of the type a line where it does not fit.
Doc Formatter::type(const TypeScheme& scheme) {
    std::vector<Doc> parts;
    if (const std::string context = context_text(scheme); !context.empty())
        parts.insert(parts.end(), {text(context), docs_.line(), text("=> ")});
    bool first = true;
    for (std::string& part : arrow_parts(*scheme.type)) {
        if (!first)
            parts.insert(parts.end(), {docs_.line(), text("-> ")});
        parts.push_back(text(std::move(part)));
        first = false;
    }
    return docs_.group(concat(std::move(parts)));
}

/// Each with a blank before it.
std::string Formatter::parameters(const std::vector<PatternPtr>& patterns) const {
    std::string result;
    for (const PatternPtr& one : patterns)
        result += " " + pattern(*one, PatternPlace::argument);
    return result;
}

Doc Formatter::clause(const Binding& binding, const Clause& clause) {
    std::string left;
    const bool infix = is_operator(binding.name) && binding.name.text[0] != ':' && clause.parameters.size() >= 2;
    if (binding.pattern) {
        left = pattern(*binding.pattern, PatternPlace::argument);
    } else if (infix) {
        left = pattern(*clause.parameters[0], PatternPlace::operand) + " " + binding.name.text + " " +
               pattern(*clause.parameters[1], PatternPlace::operand);
        if (clause.parameters.size() > 2)
            left = "(" + left + ")";
        for (std::size_t i = 2; i < clause.parameters.size(); ++i)
            left += " " + pattern(*clause.parameters[i], PatternPlace::argument);
    } else {
        left = name_text(binding.name) + parameters(clause.parameters);
    }
    Doc head = text(std::move(left));
    return concat({head, right_side(clause.right, " =")});
}

Doc Formatter::right_side(const RightSide& right, const char* separator) {
    std::vector<Doc> parts;
    if (right.guarded.size() == 1 && right.guarded[0].guards.empty()) {
        parts.push_back(text(separator));
        parts.push_back(body(*right.guarded[0].body));
    } else {
        Doc guards = lines(
            right.guarded, [](const GuardedExpr& g) { return g.span; },
            [&](const GuardedExpr& g) { return item(g.span, [&] { return guarded(g, separator); }); });
        parts.push_back(docs_.nest(step, concat({hard(), guards})));
    }
    if (!right.where.empty()) {
        Doc where = docs_.nest(step, concat({hard(), bindings(right.where)}));
        parts.push_back(docs_.nest(step, concat({hard(), text("where"), where})));
    }
    return concat(std::move(parts));
}

Doc Formatter::guarded(const GuardedExpr& guarded, const char* separator) {
    std::vector<Doc> guards;
    for (const Statement& guard : guarded.guards)
        guards.push_back(statement(guard));
    Doc head = concat({text("| "), commas(std::move(guards)), text(separator)});
    return concat({head, body(*guarded.body)});
}

Doc Formatter::fixity(const FixityDecl& decl) {
    std::string result = fixity_text(decl.fixity);
    for (std::size_t i = 0; i < decl.operators.size(); ++i)
        result += (i == 0 ? " " : ", ") + operator_text(decl.operators[i]);
    return text(std::move(result));
}

Doc Formatter::type_synonym(const TypeSynonym& synonym) {
    std::string left = "type " + synonym.name.text;
    for (const std::string& parameter : synonym.parameters)
        left += " " + parameter;
    return text(left + " = " + type_text(*synonym.type));
}

} // namespace pfq::lang
