// What a program can learn of a packet.
#include "lang/eval/address.hpp"
#include "lang/eval/primitives.hpp"

#include <bit>
#include <cmath>

#include "lang/pipeline/semantics.hpp"

namespace pfq::lang {

namespace {

ValuePtr word(NodeId node) {
    return make_value(Word{node});
}
ValuePtr test(NodeId node) {
    return make_value(Bool{node});
}

ValuePtr field(Evaluator& e, Arguments a) {
    const std::string& wanted = e.text_of(a[0], "name of a field");
    for (const FieldInfo& info : fields())
        if (wanted == info.name)
            return word(e.nodes.field(info.field, e.packet_of(a[1]).level));
    e.fail(Code::unknown_name, "there is no field `" + wanted + "`");
}

ValuePtr input(Evaluator& e, Arguments a) {
    static constexpr struct {
        const char* text;
        Input input;
    } names[] = {
#define PFQ_INPUT(name, documentation) {#name, Input::name},
#include "lang/pipeline/inputs.def"
#undef PFQ_INPUT
    };
    const std::string& wanted = e.text_of(a[0], "name of an input");
    const Packet& packet = e.packet_of(a[1]);
    for (const auto& entry : names) {
        if (wanted != entry.text)
            continue;
        if (entry.input == Input::mark)
            return word(packet.mark);
        if (entry.input == Input::state)
            return word(packet.state);
        return word(e.nodes.input(entry.input));
    }
    e.fail(Code::unknown_name, "there is no input `" + wanted + "`");
}

/// load base width offset packet
ValuePtr load(Evaluator& e, Arguments a) {
    const auto base = static_cast<Base>(e.integer_of(a[0], "base of a load", 0, 3));
    const auto width = static_cast<unsigned>(e.integer_of(a[1], "width of a load", 1, 4));
    return word(e.nodes.load(base, width, e.word_of(a[2]), e.packet_of(a[3]).level));
}

ValuePtr endpoint(Evaluator& e, Arguments a) {
    return e.number(e.packet_of(a[0]).endpoint);
}

/// The value of a function on the packet as seen from another place; an action gets its packet back.
ValuePtr look(Evaluator& e, const ValuePtr& function, const Packet& outer, const Packet& inner) {
    ValuePtr result = e.apply(function, make_value(inner));
    if (get_if<ActValue>(result))
        return e.act(e.acts.restore(e.act_of(result), outer));
    return result;
}

ValuePtr with_endpoint(Evaluator& e, Arguments a) {
    const Packet& outer = e.packet_of(a[2]);
    Packet inner = outer;
    inner.endpoint = static_cast<unsigned>(e.integer_of(a[0], "endpoint", 1, 3));
    return look(e, a[1], outer, inner);
}

ValuePtr inner(Evaluator& e, Arguments a) {
    const Packet& outer = e.packet_of(a[1]);
    if (outer.level == max_shift)
        e.fail(Code::shift_too_deep, "shift is nested more than " + std::to_string(max_shift) + " times",
               "this would look into a fourth tunnel");
    Packet packet = outer;
    ++packet.level;
    return look(e, a[0], outer, packet);
}

/// in_set numbers word
ValuePtr in_set(Evaluator& e, Arguments a) {
    WordSet set;
    for (const auto& item : e.list_of(a[0], "set of numbers")) {
        const auto n =
            static_cast<std::uint64_t>(e.integer_of(item, "element of a set", 0, static_cast<Integer>(absent) - 1));
        set.ranges.push_back({n, n});
    }
    e.spend(set.ranges.size());
    return test(e.nodes.in_set(e.word_of(a[1]), std::move(set)));
}

/// in_range low high word
ValuePtr in_range(Evaluator& e, Arguments a) {
    constexpr auto top = static_cast<Integer>(absent) - 1;
    const auto low = static_cast<std::uint64_t>(e.integer_of(a[0], "start of a range", 0, top));
    const auto high = static_cast<std::uint64_t>(e.integer_of(a[1], "end of a range", 0, top));
    return test(e.nodes.in_set(e.word_of(a[2]), WordSet{{{low, high}}}));
}

/// in_prefixes side prefixes packet
ValuePtr in_prefixes(Evaluator& e, Arguments a) {
    const auto side = static_cast<Side>(e.integer_of(a[0], "endpoint", 1, 3));
    PrefixSet set;
    for (const auto& item : e.list_of(a[1], "list of prefixes")) {
        const std::string& text = e.text_of(item, "prefix");
        const auto prefix = parse_prefix(text);
        if (!prefix)
            e.fail(Code::bad_address, "\"" + text + "\" is no address or prefix", {},
                   "write \"10.0.0.0/8\", \"192.168.1.1\" or \"2001:db8::/32\"");
        set.prefixes.push_back(*prefix);
        e.spend();
    }
    return test(e.nodes.in_prefixes(e.packet_of(a[2]).level, side, std::move(set)));
}

/// bloom bins addresses prefix word
ValuePtr bloom(Evaluator& e, Arguments a) {
    const auto asked = static_cast<std::uint64_t>(e.integer_of(a[0], "size of a bloom filter", 1, 1 << 24));
    const auto length = static_cast<unsigned>(e.integer_of(a[2], "prefix length of a bloom filter", 0, 32));
    const std::uint64_t bins = std::bit_ceil(asked < 64 ? 64 : asked);
    Bloom filter{length == 0 ? 0 : ~std::uint32_t{0} << (32 - length), std::vector<std::uint64_t>(bins / 64)};
    for (const auto& item : e.list_of(a[1], "addresses of a bloom filter")) {
        e.spend();
        const auto address = e.nodes.constant(e.word_of(item));
        for (std::uint64_t i = 1; address && i <= 4; ++i) {
            const std::uint64_t bit = mix(*address & filter.mask, i) & (bins - 1);
            filter.bits[bit / 64] |= std::uint64_t{1} << (bit % 64);
        }
    }
    return test(e.nodes.in_bloom(e.word_of(a[3]), std::move(filter)));
}

/// in_table kind name packet
ValuePtr in_table(Evaluator& e, Arguments a) {
    static constexpr const char* kinds[] = {"addresses", "ports", "flows"};
    const auto kind = static_cast<TableKind>(e.integer_of(a[0], "kind of a table", 0, 2));
    const std::string& name = e.text_of(a[1], "name of a table");
    if (name.empty())
        e.fail(Code::argument_range, "the name of a table is empty");
    const Packet& packet = e.packet_of(a[2]);
    auto& tables = e.nodes.pipeline().tables;
    std::uint32_t index = 0;
    while (index < tables.size() && tables[index].name != name)
        ++index;
    if (index == tables.size())
        tables.push_back({name, kind});
    else if (tables[index].kind != kind)
        e.fail(Code::table_kind, "the table \"" + name + "\" is used for " + kinds[static_cast<int>(kind)],
               std::string("elsewhere it holds ") + kinds[static_cast<int>(tables[index].kind)],
               "give each kind of key a table of its own");
    return test(e.nodes.in_table(packet.level, static_cast<Side>(packet.endpoint), index));
}

/// CIDR ("10.0.0.0", 8)
ValuePtr cidr(Evaluator& e, Arguments a) {
    const auto* pair = get_if<TupleValue>(a[0]);
    if (!pair || pair->items.size() != 2)
        e.fail(Code::bad_operand, std::string(describe(a[0])) + " is used as a pair of address and length");
    const auto length = static_cast<int>(e.integer_of(pair->items[1], "prefix length", 0, 128));
    return make_value(Text{e.text_of(pair->items[0], "address") + "/" + std::to_string(length)});
}

ValuePtr as_word(Evaluator& e, Arguments a) {
    return word(e.word_of(a[0]));
}
ValuePtr absent_word(Evaluator& e, Arguments) {
    return word(e.nodes.word(absent));
}

// Bloom filters with k = 4 hashes: p = (1 - e^(-k n / m))^k is the chance of a false yes (Bloom 1970; Broder and
// Mitzenmacher 2004), here as odds q = 1 / p.
constexpr double hashes = 4;
constexpr Integer most = static_cast<Integer>(1) << 30;

ValuePtr bloom_bins(Evaluator& e, Arguments a) {
    const auto n = static_cast<double>(e.integer_of(a[0], "number of addresses", 1, most));
    const auto q = static_cast<double>(e.integer_of(a[1], "odds", 2, most));
    return e.number(static_cast<Integer>(std::ceil(-hashes * n / std::log(1 - std::pow(1 / q, 1 / hashes)))));
}

ValuePtr bloom_entries(Evaluator& e, Arguments a) {
    const auto m = static_cast<double>(e.integer_of(a[0], "number of bins", 1, most));
    const auto q = static_cast<double>(e.integer_of(a[1], "odds", 2, most));
    return e.number(static_cast<Integer>(std::floor(-m / hashes * std::log(1 - std::pow(1 / q, 1 / hashes)))));
}

ValuePtr bloom_odds(Evaluator& e, Arguments a) {
    const auto m = static_cast<double>(e.integer_of(a[0], "number of bins", 1, most));
    const auto n = static_cast<double>(e.integer_of(a[1], "number of addresses", 1, most));
    const double q = std::pow(1 - std::exp(-hashes * n / m), -hashes);
    return e.number(q > 1e18 ? static_cast<Integer>(1e18) : static_cast<Integer>(q));
}

constexpr Primitive table[] = {
    {"prim_word", 1, as_word},
    {"prim_absent", 0, absent_word},
    {"prim_bloom_bins", 2, bloom_bins},
    {"prim_bloom_entries", 2, bloom_entries},
    {"prim_bloom_odds", 2, bloom_odds},
    {"prim_cidr", 1, cidr},
    {"prim_field", 2, field},
    {"prim_input", 2, input},
    {"prim_load", 4, load},
    {"prim_endpoint", 1, endpoint},
    {"prim_with_endpoint", 3, with_endpoint},
    {"prim_inner", 2, inner},
    {"prim_in_set", 2, in_set},
    {"prim_in_range", 3, in_range},
    {"prim_in_prefixes", 3, in_prefixes},
    {"prim_bloom", 4, bloom},
    {"prim_in_table", 3, in_table},
};

} // namespace

std::span<const Primitive> packet_primitives() {
    return table;
}

} // namespace pfq::lang
