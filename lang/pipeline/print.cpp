// The readable form of a pipeline.
#include "lang/pipeline/pipeline.hpp"
#include <array>
#include <bit>

namespace pfq::lang {

namespace {

std::string number(std::uint64_t value) {
    return std::to_string(value);
}

std::string hex(std::uint64_t value) {
    std::string digits;
    do {
        digits.insert(digits.begin(), "0123456789abcdef"[value & 15U]);
        value >>= 4U;
    } while (value != 0);
    return digits;
}

std::string word(std::uint64_t value) {
    return value == absent ? "absent" : value < 10 ? number(value) : number(value) + " (0x" + hex(value) + ")";
}

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            out += std::string("\\") + c;
        else if (code < 0x20 || code == 0x7f)
            out += "\\x" + std::string(code < 0x10 ? "0" : "") + hex(code);
        else
            out += c;
    }
    return out + "\"";
}

std::string ipv4(std::uint64_t address) {
    return number(address >> 24U & 255U) + "." + number(address >> 16U & 255U) + "." + number(address >> 8U & 255U) +
           "." + number(address & 255U);
}

std::string prefix(const Prefix& p) {
    if (!p.ipv6)
        return ipv4(p.low) + "/" + number(p.length);
    std::string groups;
    for (const std::uint64_t half : {p.high, p.low})
        for (unsigned shift = 64; shift > 0; shift -= 16)
            groups += (groups.empty() ? "" : ":") + hex(half >> (shift - 16) & 0xffffU);
    return groups + "/" + number(p.length);
}

const char* side(unsigned value) {
    constexpr std::array names{"source", "destination", "both"};
    return value >= 1 && value <= names.size() ? names[value - 1] : "invalid";
}

template <typename... Names> const char* pick(std::uint64_t value, Names... names) {
    const std::array<const char*, sizeof...(names)> table{names...};
    return value < table.size() ? table[value] : "invalid";
}

/// What a node has beside its operands.
std::string detail(const Node& node) {
    switch (node.op) {
    case Op::constant:
        return " " + word(node.imm);
    case Op::field:
        return std::string(" ") + name(static_cast<Field>(node.sub));
    case Op::input:
        return std::string(" ") + name(static_cast<Input>(node.sub));
    case Op::slot:
        return " $" + number(node.imm);
    case Op::load:
        return " " + number(node.sub) + " bytes at " + pick(node.imm, "frame", "l3", "l4", "payload") + " +";
    case Op::boolean:
        return node.imm ? " true" : " false";
    case Op::in_set:
    case Op::in_bloom:
        return " #" + number(node.imm);
    case Op::in_prefixes:
    case Op::in_table:
        return " #" + number(node.imm) + " " + side(node.sub);
    default:
        return {};
    }
}

std::string line(const Node& node) {
    std::string out = name(node.op) + detail(node);
    for (const NodeId id : {node.a, node.b, node.c})
        if (id != no_node)
            out += " %" + number(id);
    return node.level != 0 ? out + " shift " + number(node.level) : out;
}

/// What a statement has beside its operands and blocks.
std::string detail(const Stmt& stmt, const Pipeline& pipeline) {
    const auto text = [&](const std::vector<std::string>& texts) {
        return stmt.imm < texts.size() ? quoted(texts[stmt.imm]) : "#" + number(stmt.imm);
    };
    switch (stmt.kind) {
    case Stmt::Kind::drop:
        return stmt.sub == 0 ? "" : stmt.sub == 1 ? " by filter" : " by vlan";
    case Stmt::Kind::snap:
        return " $" + number(stmt.imm) + " = " + name(static_cast<Input>(stmt.sub));
    case Stmt::Kind::set_class:
        return " 0x" + hex(stmt.imm);
    case Stmt::Kind::steer:
        return std::string(" ") + pick(stmt.sub, "drop", "copy", "by", "double by", "round_robin by", "to_socket");
    case Stmt::Kind::forward:
        return " " + text(pipeline.devices) + (stmt.sub == 1 ? " unless from there" : "");
    case Stmt::Kind::count:
        return " #" + number(stmt.imm) + (stmt.sub == 1 ? " + 1" : " - 1");
    case Stmt::Kind::log:
        return std::string(" ") + pick(stmt.sub, "message", "packet", "buffer", "trace", "dummy") +
               (stmt.sub == 0 || stmt.sub == 4 ? " " + text(pipeline.messages) : "");
    default:
        return {};
    }
}

void block(std::string& out, const Block& statements, const Pipeline& pipeline, unsigned depth) {
    const std::string indent(4 * std::size_t{depth}, ' ');
    for (const Stmt& stmt : statements) {
        out += indent + name(stmt.kind) + detail(stmt, pipeline);
        for (const NodeId id : {stmt.a, stmt.b})
            if (id != no_node)
                out += " %" + number(id);
        out += "\n";
        const bool attempt = stmt.kind == Stmt::Kind::attempt;
        if (stmt.kind != Stmt::Kind::branch && !attempt)
            continue;
        block(out, stmt.body, pipeline, depth + 1);
        if (!stmt.other.empty()) {
            out += indent + (attempt ? "on drop\n" : "else\n");
            block(out, stmt.other, pipeline, depth + 1);
        }
    }
}

std::string pools(const Pipeline& pipeline) {
    std::string out;
    const auto each = [&](const char* what, const auto& items, auto show) {
        for (std::size_t i = 0; i < items.size(); ++i)
            out += std::string(what) + " #" + number(i) + " = " + show(items[i]) + "\n";
    };
    each("set", pipeline.sets, [](const WordSet& set) {
        std::string text;
        for (const auto& range : set.ranges)
            text += (text.empty() ? "" : ", ") + number(range.low) +
                    (range.low == range.high ? "" : ".." + number(range.high));
        return "{" + text + "}";
    });
    each("prefixes", pipeline.prefix_sets, [](const PrefixSet& set) {
        std::string text;
        for (const Prefix& p : set.prefixes)
            text += (text.empty() ? "" : ", ") + prefix(p);
        return "{" + text + "}";
    });
    each("bloom", pipeline.blooms, [](const Bloom& bloom) {
        std::uint64_t set = 0;
        for (const auto bits : bloom.bits)
            set += static_cast<unsigned>(std::popcount(bits));
        return "mask " + ipv4(bloom.mask) + ", " + number(set) + " of " + number(bloom.bits.size() * 64) + " bins";
    });
    each("table", pipeline.tables, [](const Table& table) {
        const auto kind = static_cast<unsigned>(table.kind);
        return quoted(table.name) + " of " + pick(kind, "addresses", "ports", "flows");
    });
    each("device", pipeline.devices, quoted);
    each("message", pipeline.messages, quoted);
    return out;
}

} // namespace

std::string print(const Pipeline& pipeline) {
    std::string out = pools(pipeline);
    if (pipeline.slots != 0)
        out += "slots " + number(pipeline.slots) + "\n";
    for (std::size_t id = 0; id < pipeline.nodes.size(); ++id)
        out += "%" + number(id) + " = " + line(pipeline.nodes[id]) + "\n";
    out += "body\n";
    block(out, pipeline.body, pipeline, 1);
    return out;
}

} // namespace pfq::lang
