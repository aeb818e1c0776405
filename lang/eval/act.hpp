// The symbolic result of a function on packets: the statements that it leaves, the packet afterwards, and the
// condition under which evaluation goes on. Functions here are the only ones that make statements.
#pragma once
#include <memory>

#include "lang/eval/value.hpp"
#include "lang/pipeline/builder.hpp"

namespace pfq::lang {

/// Statements in order, joined without copying.
struct Steps {
    ~Steps();                                 ///< iterative: joins may be deep
    std::shared_ptr<const Steps> left, right; ///< a join, or
    Stmt stmt;                                ///< one statement (when left and right are null)
};
using StepsPtr = std::shared_ptr<const Steps>; ///< null: nothing

struct Act {
    StepsPtr code;
    Packet out;                                       ///< the packet for what follows
    NodeId pass;                                      ///< evaluation goes on when this is true
    bool changes_mark = false, changes_state = false; ///< on any path, dropped ones included
    bool pure = true;                                 ///< nothing but dropping happens
};
using ActPtr = std::shared_ptr<const Act>;

/// Makes acts; counts their statements against the limit of a program.
class ActBuilder {
public:
    explicit ActBuilder(Builder& nodes) : nodes_(nodes) {}

    ActPtr unit(const Packet& packet);
    ActPtr drop(const Packet& packet);
    /// One statement that neither drops nor touches mark or state.
    ActPtr effect(const Packet& packet, Stmt stmt);
    ActPtr steer(const Packet& packet, Fanout fanout, NodeId key1, NodeId key2);
    ActPtr set_mark(const Packet& packet, NodeId value);
    ActPtr set_state(const Packet& packet, NodeId value);

    ActPtr sequence(const ActPtr& first, const ActPtr& second);
    ActPtr branch(NodeId condition, const ActPtr& then_act, const ActPtr& else_act);
    /// Where `first` drops: the packet there, and the code that must run before anything looks at it.
    struct Handler {
        Packet packet;
        StepsPtr code;
    };
    Handler handler_of(const ActPtr& first);
    /// `first`, or where it drops: `second`, which was made on handler.packet.
    ActPtr alternative(const ActPtr& first, const Handler& handler, const ActPtr& second);
    /// Drops where `act` passes, and the other way round.
    ActPtr invert(const ActPtr& act);
    /// The same act with the packet's level and endpoint as in `outer`.
    ActPtr restore(const ActPtr& act, const Packet& outer);

    /// The packet at the start of a computation.
    Packet initial();
    /// All statements of a program that was made on initial().
    Block finish(const ActPtr& act);

private:
    StepsPtr single(Stmt stmt);
    static StepsPtr join(StepsPtr a, StepsPtr b);
    StepsPtr snap(Input what, NodeId& node);
    static Block flatten(const StepsPtr& code);
    void merge(Act& result, const Packet& a, bool a_reachable, const Packet& b, bool b_reachable);

    Builder& nodes_;
    std::size_t statements_ = 0;
    StepsPtr start_;
};

/// Thrown when a program has more than max_statements; the compiler turns it into E0505.
struct TooManyStatements {};
inline constexpr std::size_t max_statements = 1U << 17;

} // namespace pfq::lang
