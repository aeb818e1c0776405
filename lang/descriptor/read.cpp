#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "lang/descriptor/descriptor.hpp"

namespace pfq::lang {

namespace {

using json = nlohmann::json;
constexpr std::size_t max_nodes_read = 900; ///< chains become trees of that height

struct Failure {
    Code code;
    std::string message;
};

[[noreturn]] void fail(std::size_t node, const std::string& what) {
    throw Failure{Code::bad_descriptor, "node " + std::to_string(node) + ": " + what};
}

class Reader {
public:
    Reader(const json& nodes, Span span) : nodes_(nodes), span_(span) {
        if (!nodes.is_array() || nodes.empty())
            throw Failure{Code::bad_descriptor, "descriptors are an array of at least one node"};
        if (nodes.size() > max_nodes_read)
            throw Failure{Code::bad_descriptor, "more than " + std::to_string(max_nodes_read) + " nodes"};
    }

    ExprPtr program() { return chain(0); }

private:
    template <class T> ExprPtr make(T node) {
        auto expr = std::make_unique<Expr>();
        expr->node = std::move(node);
        expr->span = span_;
        return expr;
    }

    /// The functions from a node on, joined by `>->`.
    ExprPtr chain(std::size_t index) {
        // Every node is expanded wherever it is pointed to: the budget keeps circles and fans finite.
        ExprPtr whole;
        for (std::int64_t next = static_cast<std::int64_t>(index);
             next >= 0 && next < static_cast<std::int64_t>(nodes_.size());) {
            if (++expanded_ > max_nodes_read)
                fail(static_cast<std::size_t>(next), "the links run in a circle, or share too much");
            const auto at = static_cast<std::size_t>(next);
            ExprPtr one = function(at);
            whole = whole ? make(Infix{std::move(whole), Name{"", ">->", span_}, std::move(one)}) : std::move(one);
            next = link(at);
        }
        return whole;
    }

    std::int64_t link(std::size_t index) {
        const json& node = nodes_[index];
        if (!node.contains("funLink") || !node["funLink"].is_number_integer())
            fail(index, "\"funLink\" must be an integer");
        return node["funLink"].get<std::int64_t>();
    }

    /// C++ programs of PFQ 6 sent three names that its kernel did not know.
    static std::string known_name(const std::string& symbol) {
        if (symbol == "is_port" || symbol == "is_src_port" || symbol == "is_dst_port")
            return "has" + symbol.substr(2);
        return symbol;
    }

    ExprPtr function(std::size_t index) {
        const json& node = nodes_[index];
        if (!node.is_object() || !node.contains("funSymbol") || !node["funSymbol"].is_string())
            fail(index, "\"funSymbol\" must be a name");
        ExprPtr expr = make(Var{Name{"", known_name(node["funSymbol"].get<std::string>()), span_}});
        if (!node.contains("funArgs") || !node["funArgs"].is_array() || node["funArgs"].size() > 64)
            fail(index, "\"funArgs\" must be an array");
        for (const json& argument : node["funArgs"])
            if (!argument.is_null())
                expr = make(Apply{std::move(expr), value(index, argument)});
        return expr;
    }

    ExprPtr value(std::size_t index, const json& argument) {
        if (!argument.is_object() || !argument.contains("argType") || !argument["argType"].is_string() ||
            !argument.contains("argValue"))
            fail(index, "an argument needs \"argType\" and \"argValue\"");
        std::string type = argument["argType"].get<std::string>();
        std::ranges::transform(type, type.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        return typed(index, type, argument["argValue"]);
    }

    ExprPtr typed(std::size_t index, const std::string& type, const json& v) {
        if (type.size() > 2 && type.front() == '[' && type.back() == ']') {
            if (!v.is_array())
                fail(index, "an argument of type " + type + " must be an array");
            List list;
            for (const json& item : v)
                list.elements.push_back({typed(index, type.substr(1, type.size() - 2), item), nullptr});
            return make(std::move(list));
        }
        if (type == "fun") {
            if (!v.is_number_unsigned() || v.get<std::uint64_t>() >= nodes_.size())
                fail(index, "an argument of type Fun must be the index of a node");
            if (v.get<std::size_t>() == index)
                fail(index, "a function is its own argument");
            if (++depth_ > 100)
                fail(index, "functions are nested too deep");
            ExprPtr inner = chain(v.get<std::size_t>());
            --depth_;
            return inner;
        }
        if (type == "string" && v.is_string())
            return make(StringLit{v.get<std::string>()});
        if (type == "ipv4")
            return make(StringLit{host(index, v)});
        if (type == "cidr")
            return make(StringLit{network(index, v)});
        static constexpr std::string_view integers[] = {"int",   "int8",   "int16",  "int32", "int64",
                                                        "word8", "word16", "word32", "word64"};
        if (std::ranges::find(integers, type) == std::end(integers))
            fail(index, "the argument type \"" + type + "\" is not known");
        if (v.is_number_unsigned())
            return make(IntLit{v.get<std::uint64_t>()});
        if (v.is_number_integer())
            return make(Negate{make(IntLit{~static_cast<std::uint64_t>(v.get<std::int64_t>()) + 1})});
        fail(index, "an argument of type " + type + " must be an integer");
    }

    /// PFQ 6 wrote addresses as it kept them: 32 bits in network order, read as a little-endian number.
    std::string host(std::size_t index, const json& v) {
        if (v.is_string())
            return v.get<std::string>();
        if (!v.is_object() || !v.contains("getHostAddress") || !v["getHostAddress"].is_number_unsigned())
            fail(index, "an address must be {\"getHostAddress\": number} or a string");
        const auto n = v["getHostAddress"].get<std::uint64_t>();
        std::string text;
        for (int i = 0; i < 4; ++i)
            text += (i ? "." : "") + std::to_string(n >> (8 * i) & 0xff);
        return text;
    }

    std::string network(std::size_t index, const json& v) {
        if (v.is_string())
            return v.get<std::string>();
        if (!v.is_object() || !v.contains("getNetworkPair") || !v["getNetworkPair"].is_array() ||
            v["getNetworkPair"].size() != 2 || !v["getNetworkPair"][1].is_number_unsigned())
            fail(index, "a prefix must be {\"getNetworkPair\": [address, length]} or a string");
        return host(index, v["getNetworkPair"][0]) + "/" + std::to_string(v["getNetworkPair"][1].get<std::uint64_t>());
    }

    const json& nodes_;
    Span span_;
    std::size_t expanded_ = 0;
    unsigned depth_ = 0;
};

Diagnostic told(Code code, std::string message, Span span, std::string help = {}) {
    Diagnostic d{
        .code = code, .message = std::move(message), .primary = {span, {}}, .secondary = {}, .notes = {}, .help = {}};
    if (!help.empty())
        d.help.push_back({std::move(help), {}});
    return d;
}

} // namespace

bool looks_like_descriptors(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos)
        return false;
    if (text[first] == '{')
        return text.find("\"funSymbol\"") != std::string::npos;
    const auto second = text.find_first_not_of(" \t\r\n", first + 1);
    return text[first] == '[' && second != std::string::npos && text[second] == '{';
}

std::expected<Module, Diagnostic> read_descriptors(const std::string& text, std::uint32_t file) {
    const Span all{0, static_cast<std::uint32_t>(text.size()), file};
    try {
        unsigned depth = 0;
        const auto shallow = [&](int, json::parse_event_t event, json&) {
            if (event == json::parse_event_t::array_start || event == json::parse_event_t::object_start) {
                if (++depth > 64)
                    throw Failure{Code::bad_json, "arrays and objects are nested more than 64 deep"};
            } else if (event == json::parse_event_t::array_end || event == json::parse_event_t::object_end) {
                --depth;
            }
            return true;
        };
        const json nodes = json::parse(text, shallow);
        Reader reader(nodes, all);
        Module module;
        module.name = {"", "Main", all};
        module.file = file;
        Binding main;
        main.name = {"", "main", all};
        main.span = all;
        Clause clause;
        clause.span = clause.right.span = all;
        clause.right.guarded.push_back({{}, reader.program(), all});
        main.clauses.push_back(std::move(clause));
        module.bindings.push_back(std::move(main));
        return module;
    } catch (const json::parse_error& error) {
        const auto at = static_cast<std::uint32_t>(std::min<std::size_t>(error.byte ? error.byte - 1 : 0, text.size()));
        return std::unexpected(
            told(Code::bad_json, "this is not JSON", {at, std::min<std::uint32_t>(at + 1, all.end), file}));
    } catch (const Failure& failure) {
        return std::unexpected(told(failure.code, failure.message, all, "see `pfq compile --emit=json` for the form"));
    }
}

} // namespace pfq::lang
