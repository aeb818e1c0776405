#include "lang/berkeley/flow.hpp"

#include <algorithm>
#include <bit>

namespace pfq::lang::berkeley {

namespace {

/// Bytes of a load at k of the frame, in the kernel's reading of large numbers.
struct Place {
    Base base;
    std::uint32_t k;
};

Place place_of(std::uint32_t k) {
    if (k >= linux_offset::network && k < linux_offset::ancillary)
        return {Base::l3, k - linux_offset::network};
    if (k >= linux_offset::link && k < linux_offset::network)
        return {Base::frame, k - linux_offset::link};
    return {Base::frame, k};
}

} // namespace

std::expected<void, Error> Flow::run() {
    find_live();
    steps_[0].reached = true;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        if (!steps_[i].reached)
            continue;
        enter(i);
        if (auto done = execute(i); !done)
            return std::unexpected(error_at(program_, i, done.error()));
        if (steps_[i].needs.impossible(nodes_))
            steps_[i].accepts = nodes_.boolean(false);
        else
            leave(i);
    }
    return {};
}

std::expected<void, std::string> Flow::execute(std::size_t index) {
    Step& step = steps_[index];
    const Decoded& decoded = decoded_[index];
    auto& registers_after = step.after;
    switch (decoded.verb) {
    case Verb::load_absolute:
    case Verb::load_indirect:
    case Verb::load_header:
        load(step, decoded);
        return {};
    case Verb::load_beside:
        return load_beside(step, decoded);
    case Verb::load_length:
        registers_after[decoded.target] = nodes_.field(Field::frame_length, 0);
        return {};
    case Verb::load_constant:
        registers_after[decoded.target] = nodes_.word(decoded.k);
        return {};
    case Verb::load_memory:
        if (registers_after[register_m + decoded.k] == no_node)
            return std::unexpected("this word of memory is not written on every way here");
        registers_after[decoded.target] = registers_after[register_m + decoded.k];
        return {};
    case Verb::store:
        registers_after[register_m + decoded.k] = registers_after[decoded.target];
        return {};
    case Verb::move:
        registers_after[decoded.target] = registers_after[decoded.target == register_a ? register_x : register_a];
        return {};
    case Verb::negate:
        registers_after[register_a] = words_.negate(registers_after[register_a]);
        return {};
    case Verb::compute:
        compute(step, decoded);
        return {};
    default:
        return {};
    }
}

/// The step rejects the packet unless `needs` hold, which is what the presence of `word` says from now on.
void Flow::need(Step& step, const Presence& needs, NodeId word) {
    if (needs.certain(nodes_))
        return;
    step.needs = needs;
    presence_.declare(word, needs);
}

void Flow::compute(Step& step, const Decoded& decoded) {
    const NodeId operand = decoded.from_register ? step.after[register_x] : nodes_.word(decoded.k);
    const NodeId result = words_.compute(decoded.operation, step.after[register_a], operand);
    if ((decoded.operation == Op::div || decoded.operation == Op::mod) && decoded.from_register)
        need(step, Presence::condition(nodes_.compare(Op::ne, operand, nodes_.word(0))), result);
    step.after[register_a] = result;
}

void Flow::load(Step& step, const Decoded& decoded) {
    const bool indirect = decoded.verb == Verb::load_indirect;
    const NodeId x = indirect ? step.after[register_x] : nodes_.word(0);
    auto [base, k] = place_of(decoded.k);
    NodeId loaded = no_node;
    if (indirect && k >= linux_offset::ancillary) {
        // X less a few: a sum that wraps around. libpcap has no such loads, in the kernel they work.
        const NodeId offset = words_.compute(Op::add, x, nodes_.word(k));
        loaded = words_.load(base, decoded.width, offset, 0);
        need(step, Presence::bytes(nodes_, offset, decoded.width), loaded);
    } else {
        loaded = words_.load(base, decoded.width, x, k);
        need(step,
             base == Base::frame ? Presence::bytes(nodes_, x, std::uint64_t{k} + decoded.width)
                                 : Presence::condition(nodes_.present(loaded)),
             loaded);
    }
    if (decoded.verb == Verb::load_header)
        loaded = words_.compute(Op::shl, words_.compute(Op::bit_and, loaded, nodes_.word(15)), nodes_.word(2));
    step.after[decoded.target] = loaded;
}

std::expected<void, std::string> Flow::load_beside(Step& step, const Decoded& decoded) {
    const auto word = extensions_.load(decoded.k - linux_offset::ancillary);
    if (!word)
        return std::unexpected(word.error());
    need(step, Presence::condition(nodes_.present(*word)), *word);
    step.after[decoded.target] = *word;
    return {};
}

/// Where it goes from here.
void Flow::leave(std::size_t index) {
    Step& step = steps_[index];
    const Decoded& decoded = decoded_[index];
    const std::size_t next = index + 1;
    switch (decoded.verb) {
    case Verb::finish:
        step.keep = decoded.from_register ? step.after[register_a] : nodes_.word(decoded.k);
        step.accepts = nodes_.compare(Op::ne, step.keep, nodes_.word(0));
        return;
    case Verb::jump:
        return go(index, next + decoded.k);
    case Verb::branch:
        break;
    default:
        return go(index, next);
    }
    const std::size_t yes = next + program_[index].jt, no = next + program_[index].jf;
    if (yes == no)
        return go(index, yes);
    const NodeId test = condition(index);
    if (const auto known = nodes_.truth(test))
        return go(index, *known ? yes : no);
    step.condition = test;
    go(index, yes);
    go(index, no);
}

void Flow::go(std::size_t from, std::size_t to) {
    steps_[from].to.push_back(to);
    steps_[to].from.push_back(from);
    steps_[to].reached = true;
}

/// 2: the instruction accepts the packet; 0: it rejects it; 1: it depends.
int Flow::promise(std::size_t index) const {
    if (decoded_[index].verb != Verb::finish || decoded_[index].from_register)
        return 1;
    return decoded_[index].k == 0 ? 0 : 2;
}

NodeId Flow::condition(std::size_t index) {
    const Decoded& decoded = decoded_[index];
    NodeId a = steps_[index].after[register_a];
    NodeId b = decoded.from_register ? steps_[index].after[register_x] : nodes_.word(decoded.k);
    const bool prefer_true = promise(index + 1 + program_[index].jt) >= promise(index + 1 + program_[index].jf);
    if (decoded.test == Test::any_bit) {
        const NodeId bits = words_.compute(Op::bit_and, a, b);
        const std::uint64_t mask = nodes_.constant(b).value_or(0);
        if (std::has_single_bit(mask) && prefer_true)
            return decisions_.test(bits, {{{mask, mask}}}, true);
        return decisions_.test(bits, {{{1, largest_word}}}, prefer_true);
    }
    const bool equal = decoded.test == Test::equal;
    if (const auto k = nodes_.constant(b)) {
        const std::uint64_t low = decoded.test == Test::greater ? *k + 1 : *k;
        return decisions_.test(a, {{{low, equal ? *k : largest_word}}}, prefer_true);
    }
    if (const auto k = nodes_.constant(a); k && equal)
        return decisions_.test(b, {{{*k, *k}}}, prefer_true);
    return nodes_.compare(equal ? Op::eq : decoded.test == Test::greater ? Op::lt : Op::le, b, a);
}

} // namespace pfq::lang::berkeley
