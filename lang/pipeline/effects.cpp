#include "lang/pipeline/effects.hpp"

#include <algorithm>
#include <set>

namespace pfq::lang {

namespace {

/// Follows the verdicts that are possible from statement to statement.
class Walker {
public:
    explicit Walker(const Pipeline& pipeline) : pipeline_(pipeline) {}

    Effects run() {
        nodes();
        States drops;
        States end = block(pipeline_.body, {{Fanout::copy, class_default}}, drops);
        effects_.may_drop = !drops.empty();
        std::set<std::uint64_t> masks;
        std::set<Fanout> fanouts;
        for (const auto& [fanout, mask] : end) {
            masks.insert(mask);
            fanouts.insert(fanout);
        }
        effects_.may_deliver = !end.empty();
        effects_.class_masks.assign(masks.begin(), masks.end());
        effects_.fanouts.assign(fanouts.begin(), fanouts.end());
        return std::move(effects_);
    }

private:
    using States = std::set<std::pair<Fanout, std::uint64_t>>;

    void nodes() {
        std::set<std::uint16_t> read;
        for (const Node& node : pipeline_.nodes) {
            effects_.shift_depth = std::max<unsigned>(effects_.shift_depth, node.level);
            if (node.op == Op::field)
                read.insert(node.sub);
            if (node.op != Op::input)
                continue;
            switch (static_cast<Input>(node.sub)) {
            case Input::sequence:
                effects_.needs_sequence = true;
                break;
            case Input::time:
                effects_.needs_time = true;
                break;
            case Input::device_address:
            case Input::device_address6_high:
            case Input::device_address6_low:
                effects_.needs_address = true;
                break;
            default:
                break;
            }
        }
        for (std::uint16_t field : read)
            effects_.fields.emplace_back(name(static_cast<Field>(field)));
        static constexpr const char* kinds[] = {"addresses", "ports", "flows"};
        for (const Table& table : pipeline_.tables)
            effects_.tables.push_back(table.name + " (" + kinds[static_cast<int>(table.kind)] + ")");
        effects_.forwards = pipeline_.devices;
    }

    States block(const Block& stmts, States states, States& drops) {
        for (const Stmt& stmt : stmts) {
            if (states.empty())
                break;
            states = step(stmt, std::move(states), drops);
        }
        return states;
    }

    static States with_fanout(const States& states, Fanout fanout) {
        States out;
        for (const auto& state : states)
            out.insert({fanout, state.second});
        return out;
    }

    States step(const Stmt& stmt, States states, States& drops) {
        switch (stmt.kind) {
        case Stmt::Kind::drop:
            if (static_cast<DropBy>(stmt.sub) == DropBy::computation)
                drops.merge(states);
            return {};
        case Stmt::Kind::branch: {
            States end = block(stmt.body, states, drops);
            end.merge(block(stmt.other, std::move(states), drops));
            return end;
        }
        case Stmt::Kind::attempt: {
            States caught;
            States end = block(stmt.body, std::move(states), caught);
            end.merge(block(stmt.other, std::move(caught), drops));
            return end;
        }
        case Stmt::Kind::steer:
            drops.insert(states.begin(), states.end()); // an absent key
            return with_fanout(states, static_cast<Fanout>(stmt.sub));
        case Stmt::Kind::set_class:
            return {{Fanout::copy, stmt.imm}};
        case Stmt::Kind::reset:
            return {{Fanout::copy, class_default}};
        case Stmt::Kind::copy:
            return with_fanout(states, Fanout::copy);
        case Stmt::Kind::set_mark:
            effects_.sets_mark = true;
            break;
        case Stmt::Kind::set_state:
            effects_.sets_state = true;
            break;
        case Stmt::Kind::kernel:
            effects_.to_kernel = true;
            break;
        case Stmt::Kind::count:
            effects_.counts = true;
            break;
        case Stmt::Kind::slice:
            effects_.slices = true;
            break;
        case Stmt::Kind::log:
            effects_.logs = true;
            break;
        case Stmt::Kind::snap:
        case Stmt::Kind::forward:
            break;
        }
        return states;
    }

    const Pipeline& pipeline_;
    Effects effects_;
};

const char* fanout_name(Fanout fanout) {
    static constexpr const char* names[] = {"drop", "copy", "steer", "double steer", "round robin", "to socket"};
    return names[static_cast<int>(fanout)];
}

std::string classes(std::uint64_t mask) {
    if (mask == class_any)
        return "any";
    std::string out;
    for (int i = 0; i < 64; ++i)
        if (mask >> i & 1)
            out += (out.empty() ? "" : "+") + std::to_string(i);
    return out;
}

} // namespace

Effects effects_of(const Pipeline& pipeline) {
    return Walker(pipeline).run();
}

bool only_filters(const Effects& e) {
    return !e.to_kernel && !e.sets_mark && !e.sets_state && !e.slices && !e.logs && e.forwards.empty() &&
           (e.fanouts.empty() || e.fanouts == std::vector{Fanout::copy}) &&
           (e.class_masks.empty() || e.class_masks == std::vector{class_default});
}

bool needs_orders(const Effects& e) {
    return !e.forwards.empty() || e.sets_mark;
}

std::string print(const Effects& e) {
    std::string out;
    auto line = [&](const std::string& key, const std::string& value) {
        if (!value.empty())
            out += key + ": " + value + "\n";
    };
    auto join = [](const std::vector<std::string>& items) {
        std::string text;
        for (const auto& item : items)
            text += (text.empty() ? "" : ", ") + item;
        return text;
    };
    auto flags = [&](std::initializer_list<std::pair<bool, const char*>> list) {
        std::vector<std::string> set;
        for (auto [on, text] : list)
            if (on)
                set.emplace_back(text);
        return join(set);
    };
    std::vector<std::string> deliveries, masks;
    for (Fanout fanout : e.fanouts)
        deliveries.emplace_back(fanout_name(fanout));
    for (std::uint64_t mask : e.class_masks)
        masks.push_back(classes(mask));
    line("may drop", e.may_drop ? "yes" : "no");
    line("delivers by", e.may_deliver ? join(deliveries) : "nothing: every packet is dropped");
    line("classes", join(masks));
    line("to the host", e.to_kernel ? "yes" : "no");
    line("forwards to", join(e.forwards));
    line("tables", join(e.tables));
    line("changes",
         flags({{e.sets_mark, "mark"}, {e.sets_state, "state"}, {e.counts, "counters"}, {e.slices, "record length"}}));
    line("events", e.logs ? "yes" : "");
    line("needs", flags({{e.needs_sequence, "sequence numbers"},
                         {e.needs_time, "arrival time"},
                         {e.needs_address, "device addresses"}}));
    line("at the driver", needs_orders(e) ? "XDP, which orders " +
                                                flags({{!e.forwards.empty(), "copies to devices"},
                                                       {e.sets_mark, "marks for the host"}}) +
                                                " from a TC program"
                                          : "XDP alone");
    line("tunnel levels", e.shift_depth ? std::to_string(e.shift_depth) : "");
    line("fields", join(e.fields));
    return out;
}

} // namespace pfq::lang
