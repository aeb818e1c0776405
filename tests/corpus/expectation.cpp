// Reads verdicts of cases and compares them.
#include "tests/corpus/expectation.hpp"
#include "tests/support/values.hpp"
#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace pfq::test {

namespace {

constexpr std::array fanouts{"drop", "copy", "steer", "double", "round_robin", "to_socket"};

/// Splits at blanks outside of quotes; quotes and backslashes in them are resolved.
std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> words;
    bool quoted = false, open = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"') {
            quoted = !quoted;
        } else if (c == ' ' && !quoted) {
            open = false;
        } else {
            if (!open)
                words.emplace_back();
            open = true;
            words.back() += c == '\\' && quoted && i + 1 < text.size() ? text[++i] : c;
        }
    }
    if (quoted)
        throw std::invalid_argument("verdict: the quote is not closed");
    return words;
}

std::set<std::string> names(const std::string& list) {
    std::set<std::string> out;
    std::istringstream in(list);
    for (std::string name; std::getline(in, name, ',');)
        out.insert(name);
    return out;
}

void relate(Expectation& out, KeyRelation::Kind kind, const std::string& list) {
    for (const std::string& number : names(list))
        out.relations.push_back({kind, parse_number(number) - 1});
}

std::uint64_t class_mask(const std::string& value) {
    return value == "any" ? lang::class_any : std::uint64_t{1} << parse_number(value, 63);
}

void attribute(Expectation& out, const std::string& key, const std::string& value) {
    constexpr std::uint64_t most = ~std::uint32_t{0};
    if (key == "class")
        out.class_mask = class_mask(value);
    else if (key == "mark")
        out.mark = parse_number(value, most);
    else if (key == "state")
        out.state = parse_number(value, most);
    else if (key == "slice")
        out.slice = parse_number(value, most);
    else if (key == "key")
        out.key = parse_number(value, most);
    else if (key == "forward")
        out.forward = names(value);
    else if (key == "log")
        out.events.push_back(value);
    else if (key == "same")
        relate(out, KeyRelation::Kind::same, value);
    else if (key == "differs")
        relate(out, KeyRelation::Kind::differs, value);
    else if (key == "swapped")
        relate(out, KeyRelation::Kind::swapped, value);
    else if (key.starts_with("count"))
        out.counters[static_cast<unsigned>(parse_number(key.substr(5), lang::max_counters - 1))] =
            value.starts_with('-') ? 0 - parse_number(value.substr(1)) : parse_number(value);
    else
        throw std::invalid_argument("verdict: unknown attribute '" + key + "'");
}

std::string text(const std::set<std::string>& set) {
    std::string out;
    for (const std::string& name : set)
        out += (out.empty() ? "" : ",") + name;
    return out.empty() ? "none" : out;
}

class Comparison {
public:
    template <class T> void same(const std::string& field, const T& expected, const T& got) {
        if (expected == got)
            return;
        if constexpr (std::is_same_v<T, std::string>)
            add(field, expected, got);
        else
            add(field, std::to_string(expected), std::to_string(got));
    }
    void add(const std::string& field, const std::string& expected, const std::string& got) {
        out += "  " + field + ": expected " + expected + ", got " + got + "\n";
    }
    std::string out;
};

void compare_keys(Comparison& comparison, const KeyRelation& relation, const lang::Verdict& verdict,
                  const std::vector<Outcome>& earlier) {
    const std::string packet = " those of packet " + std::to_string(relation.packet + 1);
    if (relation.packet >= earlier.size()) {
        comparison.add("keys", "related to" + packet, "no such packet before this one");
        return;
    }
    const lang::Verdict& other = earlier[relation.packet].verdict;
    const bool same = verdict.key1 == other.key1 && verdict.key2 == other.key2;
    const bool swapped = verdict.key1 == other.key2 && verdict.key2 == other.key1;
    if (relation.kind == KeyRelation::Kind::same && !same)
        comparison.add("keys", packet, "others");
    if (relation.kind == KeyRelation::Kind::differs && same)
        comparison.add("keys", "other than" + packet, "the same");
    if (relation.kind == KeyRelation::Kind::swapped && !swapped)
        comparison.add("keys", packet + " exchanged", "others");
}

std::string joined(const std::vector<std::string>& events) {
    std::string out;
    for (const std::string& event : events)
        out += "[" + event + "]";
    return out;
}

} // namespace

Expectation parse_expectation(std::string_view source) {
    Expectation out;
    const auto words = split(source);
    const auto* const fanout = words.empty() ? fanouts.end() : std::ranges::find(fanouts, words.front());
    if (fanout == fanouts.end())
        throw std::invalid_argument("verdict: unknown '" + (words.empty() ? "" : words.front()) + "'");
    out.fanout = static_cast<lang::Fanout>(fanout - fanouts.begin());
    if (out.fanout == lang::Fanout::drop)
        out.class_mask = 0;
    for (std::size_t i = 1; i < words.size(); ++i) {
        const auto equals = words[i].find('=');
        if (words[i] == "kernel")
            out.kernel = true;
        else
            attribute(out, words[i].substr(0, equals), equals == std::string::npos ? "" : words[i].substr(equals + 1));
    }
    return out;
}

std::string differences(const Expectation& expected, std::uint32_t packet_mark, const Outcome& outcome,
                        const std::vector<Outcome>& earlier) {
    Comparison comparison;
    const lang::Verdict& got = outcome.verdict;
    comparison.same("fanout", std::string(fanouts[static_cast<unsigned>(expected.fanout)]),
                    std::string(fanouts[static_cast<unsigned>(got.fanout)]));
    comparison.same("class mask", expected.class_mask, got.class_mask);
    comparison.same<std::uint64_t>("mark", expected.mark.value_or(packet_mark), got.mark);
    comparison.same<std::uint64_t>("state", expected.state, got.state);
    comparison.same<std::uint64_t>("slice", expected.slice, got.slice);
    comparison.same<int>("kernel", expected.kernel, got.to_kernel);
    comparison.same("forward", text(expected.forward), text(outcome.forward));
    for (unsigned i = 0; i < lang::max_counters; ++i) {
        const auto counter = expected.counters.find(i);
        comparison.same("counter " + std::to_string(i), counter == expected.counters.end() ? 0 : counter->second,
                        outcome.counters[i]);
    }
    comparison.same("events", joined(expected.events), joined(outcome.events));
    if (expected.key)
        comparison.same<std::uint64_t>("key", *expected.key, got.key1);
    for (const KeyRelation& relation : expected.relations)
        compare_keys(comparison, relation, got, earlier);
    return comparison.out;
}

std::string show(const Outcome& outcome) {
    const lang::Verdict& v = outcome.verdict;
    std::string out = std::string(fanouts[static_cast<unsigned>(v.fanout)]) + " class mask " +
                      std::to_string(v.class_mask) + " keys " + std::to_string(v.key1) + " " + std::to_string(v.key2) +
                      " mark " + std::to_string(v.mark) + " state " + std::to_string(v.state) + " slice " +
                      std::to_string(v.slice) + " kernel " + std::to_string(v.to_kernel) + " forward " +
                      text(outcome.forward) + " events " + joined(outcome.events);
    for (unsigned i = 0; i < lang::max_counters; ++i)
        if (outcome.counters[i] != 0)
            out += " counter " + std::to_string(i) + " = " + std::to_string(outcome.counters[i]);
    return out;
}

} // namespace pfq::test
