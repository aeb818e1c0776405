// What a program can do with a packet.
#include "lang/eval/primitives.hpp"

#include <algorithm>

namespace pfq::lang {

namespace {

Stmt statement(Stmt::Kind kind, std::uint64_t imm = 0, std::uint16_t sub = 0, NodeId a = no_node) {
    Stmt stmt{};
    stmt.kind = kind, stmt.imm = imm, stmt.sub = sub, stmt.a = a;
    return stmt;
}

ValuePtr unit(Evaluator& e, Arguments a) {
    return e.act(e.acts.unit(e.packet_of(a[0])));
}
ValuePtr drop(Evaluator& e, Arguments a) {
    return e.act(e.acts.drop(e.packet_of(a[0])));
}

/// f >-> g
ValuePtr sequence(Evaluator& e, Arguments a) {
    const ActPtr first = e.run_function(a[0], e.packet_of(a[2]));
    if (e.nodes.truth(first->pass) == false)
        return e.act(first);
    return e.act(e.acts.sequence(first, e.run_function(a[1], first->out)));
}

/// action >>= f
ValuePtr bind(Evaluator& e, Arguments a) {
    const ActPtr first = e.act_of(a[0]);
    return e.act(e.acts.sequence(first, e.run_function(a[1], first->out)));
}

ValuePtr alternative(Evaluator& e, Arguments a) {
    const ActPtr first = e.run_function(a[0], e.packet_of(a[2]));
    const auto handler = e.acts.handler_of(first);
    const ActPtr reset = e.acts.effect(handler.packet, statement(Stmt::Kind::reset));
    const ActPtr second = e.acts.sequence(reset, e.run_function(a[1], reset->out));
    return e.act(e.acts.alternative(first, handler, second));
}

ValuePtr invert(Evaluator& e, Arguments a) {
    return e.act(e.acts.invert(e.run_function(a[0], e.packet_of(a[1]))));
}

/// steer fanout key1 key2 packet
ValuePtr steer(Evaluator& e, Arguments a) {
    const auto fanout = static_cast<Fanout>(e.integer_of(a[0], "kind of steering", 2, 5));
    return e.act(e.acts.steer(e.packet_of(a[3]), fanout, e.word_of(a[1]), e.word_of(a[2])));
}

ValuePtr effect(Evaluator& e, const ValuePtr& packet, Stmt stmt) {
    return e.act(e.acts.effect(e.packet_of(packet), std::move(stmt)));
}

ValuePtr broadcast(Evaluator& e, Arguments a) {
    return effect(e, a[0], statement(Stmt::Kind::set_class, class_any));
}

ValuePtr classify(Evaluator& e, Arguments a) {
    const auto n = static_cast<unsigned>(e.integer_of(a[0], "class", 0, 63));
    return effect(e, a[1], statement(Stmt::Kind::set_class, std::uint64_t{1} << n));
}

ValuePtr to_kernel(Evaluator& e, Arguments a) {
    return effect(e, a[0], statement(Stmt::Kind::kernel));
}

/// forward unless_ingress device packet
ValuePtr forward(Evaluator& e, Arguments a) {
    const auto unless_ingress = static_cast<std::uint16_t>(e.integer_of(a[0], "kind of forwarding", 0, 1));
    const std::string& name = e.text_of(a[1], "name of a device");
    if (name.empty() || name.size() > 64)
        e.fail(Code::argument_range, "\"" + name + "\" is no name of a device");
    auto& devices = e.nodes.pipeline().devices;
    auto place = std::find(devices.begin(), devices.end(), name);
    if (place == devices.end()) {
        if (devices.size() == 64)
            e.fail(Code::too_many_devices, "the program forwards to more than 64 devices");
        place = devices.insert(devices.end(), name);
    }
    return effect(e, a[2],
                  statement(Stmt::Kind::forward, static_cast<std::uint64_t>(place - devices.begin()), unless_ingress));
}

template <unsigned up> ValuePtr count(Evaluator& e, Arguments a) {
    const auto n = static_cast<std::uint64_t>(e.integer_of(a[0], "number of a counter", 0, max_counters - 1));
    return effect(e, a[1], statement(Stmt::Kind::count, n, up));
}

ValuePtr mark(Evaluator& e, Arguments a) {
    return e.act(e.acts.set_mark(e.packet_of(a[1]), e.word_of(a[0])));
}
ValuePtr state(Evaluator& e, Arguments a) {
    return e.act(e.acts.set_state(e.packet_of(a[1]), e.word_of(a[0])));
}

ValuePtr slice(Evaluator& e, Arguments a) {
    return effect(e, a[1], statement(Stmt::Kind::slice, 0, 0, e.word_of(a[0])));
}

/// log kind text packet
ValuePtr log(Evaluator& e, Arguments a) {
    const auto kind = static_cast<std::uint16_t>(e.integer_of(a[0], "kind of an event", 0, 4));
    auto& messages = e.nodes.pipeline().messages;
    const std::string& text = e.text_of(a[1], "message");
    auto place = std::find(messages.begin(), messages.end(), text);
    if (place == messages.end())
        place = messages.insert(messages.end(), text);
    return effect(e, a[2], statement(Stmt::Kind::log, static_cast<std::uint64_t>(place - messages.begin()), kind));
}

constexpr Primitive table[] = {
    {"prim_unit", 1, unit},
    {"prim_drop", 1, drop},
    {"prim_sequence", 3, sequence},
    {"prim_alternative", 3, alternative},
    {"prim_invert", 2, invert},
    {"prim_steer", 4, steer},
    {"prim_broadcast", 1, broadcast},
    {"prim_classify", 2, classify},
    {"prim_kernel", 1, to_kernel},
    {"prim_forward", 3, forward},
    {"prim_inc", 2, count<1>},
    {"prim_dec", 2, count<0>},
    {"prim_mark", 2, mark},
    {"prim_state", 2, state},
    {"prim_slice", 2, slice},
    {"prim_log", 3, log},
    {">>=", 2, bind},
};

} // namespace

std::span<const Primitive> action_primitives() {
    return table;
}

} // namespace pfq::lang
