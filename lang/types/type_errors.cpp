// What inference says when types do not fit.
#include "lang/eval/address.hpp"
#include "lang/types/infer.hpp"

namespace pfq::lang {

namespace {

constexpr std::size_t max_type_errors = 10;

std::string with_article(const std::string& type) {
    return "`" + type + "`";
}

/// What a kind of variable stands for, in words.
std::string kinds_in_words(std::uint8_t kinds) {
    if (kinds & numeric)
        return "a number";
    if (kinds & textual)
        return "a text or an address";
    if (kinds & logical)
        return "a boolean or a predicate";
    if (kinds & quantity)
        return "a number or a property";
    return "a list or a string";
}

} // namespace

Diagnostic& Inference::report(Code code, Span span, std::string message, std::string label) {
    static thread_local Diagnostic swallowed;
    const std::string key =
        std::to_string(span.file) + ":" + std::to_string(span.begin) + "-" + std::to_string(span.end);
    if (diagnostics_.size() >= max_type_errors || !reported_.insert(key).second) {
        swallowed = {};
        return swallowed; // one error per place, and few in all
    }
    diagnostics_.push_back({.code = code,
                            .message = std::move(message),
                            .primary = {span, std::move(label)},
                            .secondary = {},
                            .notes = {},
                            .help = {}});
    return diagnostics_.back();
}

void Inference::unify(TypeId found, TypeId expected, Span span, const char* label) {
    const std::size_t before = diagnostics_.size();
    const Mismatch result = types_.unify(found, expected);
    if (result != Mismatch::none && before == diagnostics_.size())
        mismatch(result, found, expected, span, label);
}

void Inference::mismatch(Mismatch why, TypeId found, TypeId expected, Span span, const char* label) {
    const std::string left = types_.print(found), right = types_.print(expected);
    if (why == Mismatch::infinite) {
        report(Code::infinite_type, span, "this would be of an infinite type: " + left + " inside itself",
               "its type is " + right);
        return;
    }
    const Type &f = types_[found], &e = types_[expected];
    const bool rigid = types_.is(found, Con::rigid) || types_.is(expected, Con::rigid);
    if (rigid) {
        report(Code::signature_too_general, span,
               "the signature promises any type here, but the definition needs " +
                   (types_.is(found, Con::rigid) ? with_article(right) : with_article(left)))
            .help.push_back({"name that type in the signature, or add a class to its context", {}});
        return;
    }
    std::string message = "expected " + with_article(right) + ", found " + with_article(left);
    if (f.tag == Type::Tag::var && f.kinds != any_kind)
        message = "expected " + with_article(right) + ", found " + kinds_in_words(f.kinds);
    else if (e.tag == Type::Tag::var && e.kinds != any_kind)
        message = "expected " + kinds_in_words(e.kinds) + ", found " + with_article(left);
    Diagnostic& d = report(Code::type_mismatch, span, std::move(message), label ? label : "");
    if (right == "Function" && left == "Predicate")
        d.help.push_back({"a predicate becomes a filter with `filter (...)`", {}});
    else if (right == "Predicate" && left == "Function")
        d.help.push_back({"filters drop packets; the test alone is a predicate, like `is_tcp` for `tcp`", {}});
    else if (right == "Bool" && left == "Predicate")
        d.help.push_back({"a predicate is a function of the packet: with a packet p it is `predicate p`", {}});
    else if (left == "Property" && right.starts_with("Word"))
        d.help.push_back({"compare properties with the operators that have a dot: `ip_ttl .< 5`", {}});
    else if (types_.is(found, Con::arrow) && types_.is(types_[found].arguments[1], Con::arrow))
        d.notes.push_back("the function may lack arguments");
}

void Inference::unknown_name(const Name& name, Env& env) {
    if (!name.span.end && !name.span.begin && name.text.empty())
        return;
    Diagnostic& d = report(Code::unknown_name, name.span, "there is no `" + written(name) + "`");
    std::vector<std::string> candidates;
    for (Env* e = &env; e; e = e->parent)
        for (const auto& entry : e->names)
            candidates.push_back(entry.first);
    for (const auto& entry : env.scope->names)
        candidates.push_back(entry.first);
    std::sort(candidates.begin(), candidates.end(),
              [](const auto& a, const auto& b) { return a.size() != b.size() ? a.size() < b.size() : a < b; });
    if (auto near = suggest(written(name), candidates))
        d.help.push_back({"did you mean `" + *near + "`?", Edit{name.span, *near}});
}

namespace {

/// Why a text is no address of a type; empty when it is one.
std::string address_error(Con con, const std::string& text) {
    const auto prefix = parse_prefix(text);
    const bool slash = text.find('/') != std::string::npos;
    switch (con) {
    case Con::ipv4:
        return prefix && !prefix->ipv6 && !slash ? "" : "\"" + text + "\" is no IPv4 address";
    case Con::ipv6:
        return prefix && prefix->ipv6 && !slash ? "" : "\"" + text + "\" is no IPv6 address";
    case Con::cidr:
        return prefix ? "" : "\"" + text + "\" is no address or prefix";
    case Con::mac:
        return parse_mac(text) ? "" : "\"" + text + "\" is no MAC address";
    default:
        return "";
    }
}

const char* address_example(Con con) {
    switch (con) {
    case Con::ipv4:
        return "an IPv4 address looks like \"192.168.1.1\"";
    case Con::ipv6:
        return "an IPv6 address looks like \"2001:db8::1\"";
    case Con::cidr:
        return "a prefix looks like \"10.0.0.0/8\", \"192.168.1.1\" or \"2001:db8::/32\"";
    default:
        return "a MAC address looks like \"00:1b:21:aa:bb:cc\"";
    }
}

} // namespace

void Inference::finish_literals() {
    for (const Literal& literal : literals_) {
        const Type& type = types_[literal.type];
        if (type.tag != Type::Tag::con)
            continue; // still of any numeric or textual type: evaluation checks it where it is used
        if (literal.text) {
            if (std::string error = address_error(type.con, *literal.text); !error.empty())
                report(Code::bad_address, literal.span, std::move(error))
                    .help.push_back({address_example(type.con), {}});
            continue;
        }
        const auto range = literal_range(type.con);
        const bool fits =
            !range || (literal.negative ? range->negative_allowed && literal.magnitude <= range->low_magnitude
                                        : literal.magnitude <= range->high);
        if (!fits)
            report(Code::literal_out_of_range, literal.span,
                   (literal.negative ? "-" : "") + std::to_string(literal.magnitude) + " does not fit in " +
                       types_.print(literal.type),
                   "from " + (range->negative_allowed ? "-" + std::to_string(range->low_magnitude) : std::string("0")) +
                       " to " + std::to_string(range->high));
    }
}

} // namespace pfq::lang
