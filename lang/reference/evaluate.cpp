// Runs the statements of a pipeline.
#include "lang/reference/evaluate.hpp"
#include "lang/reference/nodes.hpp"
#include <algorithm>

namespace pfq::lang::reference {

namespace {

class Run {
public:
    Run(const Pipeline& pipeline, const PacketInput& packet, Environment& environment)
        : packet_(packet), environment_(environment), nodes_(pipeline, packet, environment) {
        verdict_.mark = packet.mark;
    }

    Verdict run(const Block& body) {
        if (block(body) == Flow::dropped)
            verdict_.fanout = Fanout::drop;
        normalise(verdict_);
        return verdict_;
    }

private:
    /// How a statement ends: the next one follows, or the innermost handler does.
    enum class Flow : std::uint8_t { next, dropped };

    Flow block(const Block& statements) {
        for (const Stmt& stmt : statements)
            if (statement(stmt) == Flow::dropped)
                return Flow::dropped;
        return Flow::next;
    }

    Flow statement(const Stmt& stmt) {
        switch (stmt.kind) {
        case Stmt::Kind::drop:
            verdict_.dropped_by = static_cast<DropBy>(stmt.sub);
            return Flow::dropped;
        case Stmt::Kind::branch:
            return block(nodes_.truth(stmt.a) ? stmt.body : stmt.other);
        case Stmt::Kind::attempt:
            return block(stmt.body) == Flow::dropped ? block(stmt.other) : Flow::next;
        case Stmt::Kind::steer:
            return steer(stmt);
        default:
            effect(stmt);
            return Flow::next;
        }
    }

    Flow steer(const Stmt& stmt) {
        const bool two = static_cast<Fanout>(stmt.sub) == Fanout::double_steer;
        const std::uint64_t key1 = nodes_.value(stmt.a);
        const std::uint64_t key2 = two ? nodes_.value(stmt.b) : 0;
        if (key1 == absent || key2 == absent)
            return Flow::dropped;
        set_fanout(static_cast<Fanout>(stmt.sub), static_cast<std::uint32_t>(key1), static_cast<std::uint32_t>(key2));
        return Flow::next;
    }

    void set_fanout(Fanout fanout, std::uint32_t key1 = 0, std::uint32_t key2 = 0) {
        verdict_.fanout = fanout;
        verdict_.key1 = key1;
        verdict_.key2 = key2;
    }

    /// The statements that never drop.
    void effect(const Stmt& stmt) {
        switch (stmt.kind) {
        case Stmt::Kind::snap:
            nodes_.set_slot(stmt.imm, static_cast<Input>(stmt.sub) == Input::mark ? verdict_.mark : verdict_.state);
            break;
        case Stmt::Kind::set_mark:
            assign(verdict_.mark, nodes_.value(stmt.a));
            break;
        case Stmt::Kind::set_state:
            assign(verdict_.state, nodes_.value(stmt.a));
            break;
        case Stmt::Kind::set_class:
            set_fanout(Fanout::copy);
            verdict_.class_mask = stmt.imm;
            break;
        case Stmt::Kind::copy:
            set_fanout(Fanout::copy);
            break;
        case Stmt::Kind::reset:
            set_fanout(Fanout::copy);
            verdict_.class_mask = class_default;
            break;
        case Stmt::Kind::kernel:
            verdict_.to_kernel = true;
            break;
        case Stmt::Kind::forward:
            forward(stmt);
            break;
        case Stmt::Kind::count:
            if (environment_.counters)
                (*environment_.counters)[stmt.imm] += stmt.sub == 1 ? 1 : ~std::uint64_t{0};
            break;
        case Stmt::Kind::slice:
            if (const std::uint64_t bytes = nodes_.value(stmt.a); bytes != absent)
                verdict_.slice = static_cast<std::uint32_t>(std::min<std::uint64_t>(verdict_.slice, bytes));
            break;
        case Stmt::Kind::log:
            if (environment_.log) {
                Verdict so_far = verdict_;
                normalise(so_far);
                environment_.log(static_cast<LogKind>(stmt.sub), stmt.imm, so_far);
            }
            break;
        default:
            break;
        }
    }

    static void assign(std::uint32_t& target, std::uint64_t value) {
        if (value != absent)
            target = static_cast<std::uint32_t>(value);
    }

    void forward(const Stmt& stmt) {
        const bool came_from_there =
            stmt.imm < environment_.devices.size() && environment_.devices[stmt.imm] == packet_.device;
        if (stmt.sub == 0 || !came_from_there)
            verdict_.forward |= std::uint64_t{1} << stmt.imm;
    }

    const PacketInput& packet_;
    Environment& environment_;
    Nodes nodes_;
    Verdict verdict_;
};

} // namespace

Verdict evaluate(const Pipeline& pipeline, const PacketInput& packet, Environment& environment) {
    return Run(pipeline, packet, environment).run(pipeline.body);
}

} // namespace pfq::lang::reference
