#include "tools/pfq/compile/code.hpp"

namespace pfq::tools {
namespace {

codegen::Target target_of(const CompileJob& job) {
    if (job.target == "xdp")
        return codegen::Target::bpf_xdp;
    return job.target == "tc" ? codegen::Target::bpf_tc : codegen::Target::native;
}

codegen::Emit emit_of(const CompileJob& job) {
    if (job.emit == "llvm")
        return codegen::Emit::llvm;
    return job.emit == "asm" ? codegen::Emit::assembly : codegen::Emit::object;
}

} // namespace

std::expected<std::string, codegen::CompileError> generate_code(const CompileJob& job, const lang::Pipeline& pipeline) {
    codegen::Request request;
    request.target = target_of(job);
    request.emit = emit_of(job);
    request.groups = {pipeline};
    auto compiled = codegen::compile(request);
    if (!compiled)
        return std::unexpected(std::move(compiled.error()));
    return std::move(compiled->output);
}

} // namespace pfq::tools
