#include <nlohmann/json.hpp>

#include "lang/descriptor/descriptor.hpp"
#include "lang/eval/address.hpp"

namespace pfq::lang {

namespace {

using json = nlohmann::ordered_json;

const TypeExpr* parameter_type(const Global& global, std::size_t index) {
    const TypeExpr* type = global.binding->signature ? global.binding->signature->type.get() : nullptr;
    for (; type; --index) {
        const auto* arrow = std::get_if<TypeArrow>(&type->node);
        if (!arrow)
            return nullptr;
        if (index == 0)
            return arrow->from.get();
        type = arrow->to.get();
    }
    return nullptr;
}

std::string type_name(const TypeExpr* type) {
    if (!type)
        return "Word64";
    if (const auto* list = std::get_if<TypeList>(&type->node))
        return "[" + type_name(list->element.get()) + "]";
    const auto* con = std::get_if<TypeCon>(&type->node);
    if (!con)
        return "Word64";
    if (con->name.text == "Mac")
        return "String";
    return con->name.text == "FlowKey" ? "Word64" : con->name.text;
}

/// The symbols of the operators in PFQ 6; those with the number first are turned round.
struct Symbol {
    const char* op;
    const char* name;
    bool number_first;
};
constexpr Symbol symbols[] = {
    {".||.", "or", false},       {".&&.", "and", false},   {".^^.", "xor", false},       {".<", "less", false},
    {".<=", "less_eq", false},   {".>", "greater", false}, {".>=", "greater_eq", false}, {".==", "equal", false},
    {"./=", "not_equal", false}, {"<.", "greater", true},  {"<=.", "greater_eq", true},  {">.", "less", true},
    {">=.", "less_eq", true},    {"==.", "equal", true},   {"/=.", "not_equal", true},
};

class Writer {
public:
    explicit Writer(Evaluator& evaluator) : e_(evaluator) {}

    json run(const ValuePtr& main) {
        chain(main, true);
        return std::move(nodes_);
    }

private:
    [[noreturn]] void cannot(const std::string& what) {
        e_.fail(Code::not_a_descriptor, what + " has no form as a descriptor of PFQ 6", {},
                "descriptors know the names of the vocabulary and their arguments only: no lambda over packets");
    }

    /// The functions that a value joins, in order.
    void flatten(const ValuePtr& value, Values& out) {
        Values pending{value};
        while (!pending.empty()) {
            const ValuePtr next = pending.back();
            pending.pop_back();
            const Values* pair = nullptr;
            if (const auto* term = get_if<Term>(next); term && (term->name->name == ">->" || term->name->name == ">>"))
                pair = &term->arguments;
            if (const auto* partial = get_if<Partial>(next);
                partial && partial->primitive == find_primitive("prim_sequence"))
                pair = &partial->arguments;
            if (!pair || pair->size() != 2) {
                out.push_back(next);
                continue;
            }
            pending.push_back((*pair)[1]);
            pending.push_back((*pair)[0]);
        }
    }

    /// Appends the nodes of a chain; returns the index of its first.
    std::size_t chain(const ValuePtr& value, bool top) {
        Values functions;
        flatten(value, functions);
        const std::size_t first = nodes_.size();
        for (std::size_t i = 0; i < functions.size(); ++i) {
            const std::size_t index = node(functions[i]);
            const bool last = i + 1 == functions.size();
            nodes_[index]["funLink"] = last && !top ? -1 : static_cast<std::int64_t>(nodes_.size());
        }
        return first;
    }

    std::size_t node(const ValuePtr& value) {
        const std::size_t index = nodes_.size();
        json arguments = json::array();
        std::string symbol;
        nodes_.push_back({{"funSymbol", ""}, {"funArgs", nullptr}, {"funIndex", index}, {"funLink", -1}});
        if (const auto* conditional = get_if<Conditional>(value)) {
            symbol = "conditional";
            arguments.push_back(function(conditional->condition));
            for (const Expr* branch : {conditional->then_branch, conditional->else_branch})
                arguments.push_back(function(e_.evaluate(*branch, conditional->frame, *conditional->scope)));
        } else if (const auto* term = get_if<Term>(value)) {
            symbol = term->name->name;
            Values given = term->arguments;
            for (const Symbol& known : symbols)
                if (symbol == known.op && given.size() == 2) {
                    symbol = known.name;
                    if (known.number_first)
                        std::swap(given[0], given[1]);
                }
            for (std::size_t i = 0; i < given.size(); ++i)
                arguments.push_back(argument(given[i], type_name(parameter_type(*term->name, i))));
        } else {
            cannot(describe(value));
        }
        while (arguments.size() < 8)
            arguments.push_back(nullptr);
        nodes_[index]["funSymbol"] = symbol;
        nodes_[index]["funArgs"] = std::move(arguments);
        return index;
    }

    json function(const ValuePtr& value) { return {{"argType", "Fun"}, {"argValue", chain(value, false)}}; }

    json argument(const ValuePtr& value, const std::string& type) {
        if (is_callable(value))
            return function(value);
        const auto* list = get_if<ListValue>(value);
        if (list && !list->items.empty() && is_callable(list->items.front()))
            cannot("a list of functions");
        return {{"argType", type}, {"argValue", plain(value, type)}};
    }

    json plain(const ValuePtr& value, const std::string& type) {
        if (const auto* list = get_if<ListValue>(value)) {
            json items = json::array();
            for (const auto& item : list->items)
                items.push_back(plain(item, type.size() > 2 ? type.substr(1, type.size() - 2) : type));
            return items;
        }
        if (const auto* n = get_if<Int>(value))
            return n->value < 0 ? json(static_cast<std::int64_t>(n->value))
                                : json(static_cast<std::uint64_t>(n->value));
        if (const auto* text = get_if<Text>(value))
            return address(text->value, type);
        cannot(describe(value));
    }

    static json address(const std::string& text, const std::string& type) {
        const auto prefix = type == "CIDR" || type == "IPv4" ? parse_prefix(text) : std::nullopt;
        if (!prefix || prefix->ipv6) // PFQ 6 had no IPv6: such addresses stay texts
            return text;
        const json host = {{"getHostAddress", __builtin_bswap32(static_cast<std::uint32_t>(prefix->low))}};
        if (type == "IPv4")
            return host;
        return {{"getNetworkPair", json::array({host, prefix->length})}};
    }

    Evaluator& e_;
    json nodes_ = json::array();
};

} // namespace

std::expected<std::string, Diagnostic> write_descriptors(Evaluator& evaluator, const Global& main) {
    try {
        evaluator.keep_terms();
        return Writer(evaluator).run(evaluator.global(main)).dump(2) + "\n";
    } catch (EvalError& error) {
        if (error.diagnostic.primary.span.end == 0)
            error.diagnostic.primary.span = body_span(*main.binding);
        return std::unexpected(std::move(error.diagnostic));
    }
}

} // namespace pfq::lang
