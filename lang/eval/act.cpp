#include "lang/eval/act.hpp"

namespace pfq::lang {

namespace {

Stmt make(Stmt::Kind kind, NodeId a = no_node, std::uint64_t imm = 0, std::uint16_t sub = 0) {
    Stmt stmt{};
    stmt.kind = kind, stmt.a = a, stmt.imm = imm, stmt.sub = sub;
    return stmt;
}

} // namespace

StepsPtr ActBuilder::single(Stmt stmt) {
    if (++statements_ > max_statements)
        throw TooManyStatements{};
    auto code = std::make_shared<Steps>();
    code->stmt = std::move(stmt);
    return code;
}

StepsPtr ActBuilder::join(StepsPtr a, StepsPtr b) {
    if (!a || !b)
        return a ? a : b;
    auto code = std::make_shared<Steps>();
    code->left = std::move(a), code->right = std::move(b);
    return code;
}

/// A statement that freezes the current mark or state; `node` becomes the node that reads it.
StepsPtr ActBuilder::snap(Input what, NodeId& node) {
    const std::uint32_t slot = nodes_.pipeline().slots++;
    node = nodes_.slot(slot);
    return single(make(Stmt::Kind::snap, no_node, slot, static_cast<std::uint16_t>(what)));
}

ActPtr ActBuilder::unit(const Packet& packet) {
    return std::make_shared<const Act>(Act{nullptr, packet, nodes_.boolean(true)});
}

ActPtr ActBuilder::drop(const Packet& packet) {
    return std::make_shared<const Act>(Act{single(make(Stmt::Kind::drop)), packet, nodes_.boolean(false)});
}

ActPtr ActBuilder::effect(const Packet& packet, Stmt stmt) {
    Act act{single(std::move(stmt)), packet, nodes_.boolean(true)};
    act.pure = false;
    return std::make_shared<const Act>(std::move(act));
}

ActPtr ActBuilder::steer(const Packet& packet, Fanout fanout, NodeId key1, NodeId key2) {
    Stmt stmt = make(Stmt::Kind::steer, key1, 0, static_cast<std::uint16_t>(fanout));
    NodeId pass = nodes_.present(key1);
    if (fanout == Fanout::double_steer) {
        stmt.b = key2;
        pass = nodes_.both(pass, nodes_.present(key2));
    }
    if (nodes_.truth(pass) == false)
        return drop(packet);
    Act act{single(std::move(stmt)), packet, pass};
    act.pure = false;
    return std::make_shared<const Act>(std::move(act));
}

ActPtr ActBuilder::set_mark(const Packet& packet, NodeId value) {
    Packet out = packet;
    NodeId low = nodes_.arithmetic(Op::bit_and, value, nodes_.word(0xffffffff));
    out.mark = nodes_.select(nodes_.present(value), low, packet.mark);
    Act act{single(make(Stmt::Kind::set_mark, value)), out, nodes_.boolean(true)};
    act.changes_mark = true, act.pure = false;
    return std::make_shared<const Act>(std::move(act));
}

ActPtr ActBuilder::set_state(const Packet& packet, NodeId value) {
    Packet out = packet;
    NodeId low = nodes_.arithmetic(Op::bit_and, value, nodes_.word(0xffffffff));
    out.state = nodes_.select(nodes_.present(value), low, packet.state);
    Act act{single(make(Stmt::Kind::set_state, value)), out, nodes_.boolean(true)};
    act.changes_state = true, act.pure = false;
    return std::make_shared<const Act>(std::move(act));
}

ActPtr ActBuilder::sequence(const ActPtr& first, const ActPtr& second) {
    if (nodes_.truth(first->pass) == false)
        return first;
    Act act{join(first->code, second->code), second->out, nodes_.both(first->pass, second->pass)};
    act.changes_mark = first->changes_mark || second->changes_mark;
    act.changes_state = first->changes_state || second->changes_state;
    act.pure = first->pure && second->pure;
    return std::make_shared<const Act>(std::move(act));
}

/// Joins the packets of two paths: where they know different marks or states, the current one is read again.
void ActBuilder::merge(Act& result, const Packet& a, bool a_reachable, const Packet& b, bool b_reachable) {
    result.out = a_reachable ? a : b;
    if (!a_reachable || !b_reachable)
        return;
    if (a.mark != b.mark)
        result.code = join(result.code, snap(Input::mark, result.out.mark));
    if (a.state != b.state)
        result.code = join(result.code, snap(Input::state, result.out.state));
}

ActPtr ActBuilder::branch(NodeId condition, const ActPtr& then_act, const ActPtr& else_act) {
    if (auto known = nodes_.truth(condition))
        return *known ? then_act : else_act;
    Stmt stmt = make(Stmt::Kind::branch, condition);
    stmt.body = flatten(then_act->code);
    stmt.other = flatten(else_act->code);
    const NodeId pass =
        nodes_.both(nodes_.either(nodes_.negate(condition), then_act->pass), nodes_.either(condition, else_act->pass));
    Act act{nullptr, then_act->out, pass};
    if (!stmt.body.empty() || !stmt.other.empty())
        act.code = single(std::move(stmt));
    act.changes_mark = then_act->changes_mark || else_act->changes_mark;
    act.changes_state = then_act->changes_state || else_act->changes_state;
    act.pure = then_act->pure && else_act->pure;
    merge(act, then_act->out, nodes_.truth(then_act->pass) != false, else_act->out,
          nodes_.truth(else_act->pass) != false);
    return std::make_shared<const Act>(std::move(act));
}

ActBuilder::Handler ActBuilder::handler_of(const ActPtr& first) {
    Handler handler{first->out, nullptr};
    // Where in `first` the drop happened is not known here, so the handler reads mark and state anew.
    if (first->changes_mark)
        handler.code = join(handler.code, snap(Input::mark, handler.packet.mark));
    if (first->changes_state)
        handler.code = join(handler.code, snap(Input::state, handler.packet.state));
    return handler;
}

ActPtr ActBuilder::alternative(const ActPtr& first, const Handler& handler, const ActPtr& second) {
    if (nodes_.truth(first->pass) == true)
        return first;
    if (first->pure) // a filter: no handler is needed
        return branch(first->pass, unit(first->out), second);
    Stmt stmt = make(Stmt::Kind::attempt);
    stmt.body = flatten(first->code);
    stmt.other = flatten(join(handler.code, second->code));
    Act act{single(std::move(stmt)), first->out, nodes_.either(first->pass, second->pass)};
    act.changes_mark = first->changes_mark || second->changes_mark;
    act.changes_state = first->changes_state || second->changes_state;
    act.pure = false;
    merge(act, first->out, nodes_.truth(first->pass) != false, second->out, nodes_.truth(second->pass) != false);
    return std::make_shared<const Act>(std::move(act));
}

ActPtr ActBuilder::invert(const ActPtr& act) {
    const ActPtr dropped = drop(act->out);
    const Handler handler = handler_of(act);
    const ActPtr copied = effect(handler.packet, make(Stmt::Kind::copy));
    if (act->pure)
        return branch(act->pass, dropped, copied);
    // The body runs for its effects; whether it passed is a pure test, looked at behind it.
    auto both_ways = std::make_shared<Act>(*act);
    Stmt body = make(Stmt::Kind::attempt);
    body.body = flatten(act->code);
    both_ways->code = join(single(std::move(body)), handler.code);
    both_ways->out = handler.packet;
    both_ways->pass = nodes_.boolean(true);
    return sequence(both_ways, branch(act->pass, dropped, copied));
}

ActPtr ActBuilder::restore(const ActPtr& act, const Packet& outer) {
    auto restored = std::make_shared<Act>(*act);
    restored->out.level = outer.level;
    restored->out.endpoint = outer.endpoint;
    return restored;
}

Packet ActBuilder::initial() {
    Packet packet;
    start_ = snap(Input::mark, packet.mark);
    packet.state = nodes_.word(0);
    return packet;
}

Block ActBuilder::finish(const ActPtr& act) {
    return flatten(join(start_, act->code));
}

Block ActBuilder::flatten(const StepsPtr& code) {
    Block block;
    std::vector<const Steps*> pending;
    if (code)
        pending.push_back(code.get());
    while (!pending.empty()) {
        const Steps* next = pending.back();
        pending.pop_back();
        if (!next->left) {
            block.push_back(next->stmt);
            continue;
        }
        pending.push_back(next->right.get());
        pending.push_back(next->left.get());
    }
    return block;
}

Steps::~Steps() {
    std::vector<std::shared_ptr<const Steps>> pending;
    auto take = [&](std::shared_ptr<const Steps>& part) {
        if (part && part.use_count() == 1)
            pending.push_back(std::move(part));
    };
    take(left), take(right);
    while (!pending.empty()) {
        auto code = std::move(pending.back());
        pending.pop_back();
        auto& owned = const_cast<Steps&>(*code); // the last owner takes its parts
        take(owned.left), take(owned.right);
    }
}

} // namespace pfq::lang
