// Pipelines of tests, node by node. Nothing is folded or shared: what a test writes is what is evaluated.
#pragma once
#include "lang/pipeline/pipeline.hpp"
#include <initializer_list>

namespace pfq::test {

class MakePipeline {
public:
    lang::Pipeline pipeline;

    lang::NodeId add(lang::Node node) {
        pipeline.nodes.push_back(node);
        return static_cast<lang::NodeId>(pipeline.nodes.size() - 1);
    }
    lang::NodeId word(std::uint64_t value) { return add({.op = lang::Op::constant, .imm = value}); }
    lang::NodeId boolean(bool value) { return add({.op = lang::Op::boolean, .imm = value ? 1U : 0U}); }
    lang::NodeId field(lang::Field which, unsigned level = 0) {
        return add({.op = lang::Op::field,
                    .level = static_cast<std::uint8_t>(level),
                    .sub = static_cast<std::uint16_t>(which)});
    }
    lang::NodeId op(lang::Op op, lang::NodeId a, lang::NodeId b = lang::no_node, lang::NodeId c = lang::no_node) {
        return add({.op = op, .a = a, .b = b, .c = c});
    }
};

/// A statement with its blocks.
inline lang::Stmt statement(lang::Stmt::Kind kind, lang::Block body = {}, lang::Block other = {}) {
    return {.kind = kind, .body = std::move(body), .other = std::move(other)};
}
inline lang::Stmt statement(lang::Stmt::Kind kind, unsigned sub, lang::NodeId a, lang::NodeId b = lang::no_node) {
    return {.kind = kind, .sub = static_cast<std::uint16_t>(sub), .a = a, .b = b, .body = {}, .other = {}};
}
inline lang::Stmt statement_of(lang::Stmt::Kind kind, std::uint64_t imm, unsigned sub = 0) {
    return {.kind = kind, .sub = static_cast<std::uint16_t>(sub), .imm = imm, .body = {}, .other = {}};
}
inline lang::Stmt branch(lang::NodeId condition, lang::Block body, lang::Block other = {}) {
    return {.kind = lang::Stmt::Kind::branch, .a = condition, .body = std::move(body), .other = std::move(other)};
}

} // namespace pfq::test
