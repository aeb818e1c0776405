#include "tests/property/kernel_parts.hpp"

namespace pfq::test {

namespace {

std::string part(lang::Field field) {
    return std::string("field ") + lang::name(field);
}
std::string part(lang::Input input) {
    return std::string("input ") + lang::name(input);
}
std::string part(lang::Op op) {
    return std::string("operation ") + lang::name(op);
}
std::string part(lang::Stmt::Kind kind) {
    return std::string("statement ") + lang::name(kind);
}

constexpr lang::Input all_inputs[] = {
#define PFQ_INPUT(name, documentation) lang::Input::name,
#include "lang/pipeline/inputs.def"
#undef PFQ_INPUT
};

void count_block(const lang::Block& block, Parts& parts) {
    for (const lang::Stmt& statement : block) {
        ++parts[part(statement.kind)];
        if (statement.kind == lang::Stmt::Kind::snap)
            ++parts[part(static_cast<lang::Input>(statement.sub))];
        count_block(statement.body, parts);
        count_block(statement.other, parts);
    }
}

} // namespace

Parts no_parts() {
    Parts parts;
    for (const lang::FieldInfo& info : lang::fields())
        parts[part(info.field)] = 0;
    for (const lang::Input input : all_inputs)
        parts[part(input)] = 0;
    for (unsigned op = 0; op <= static_cast<unsigned>(lang::Op::in_table); ++op)
        parts[part(static_cast<lang::Op>(op))] = 0;
    for (unsigned kind = 0; kind <= static_cast<unsigned>(lang::Stmt::Kind::log); ++kind)
        parts[part(static_cast<lang::Stmt::Kind>(kind))] = 0;
    return parts;
}

void count_parts(const lang::Pipeline& pipeline, Parts& parts) {
    for (const lang::Node& node : pipeline.nodes) {
        ++parts[part(node.op)];
        if (node.op == lang::Op::field)
            ++parts[part(static_cast<lang::Field>(node.sub))];
        if (node.op == lang::Op::input)
            ++parts[part(static_cast<lang::Input>(node.sub))];
    }
    count_block(pipeline.body, parts);
}

} // namespace pfq::test
