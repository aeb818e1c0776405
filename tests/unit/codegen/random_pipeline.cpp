#include "tests/unit/codegen/random_pipeline.hpp"
#include "lang/pipeline/semantics.hpp"
#include <algorithm>
#include <tuple>

namespace pfq::test {

using namespace lang;
using Kind = Stmt::Kind;

namespace {

constexpr std::uint64_t counters = 8, devices = 5, messages = 3, slots = 6;

/// Sorted, disjoint, apart.
void tidy(std::vector<WordSet::Range>& ranges) {
    std::ranges::sort(ranges, {}, &WordSet::Range::low);
    std::vector<WordSet::Range> kept;
    for (const auto& range : ranges)
        if (kept.empty() || (kept.back().high != absent && range.low > kept.back().high + 1))
            kept.push_back(range);
    ranges = std::move(kept);
}

} // namespace

Pipeline RandomPipelines::next(std::size_t size) {
    pipeline_ = {};
    words_.clear();
    truths_.clear();
    pools();
    leaves();
    while (pipeline_.nodes.size() < size)
        grow();
    pipeline_.body = block(size / 3 + 3, 0);
    return std::move(pipeline_);
}

NodeId RandomPipelines::add(Node node) {
    const auto id = static_cast<NodeId>(pipeline_.nodes.size());
    pipeline_.nodes.push_back(node);
    (is_bool(node.op) ? truths_ : words_).push_back(id);
    return id;
}

std::uint64_t RandomPipelines::interesting() {
    static constexpr std::uint64_t values[] = {
        0,         1,     4,      6,      17,         53,         64,     80,
        443,       0x800, 0x86dd, 0xffff, 0xffffffff, absent - 1, absent, std::uint64_t{1} << 63,
        0x0a000001};
    switch (below(4)) {
    case 0:
        return values[below(std::size(values))];
    case 1:
        return engine_() >> below(64);
    default:
        return below(100);
    }
}

WordSet RandomPipelines::random_set() {
    WordSet set;
    const std::uint64_t count = below(3) == 0 ? below(60) : below(7);
    const std::uint64_t span = below(2) ? 64 + below(200) : absent >> below(60);
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t low = below(5) == 0 ? interesting() : below(span);
        const std::uint64_t width = below(3) == 0 ? below(50) : 0;
        set.ranges.push_back({low, low > absent - width ? absent : low + width});
    }
    tidy(set.ranges);
    return set;
}

PrefixSet RandomPipelines::random_prefixes() {
    PrefixSet set;
    for (std::uint64_t count = below(4) == 0 ? below(60) : below(6); count > 0; --count) {
        const bool ipv6 = below(2) != 0;
        const auto length = static_cast<std::uint8_t>(below(ipv6 ? 129 : 33));
        Address address{ipv6, 0, 0};
        address.low = ipv6 ? below(4) : 0x0a000000 + below(1U << below(24));
        address.high = ipv6 ? 0x20010db800000000 + below(3) : 0;
        address = truncated(address, length);
        set.prefixes.push_back({ipv6, length, address.high, address.low});
    }
    const auto rank = [](const Prefix& p) { return std::tuple(p.ipv6, p.high, p.low, p.length); };
    std::ranges::sort(set.prefixes, {}, rank);
    const auto [first, last] = std::ranges::unique(set.prefixes, {}, rank);
    set.prefixes.erase(first, last);
    return set;
}

void RandomPipelines::pools() {
    for (int i = 0; i < 4; ++i) {
        pipeline_.sets.push_back(random_set());
        pipeline_.prefix_sets.push_back(random_prefixes());
        Bloom bloom{.mask = static_cast<std::uint32_t>(~std::uint64_t{0} << below(33)), .bits = {}};
        bloom.bits.resize(std::size_t{1} << below(5));
        for (auto& word : bloom.bits)
            word = engine_() | engine_();
        pipeline_.blooms.push_back(std::move(bloom));
    }
    for (const auto kind : {TableKind::address, TableKind::port, TableKind::flow})
        pipeline_.tables.push_back({"t" + std::to_string(static_cast<int>(kind)), kind});
    for (std::uint64_t i = 0; i < devices; ++i)
        pipeline_.devices.push_back("d" + std::to_string(i));
    for (std::uint64_t i = 0; i < messages; ++i)
        pipeline_.messages.push_back("m" + std::to_string(i));
    pipeline_.slots = slots;
}

void RandomPipelines::leaves() {
    for (int i = 0; i < 4; ++i)
        add({.op = Op::constant, .imm = interesting()});
    for (int i = 0; i < 6; ++i)
        add({.op = Op::field,
             .level = static_cast<std::uint8_t>(below(5) == 0 ? below(4) : 0),
             .sub = static_cast<std::uint16_t>(below(fields().size()))});
    add({.op = Op::input, .sub = static_cast<std::uint16_t>(below(static_cast<unsigned>(Input::mark)))});
    add({.op = Op::slot, .imm = below(slots)});
    add({.op = Op::boolean, .imm = below(2)});
    add({.op = Op::present, .a = word()});
}

void RandomPipelines::grow() {
    const auto op = static_cast<Op>(below(static_cast<unsigned>(Op::in_table) + 1));
    const auto level = static_cast<std::uint8_t>(below(6) == 0 ? below(4) : 0);
    const auto side = static_cast<std::uint16_t>(1 + below(3));
    switch (op) {
    case Op::constant:
        add({.op = op, .imm = interesting()});
        return;
    case Op::boolean:
    case Op::field:
        add({.op = Op::field, .level = level, .sub = static_cast<std::uint16_t>(below(fields().size()))});
        return;
    case Op::input:
        add({.op = op, .sub = static_cast<std::uint16_t>(below(static_cast<unsigned>(Input::mark)))});
        return;
    case Op::slot:
        add({.op = op, .imm = below(slots)});
        return;
    case Op::load:
        add({.op = op,
             .level = level,
             .sub = static_cast<std::uint16_t>(1U << below(3)),
             .a = word(),
             .imm = below(4)});
        return;
    case Op::select:
        add({.op = op, .a = truth(), .b = word(), .c = word()});
        return;
    case Op::negate:
        add({.op = op, .a = truth()});
        return;
    case Op::both:
    case Op::either:
    case Op::differ:
        add({.op = op, .a = truth(), .b = truth()});
        return;
    case Op::present:
        add({.op = op, .a = word()});
        return;
    case Op::in_set:
    case Op::in_bloom:
        add({.op = op, .a = word(), .imm = below(4)});
        return;
    case Op::in_prefixes:
        add({.op = op, .level = level, .sub = side, .imm = below(4)});
        return;
    case Op::in_table:
        add({.op = op, .level = level, .sub = side, .imm = below(3)});
        return;
    default: // arithmetic and comparisons
        add({.op = op, .a = word(), .b = word()});
    }
}

Block RandomPipelines::block(std::size_t budget, unsigned depth) {
    Block list;
    for (std::uint64_t count = 1 + below(std::min<std::size_t>(budget, 6) + 1); count > 0 && budget > 0; --count) {
        const std::size_t share = budget / 2 + 1;
        list.push_back(statement(share, depth));
        budget -= std::min(budget, share);
    }
    return list;
}

Stmt RandomPipelines::nested(std::size_t budget, unsigned depth) {
    Stmt stmt{.kind = below(4) == 0 ? Kind::attempt : Kind::branch, .body = {}, .other = {}};
    if (stmt.kind == Kind::branch)
        stmt.a = truth();
    stmt.body = block(budget / 2, depth + 1);
    if (below(2))
        stmt.other = block(budget / 2, depth + 1);
    return stmt;
}

Stmt RandomPipelines::statement(std::size_t budget, unsigned depth) {
    if (budget > 1 && depth < 12 && below(3) != 0)
        return nested(budget, depth);
    Stmt stmt{.kind = static_cast<Kind>(below(static_cast<unsigned>(Kind::log) + 1)), .body = {}, .other = {}};
    switch (stmt.kind) {
    case Kind::drop:
        if (depth == 0 || below(2))
            stmt.kind = Kind::copy; // not all too often
        break;
    case Kind::branch:
    case Kind::attempt:
        stmt.kind = Kind::kernel;
        break;
    case Kind::snap:
        stmt.sub = static_cast<std::uint16_t>(below(2) ? Input::mark : Input::state);
        stmt.imm = below(slots);
        break;
    case Kind::set_mark:
    case Kind::set_state:
    case Kind::slice:
        stmt.a = word();
        break;
    case Kind::set_class:
        stmt.imm = engine_();
        break;
    case Kind::steer:
        stmt.sub = static_cast<std::uint16_t>(2 + below(4));
        stmt.a = word();
        if (stmt.sub == static_cast<unsigned>(Fanout::double_steer))
            stmt.b = word();
        break;
    case Kind::forward:
        stmt.imm = below(devices);
        stmt.sub = static_cast<std::uint16_t>(below(2));
        break;
    case Kind::count:
        stmt.imm = below(counters);
        stmt.sub = static_cast<std::uint16_t>(below(2));
        break;
    case Kind::log:
        stmt.sub = static_cast<std::uint16_t>(below(5));
        stmt.imm = below(messages);
        break;
    default:
        break;
    }
    return stmt;
}

} // namespace pfq::test
