#include "lang/eval/evaluate.hpp"

#include "lang/eval/evaluator.hpp"

namespace pfq::lang {

namespace {

Diagnostic too_big(const Global& main, const std::string& what) {
    return {
        .code = Code::program_too_big,
        .message = "the program needs more than " + what,
        .primary = {body_span(*main.binding), "all of it"},
        .secondary = {},
        .notes = {"functions are expanded wherever they are used"},
        .help = {{"test what the packets have in common once, before what differs; use tables for long lists", {}}}};
}

} // namespace

std::expected<Pipeline, Diagnostic> evaluate_program(const Global& main, std::uint64_t fuel) {
    Pipeline pipeline;
    try {
        Evaluator evaluator(pipeline, fuel);
        const Packet packet = evaluator.acts.initial();
        const ActPtr act = evaluator.run_function(evaluator.global(main), packet);
        pipeline.body = evaluator.acts.finish(act);
    } catch (EvalError& error) {
        if (error.diagnostic.primary.span.end == 0)
            error.diagnostic.primary.span = body_span(*main.binding);
        return std::unexpected(std::move(error.diagnostic));
    } catch (TooManyNodes&) {
        return std::unexpected(too_big(main, std::to_string(max_nodes) + " tests and values"));
    } catch (TooManyStatements&) {
        return std::unexpected(too_big(main, std::to_string(max_statements) + " actions"));
    }
    return pipeline;
}

} // namespace pfq::lang
