// Names and properties of the parts of a pipeline.
#include "lang/pipeline/pipeline.hpp"
#include <array>

namespace pfq::lang {

namespace {

constexpr std::array op_names{
    "constant", "field",   "input",   "slot",   "load",        "add",      "sub",      "mul",
    "div",      "mod",     "bit_and", "bit_or", "bit_xor",     "shl",      "shr",      "select",
    "mix",      "boolean", "eq",      "ne",     "lt",          "le",       "present",  "negate",
    "both",     "either",  "differ",  "in_set", "in_prefixes", "in_bloom", "in_table",
};
static_assert(op_names.size() == static_cast<std::size_t>(Op::in_table) + 1);

constexpr std::array stmt_names{
    "drop",  "branch", "attempt", "snap",    "set_mark", "set_state", "set_class", "copy",
    "steer", "reset",  "kernel",  "forward", "count",    "slice",     "log",
};
static_assert(stmt_names.size() == static_cast<std::size_t>(Stmt::Kind::log) + 1);

constexpr std::array input_names{
#define PFQ_INPUT(name, documentation) #name,
#include "lang/pipeline/inputs.def"
#undef PFQ_INPUT
};

template <typename Table, typename Enum> const char* entry(const Table& table, Enum value) {
    const auto index = static_cast<std::size_t>(value);
    return index < table.size() ? table[index] : "invalid";
}

} // namespace

const std::vector<FieldInfo>& fields() {
    static const std::vector<FieldInfo> table{
#define PFQ_FIELD(name, layer, documentation) {Field::name, #name, Layer::layer, documentation},
#include "lang/pipeline/fields.def"
#undef PFQ_FIELD
    };
    return table;
}

const char* name(Field field) {
    const auto index = static_cast<std::size_t>(field);
    return index < fields().size() ? fields()[index].name : "invalid";
}

const char* name(Input input) {
    return entry(input_names, input);
}
const char* name(Op op) {
    return entry(op_names, op);
}
const char* name(Stmt::Kind kind) {
    return entry(stmt_names, kind);
}

bool is_bool(Op op) {
    return op >= Op::boolean;
}

unsigned operands(Op op) {
    switch (op) {
    case Op::constant:
    case Op::field:
    case Op::input:
    case Op::slot:
    case Op::boolean:
    case Op::in_prefixes:
    case Op::in_table:
        return 0;
    case Op::load:
    case Op::present:
    case Op::negate:
    case Op::in_set:
    case Op::in_bloom:
        return 1;
    case Op::select:
        return 3;
    default:
        return 2;
    }
}

void normalise(Verdict& verdict) {
    switch (verdict.fanout) {
    case Fanout::drop:
        verdict.class_mask = 0;
        verdict.slice = ~std::uint32_t{0};
        verdict.key1 = verdict.key2 = 0;
        break;
    case Fanout::copy:
        verdict.key1 = verdict.key2 = 0;
        break;
    case Fanout::steer:
    case Fanout::round_robin:
    case Fanout::to_socket:
        verdict.key2 = 0;
        break;
    case Fanout::double_steer:
        break;
    }
}

} // namespace pfq::lang
