#include "lang/syntax/type_text.hpp"

#include "lang/syntax/literal_text.hpp"

namespace pfq::lang {

namespace {

template <class Items, class Text> std::string joined(const Items& items, Text text) {
    std::string result;
    for (const auto& item : items)
        result += (result.empty() ? "" : ", ") + text(item);
    return result;
}

enum class TypePlace { any, left_of_arrow, argument };

std::string text_of(const TypeExpr& type, TypePlace place) {
    auto bracket = [](bool needed, std::string text) { return needed ? "(" + text + ")" : text; };
    if (const auto* con = std::get_if<TypeCon>(&type.node))
        return name_text(con->name);
    if (const auto* variable = std::get_if<TypeVar>(&type.node))
        return variable->name;
    if (const auto* list = std::get_if<TypeList>(&type.node))
        return "[" + text_of(*list->element, TypePlace::any) + "]";
    if (const auto* tuple = std::get_if<TypeTuple>(&type.node))
        return "(" + joined(tuple->items, [](const TypePtr& item) { return text_of(*item, TypePlace::any); }) + ")";
    if (const auto* apply = std::get_if<TypeApply>(&type.node))
        return bracket(place == TypePlace::argument, text_of(*apply->function, TypePlace::left_of_arrow) + " " +
                                                         text_of(*apply->argument, TypePlace::argument));
    const auto& arrow = std::get<TypeArrow>(type.node);
    return bracket(place != TypePlace::any,
                   text_of(*arrow.from, TypePlace::left_of_arrow) + " -> " + text_of(*arrow.to, TypePlace::any));
}

struct PatternWriter {
    PatternPlace place;
    std::string_view source;
    Span span;

    [[nodiscard]] std::string bracket(bool needed, std::string text) const { return needed ? "(" + text + ")" : text; }
    [[nodiscard]] std::string inner(const Pattern& pattern, PatternPlace inner_place = PatternPlace::any) const {
        return pattern_text(pattern, inner_place, source);
    }
    [[nodiscard]] std::string written() const {
        return source.empty() ? std::string() : std::string(source.substr(span.begin, span.end - span.begin));
    }
    std::string operator()(const PatWildcard&) const { return "_"; }
    std::string operator()(const PatVar& node) const { return node.name; }
    std::string operator()(const PatInt& node) const {
        const std::string digits = (node.negative ? "-" : "") + std::to_string(node.value);
        const std::string text = written().empty() || written()[0] == '(' ? digits : written();
        return bracket(node.negative && place != PatternPlace::any, text);
    }
    std::string operator()(const PatString& node) const {
        const bool usable = written().starts_with('"') && written().find('\n') == std::string::npos;
        return usable ? written() : string_text(node.value);
    }
    std::string operator()(const PatCon& node) const {
        std::string text = name_text(node.name);
        for (const PatternPtr& argument : node.arguments)
            text += " " + inner(*argument, PatternPlace::argument);
        return bracket(place == PatternPlace::argument && !node.arguments.empty(), std::move(text));
    }
    std::string operator()(const PatTuple& node) const {
        return "(" + joined(node.items, [this](const PatternPtr& item) { return inner(*item); }) + ")";
    }
    std::string operator()(const PatList& node) const {
        return "[" + joined(node.items, [this](const PatternPtr& item) { return inner(*item); }) + "]";
    }
    std::string operator()(const PatCons& node) const {
        return bracket(place != PatternPlace::any,
                       inner(*node.head, PatternPlace::operand) + " : " + inner(*node.tail));
    }
    std::string operator()(const PatAs& node) const {
        return node.name + "@" + inner(*node.pattern, PatternPlace::argument);
    }
    std::string operator()(const PatTyped& node) const {
        return "(" + inner(*node.pattern) + " :: " + type_text(*node.type) + ")";
    }
};

} // namespace

std::string type_text(const TypeExpr& type) {
    return text_of(type, TypePlace::any);
}

std::vector<std::string> arrow_parts(const TypeExpr& type) {
    std::vector<std::string> parts;
    const TypeExpr* rest = &type;
    while (const auto* arrow = std::get_if<TypeArrow>(&rest->node)) {
        parts.push_back(text_of(*arrow->from, TypePlace::left_of_arrow));
        rest = arrow->to.get();
    }
    parts.push_back(text_of(*rest, TypePlace::left_of_arrow));
    return parts;
}

std::string context_text(const TypeScheme& scheme) {
    std::string context = joined(scheme.context, [](const TypeConstraint& constraint) {
        return name_text(constraint.class_name) + " " + text_of(*constraint.type, TypePlace::argument);
    });
    return scheme.context.size() > 1 ? "(" + context + ")" : context;
}

std::string type_text(const TypeScheme& scheme) {
    const std::string context = context_text(scheme);
    return context.empty() ? type_text(*scheme.type) : context + " => " + type_text(*scheme.type);
}

std::string pattern_text(const Pattern& pattern, PatternPlace place, std::string_view source) {
    return std::visit(PatternWriter{place, source, pattern.span}, pattern.node);
}

} // namespace pfq::lang
