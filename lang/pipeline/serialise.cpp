// The binary form of a pipeline: numbers as LEB128, texts and lists with their length in front. Members of nodes and
// statements that have their default value are left out; a byte of flags tells which.
#include "lang/pipeline/limits.hpp"
#include "lang/pipeline/pipeline.hpp"
#include <string_view>

namespace pfq::lang {

namespace {

constexpr std::string_view magic = "PFQP\x01"; // the last byte is the version of the format

class Writer {
public:
    void byte(unsigned value) { out.push_back(static_cast<char>(value)); }

    void number(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7U)
            byte((value & 0x7fU) | 0x80U);
        byte(static_cast<unsigned>(value));
    }

    void text(const std::string& value) {
        number(value.size());
        out += value;
    }

    template <typename T, typename F> void list(const std::vector<T>& items, F write) {
        number(items.size());
        for (const T& item : items)
            write(item);
    }

    void node(const Node& node) {
        byte(static_cast<unsigned>(node.op));
        byte((node.level != 0 ? 1U : 0U) | (node.sub != 0 ? 2U : 0U) | (node.a != no_node ? 4U : 0U) |
             (node.b != no_node ? 8U : 0U) | (node.c != no_node ? 16U : 0U) | (node.imm != 0 ? 32U : 0U));
        for (const std::uint64_t value : {std::uint64_t{node.level}, std::uint64_t{node.sub}})
            if (value != 0)
                number(value);
        for (const NodeId id : {node.a, node.b, node.c})
            if (id != no_node)
                number(id);
        if (node.imm != 0)
            number(node.imm);
    }

    void block(const Block& statements) {
        list(statements, [this](const Stmt& stmt) {
            byte(static_cast<unsigned>(stmt.kind));
            byte((stmt.sub != 0 ? 1U : 0U) | (stmt.a != no_node ? 2U : 0U) | (stmt.b != no_node ? 4U : 0U) |
                 (stmt.imm != 0 ? 8U : 0U) | (!stmt.body.empty() ? 16U : 0U) | (!stmt.other.empty() ? 32U : 0U));
            if (stmt.sub != 0)
                number(stmt.sub);
            for (const NodeId id : {stmt.a, stmt.b})
                if (id != no_node)
                    number(id);
            if (stmt.imm != 0)
                number(stmt.imm);
            for (const Block* inner : {&stmt.body, &stmt.other})
                if (!inner->empty())
                    block(*inner);
        });
    }

    std::string out{magic};
};

/// Reads what Writer wrote. The first fault sets `failed`, and from then on every number read is 0.
class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {
        if (!rest_.starts_with(magic))
            fail();
        else
            rest_.remove_prefix(magic.size());
    }

    [[nodiscard]] bool failed() const { return failed_; }
    [[nodiscard]] bool complete() const { return !failed_ && rest_.empty(); }

    std::uint64_t byte() {
        if (rest_.empty())
            return fail();
        const auto value = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        return value;
    }

    /// A number of at most `max`.
    std::uint64_t number(std::uint64_t max = ~std::uint64_t{0}) {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const std::uint64_t next = byte();
            const std::uint64_t bits = next & 0x7fU;
            if (bits << shift >> shift != bits)
                return fail();
            value |= bits << shift;
            if (next < 0x80)
                return value <= max ? value : fail();
        }
        return fail();
    }

    std::string text() {
        const auto size = number(rest_.size());
        if (size > rest_.size()) {
            fail();
            return {};
        }
        std::string value(rest_.substr(0, size));
        rest_.remove_prefix(size);
        return value;
    }

    /// Every item takes a byte at least, so the bytes bound the memory.
    template <typename T, typename F> void list(std::vector<T>& items, F read) {
        items.clear();
        for (auto left = number(rest_.size()); left > 0 && !failed_; --left)
            items.push_back(read());
    }

    Node node() {
        Node node{.op = static_cast<Op>(byte())};
        const auto flags = byte();
        node.level = static_cast<std::uint8_t>(flags & 1U ? number(0xff) : 0);
        node.sub = static_cast<std::uint16_t>(flags & 2U ? number(0xffff) : 0);
        node.a = optional_node(flags & 4U);
        node.b = optional_node(flags & 8U);
        node.c = optional_node(flags & 16U);
        node.imm = flags & 32U ? number() : 0;
        return node;
    }

    void block(Block& statements, unsigned depth) {
        if (depth > max_depth) {
            fail();
            return;
        }
        list(statements, [this, depth] {
            Stmt stmt{.kind = static_cast<Stmt::Kind>(byte()), .body = {}, .other = {}};
            const auto flags = byte();
            stmt.sub = static_cast<std::uint16_t>(flags & 1U ? number(0xffff) : 0);
            stmt.a = optional_node(flags & 2U);
            stmt.b = optional_node(flags & 4U);
            stmt.imm = flags & 8U ? number() : 0;
            if (flags & 16U)
                block(stmt.body, depth + 1);
            if (flags & 32U)
                block(stmt.other, depth + 1);
            return stmt;
        });
    }

private:
    std::uint64_t fail() {
        failed_ = true;
        rest_ = {};
        return 0;
    }

    NodeId optional_node(std::uint64_t given) { return given ? static_cast<NodeId>(number(no_node)) : no_node; }

    std::string_view rest_;
    bool failed_ = false;
};

} // namespace

std::string serialise(const Pipeline& pipeline) {
    Writer writer;
    writer.number(pipeline.slots);
    writer.list(pipeline.nodes, [&](const Node& node) { writer.node(node); });
    writer.block(pipeline.body);
    writer.list(pipeline.sets, [&](const WordSet& set) {
        writer.list(set.ranges, [&](const WordSet::Range& range) {
            writer.number(range.low);
            writer.number(range.high);
        });
    });
    writer.list(pipeline.prefix_sets, [&](const PrefixSet& set) {
        writer.list(set.prefixes, [&](const Prefix& prefix) {
            writer.byte(prefix.ipv6 ? 1 : 0);
            writer.byte(prefix.length);
            writer.number(prefix.high);
            writer.number(prefix.low);
        });
    });
    writer.list(pipeline.blooms, [&](const Bloom& bloom) {
        writer.number(bloom.mask);
        writer.list(bloom.bits, [&](std::uint64_t bits) { writer.number(bits); });
    });
    writer.list(pipeline.tables, [&](const Table& table) {
        writer.text(table.name);
        writer.byte(static_cast<unsigned>(table.kind));
    });
    for (const auto* texts : {&pipeline.devices, &pipeline.messages})
        writer.list(*texts, [&](const std::string& text) { writer.text(text); });
    return std::move(writer.out);
}

bool deserialise(const std::string& bytes, Pipeline& pipeline) {
    Reader reader(bytes);
    Pipeline result;
    result.slots = static_cast<std::uint32_t>(reader.number(max_slots));
    reader.list(result.nodes, [&] { return reader.node(); });
    reader.block(result.body, 1);
    reader.list(result.sets, [&] {
        WordSet set;
        reader.list(set.ranges, [&] {
            const auto low = reader.number();
            return WordSet::Range{low, reader.number()};
        });
        return set;
    });
    reader.list(result.prefix_sets, [&] {
        PrefixSet set;
        reader.list(set.prefixes, [&] {
            Prefix prefix{.ipv6 = reader.byte() != 0, .length = 0, .high = 0, .low = 0};
            prefix.length = static_cast<std::uint8_t>(reader.byte());
            prefix.high = reader.number();
            prefix.low = reader.number();
            return prefix;
        });
        return set;
    });
    reader.list(result.blooms, [&] {
        Bloom bloom{.mask = static_cast<std::uint32_t>(reader.number(~std::uint32_t{0})), .bits = {}};
        reader.list(bloom.bits, [&] { return reader.number(); });
        return bloom;
    });
    reader.list(result.tables, [&] {
        Table table{.name = reader.text(), .kind = TableKind::address};
        table.kind = static_cast<TableKind>(reader.byte());
        return table;
    });
    for (auto* texts : {&result.devices, &result.messages})
        reader.list(*texts, [&] { return reader.text(); });
    if (!reader.complete() || !check(result).empty())
        return false;
    pipeline = std::move(result);
    return true;
}

} // namespace pfq::lang
