#include "tests/property/domains.hpp"
#include <algorithm>
#include <map>
#include <set>

namespace pfq::test {

namespace {

using lang::Con;
using Names = std::set<std::string>;

struct Range {
    Big low, high;
};

/// Bounds of the numbers of a parameter, or of the items of its list.
const std::map<std::pair<std::string, std::size_t>, Range>& ranges() {
    static const std::map<std::pair<std::string, std::size_t>, Range> all{
        {{"classify", 0}, {0, 63}},
        {{"inc", 0}, {0, 63}},
        {{"dec", 0}, {0, 63}},
        {{"steer_to", 0}, {0, 100}},
        {{"steer_field", 0}, {0, 100}},
        {{"steer_field", 1}, {0, 5}},
        {{"steer_field_symmetric", 0}, {0, 100}},
        {{"steer_field_symmetric", 1}, {0, 100}},
        {{"steer_field_symmetric", 2}, {0, 5}},
        {{"double_steer_field", 0}, {0, 100}},
        {{"double_steer_field", 1}, {0, 100}},
        {{"double_steer_field", 2}, {0, 5}},
        {{"steer_local_net", 1}, {0, 32}},
        {{"steer_local_net", 2}, {0, 32}},
        {{"steer_gtp_usr", 1}, {0, 32}},
        {{"has_vid", 0}, {0, 4095}},
        {{"has_inner_vid", 0}, {0, 4095}},
        {{"vlan_id", 0}, {-1, 4095}},
        {{"vlan_id_filter", 0}, {-1, 4095}},
        {{"bloom", 0}, {1, 4096}},
        {{"bloom", 2}, {0, 32}},
        {{"bloom_src", 0}, {1, 4096}},
        {{"bloom_src", 2}, {0, 32}},
        {{"bloom_dst", 0}, {1, 4096}},
        {{"bloom_dst", 2}, {0, 32}},
        {{"bloom_filter", 0}, {1, 4096}},
        {{"bloom_filter", 2}, {0, 32}},
        {{"bloom_src_filter", 0}, {1, 4096}},
        {{"bloom_src_filter", 2}, {0, 32}},
        {{"bloom_dst_filter", 0}, {1, 4096}},
        {{"bloom_dst_filter", 2}, {0, 32}},
        {{"bloomCalcM", 0}, {1, 1000}},
        {{"bloomCalcM", 1}, {2, 1000}},
        {{"bloomCalcN", 0}, {1, 100000}},
        {{"bloomCalcN", 1}, {2, 1000}},
        {{"bloomCalcP", 0}, {1, 100000}},
        {{"bloomCalcP", 1}, {1, 1000}},
        {{"number", 0}, {0, Big{1} << 40}},
        {{"sampled", 0}, {0, 1000}},
        {{"sample", 0}, {0, 1000}},
        {{"!!", 1}, {0, 1}},
        {{"replicate", 0}, {0, 4}},
        {{"take", 0}, {-1, 6}},
        {{"P.drop", 0}, {-1, 6}},
        {{"splitAt", 0}, {-1, 6}},
    };
    return all;
}

/// Lists that must have so many elements.
const std::map<std::string, std::size_t>& shortest() {
    static const std::map<std::string, std::size_t> all{{"!!", 2},      {"head", 1},    {"last", 1},    {"tail", 1},
                                                        {"init", 1},    {"foldr1", 1},  {"foldl1", 1},  {"concat", 1},
                                                        {"maximum", 1}, {"minimum", 1}, {"first_of", 1}};
    return all;
}

const Names compared{"==", "/=", "elem", "notElem", "lookupOr"};
const Names ordered{"<", "<=", ">", ">=", "min", "max", "maximum", "minimum"};
const Names devices{"forward", "forwardIO", "bridge", "link", "tee", "tap"};

void set_domain(Ty& type, const std::string& domain) {
    if (type.con == Con::string)
        type.domain = domain;
    for (Ty& item : type.args)
        set_domain(item, domain);
}

void set_range(Ty& type, Range range) {
    if (is_number(type)) {
        type.low = std::max(type.low, range.low);
        type.high = std::min(type.high, range.high);
    } else if (type.con == Con::list) {
        set_range(type.args[0], range);
    }
}

Big root(Big value, unsigned degree) {
    Big result = 1;
    const auto power = [degree](Big base) { return degree == 2 ? base * base : base * base * base; };
    while (power(result * 2) <= value)
        result *= 2;
    return result;
}

bool between(Ty& type, Big low, Big high) {
    type.low = low, type.high = high;
    return low <= high;
}

/// Operands whose result is in the bounds of `result`.
bool sum_like(const std::string& name, const Ty& result, std::vector<Ty>& p) {
    const Big low = result.low, high = result.high;
    if (name == "-") {
        const Big span = (high - low) / 2;
        return low < 0 ? between(p[0], 0, high) && between(p[1], 0, -low)
                       : between(p[1], 0, span) && between(p[0], low + span, high);
    }
    if (name == "+")
        return low <= 0 ? between(p[0], low / 2, high / 2) && between(p[1], low / 2, high / 2)
                        : between(p[0], low, high / 2) && between(p[1], low, high / 2);
    if (name == "negate")
        return low < 0 && high >= 0 && between(p[0], 0, -low);
    p[0].longest = 4; // sum
    return low <= 0 && between(p[0].args[0], 0, high / 4);
}

bool product_like(const std::string& name, const Ty& result, std::vector<Ty>& p) {
    const Big low = result.low, high = result.high;
    if (low > 0 || high < 1)
        return false;
    if (name == "*") {
        const Big factor = root(low < 0 ? std::min(high, -low) : high, 2);
        return between(p[0], low < 0 ? -factor : 0, factor) && between(p[1], low < 0 ? -factor : 0, factor);
    }
    if (name == "product") {
        p[0].longest = 3;
        return between(p[0].args[0], 0, root(high, 3));
    }
    if (name == "div" || name == "quot")
        return between(p[0], low, high) && between(p[1], 1, std::min<Big>(high, 16));
    return between(p[0], 0, number(p[0].con).high) && between(p[1], 1, std::min(high, Big{1} << 20)); // mod, rem
}

bool bits_like(const std::string& name, const Ty& result, std::vector<Ty>& p) {
    if (result.low > 0)
        return false;
    if (name == ".&.")
        return between(p[0], 0, result.high) && between(p[1], 0, result.high);
    if (name == "shiftL")
        return between(p[0], 0, result.high >> 4) && between(p[1], 0, 4);
    if (name == "shiftR")
        return between(p[0], 0, result.high) && between(p[1], 0, 70);
    Big ones = 0;
    while (ones * 2 + 1 <= result.high)
        ones = ones * 2 + 1;
    return between(p[0], 0, ones) && between(p[1], 0, ones);
}

bool arithmetic(const std::string& name, const Ty& result, std::vector<Ty>& p) {
    static const Names sums{"+", "-", "negate", "sum"}, products{"*", "product", "div", "quot", "mod", "rem"},
        bits{".&.", ".|.", ".^.", "shiftL", "shiftR"};
    if (sums.contains(name))
        return sum_like(name, result, p);
    if (products.contains(name))
        return product_like(name, result, p);
    if (bits.contains(name))
        return bits_like(name, result, p);
    if (name == "fromIntegral")
        return between(p[0], std::max(result.low, number(p[0].con).low), std::min(result.high, number(p[0].con).high));
    return true;
}

bool comparable(const Ty& type) {
    return !has_function(type) && type.con != Con::mac && type.con != Con::ipv4 && type.con != Con::ipv6 &&
           type.con != Con::cidr;
}

/// Is the item type of comparisons one that has equality, or an order?
bool right_items(const Signature& signature, const std::vector<Ty>& p) {
    const Ty& first = signature.name == "lookupOr" ? p[1] : p[0];
    const Ty& item = signature.name == "maximum" || signature.name == "minimum" ? first.args[0] : first;
    if (ordered.contains(signature.name))
        return is_number(item) || item.con == Con::string;
    return !compared.contains(signature.name) || comparable(item);
}

} // namespace

bool narrow(const Signature& signature, const Ty& result, std::vector<Ty>& parameters) {
    const std::string& name = signature.name;
    if (parameters.empty())
        return true;
    if (!right_items(signature, parameters) || (name == "show" && !comparable(parameters[0])))
        return false;
    if ((name == "++" || name == "concat") && result.con == Con::list && result.longest < list_of({}).longest)
        return false;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (auto found = ranges().find({name, i}); found != ranges().end())
            set_range(parameters[i], found->second);
        if (auto found = shortest().find(name); found != shortest().end() && parameters[i].con == Con::list)
            parameters[i].shortest = found->second;
        if (devices.contains(name))
            set_domain(parameters[i], "device");
        else if (name.find("in_table") != std::string::npos)
            set_domain(parameters[i], name);
    }
    return !is_number(result) || arithmetic(name, result, parameters);
}

bool works_at_run_time(const Signature& signature) {
    static const Names compile_time{"takeWhile", "dropWhile", "P.filter", "lookupOr", "show", "product"};
    static const Names run_time{"less",    "less_eq", "greater", "greater_eq", "equal", "not_equal",
                                "any_bit", "all_bit", "number",  "and",        "or",    "xor",
                                "not",     ".&&.",    ".||.",    ".^^.",       "any",   "all"};
    return signature.prelude ? !compile_time.contains(signature.name) : run_time.contains(signature.name);
}

bool wants_packet_operand(const Signature& signature) {
    static const Names all{"-", "*", "shiftL", "negate"};
    return all.contains(signature.name);
}

unsigned shifts_of(const Signature& signature) {
    return signature.name == "shift" || signature.name == "steer_gtp_usr" ? 1 : 0;
}

} // namespace pfq::test
